"""An evidence file for an authority about a period: what is held, who looked from where, what was passed on, on what.

The officer makes it (GDPR Arts 31, 39(1)(d), 58(1)(a) and (e)). All lines of the period are opened but for whom they
are about and who acted. Nobody is named and no value is shown, unless the request is about one person and the gate
lets the officer hand out what is held about them: then their pack lies beside it, by a look of its own.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections

from aboveboard.apps.accounts.queries import ActRecord, acts, controller
from aboveboard.apps.evidence.authority_readme import authority_readme
from aboveboard.apps.evidence.governance import acts_of, governance_lines, packed_act, relied_on
from aboveboard.apps.evidence.logs import Log, current_log, published_note
from aboveboard.apps.evidence.pack import README, lay_down, make_pack, own_trust, packed_governance, require_new
from aboveboard.apps.evidence.ranges import require_over
from aboveboard.apps.evidence.replaying import Replay, replayed
from aboveboard.apps.evidence.spans import AuditReader, edges, line_of, place_of_period
from aboveboard.apps.evidence.stretches import span_files
from aboveboard.apps.gate.granted import GrantLine, grants_listed
from aboveboard.apps.gate.overseeing import AUTHORITY_TOLD, Overseen, oversee
from aboveboard.apps.ledger.actions import CELL
from aboveboard.apps.ledger.publishing import log_signer
from aboveboard.core import canonical
from aboveboard.core.entries.said import said
from aboveboard.core.errors import NotVerified
from aboveboard.core.policy.question import Actor, Place
from aboveboard.core.policy.reference import rule_set_text, rules_page
from aboveboard.core.terms import PurposeId, SubjectId
from aboveboard.core.verify import Report, shape
from aboveboard.core.verify.asked import Asked
from aboveboard.core.verify.authority import RULES, verify_authority
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.spans import ALL
from aboveboard.core.verify.tally import Row, Told, table_file, tables

FACTS, GRANTS, RULES_TEXT, PERSON = "facts.csv", "grants.csv", "rules.md", "person.zip"
_FACTS = ("category", "basis", "purpose", "retention", "facts", "persons")
_GRANTS = (
    "id", "entity", "role", "purpose", "categories", "valid_from", "valid_until", "revoked_at", "state",
    "proposed_by", "opinion", "opinion_by", "signed_by", "signatures",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """What the gate released about the one person of a request: their pack, to be checked by itself."""

    facts: tuple[Mapping[str, Any], ...]
    """As they stand in the pack; a value that was not released is None."""
    pack: bytes
    """The pack as a ZIP."""


@dataclass(frozen=True, slots=True)
class AuthorityFile:
    """What the file holds, as values: pages for people are made from it, and the files that prove it."""

    controller: str
    asked: Asked
    log: Log
    tables: Mapping[str, tuple[Row, ...]]
    """By the name of the file, each with its head: facts, looks, disclosures, grants, erasures, rule sets."""
    rules: str
    """Hash of the rule set in force now."""
    replay: Replay
    withheld: int
    """Lines in the period that cannot be opened."""
    proving: Mapping[str, bytes]
    """The files that a verifier reads."""
    person: Person | None = None
    """The one person the request is about, where it is about one."""


def ask_for_authority(asked: Asked, *, actor: Actor, purpose: PurposeId, place: Place, now: datetime) -> Overseen:
    """Put to the gate that an evidence file about a period is made; the verdict is committed.

    Raises:
        Denied: for anybody but the officer.
        Invalid: when the period has not ended long enough ago.
    """
    require_over(asked, now)
    return oversee(AUTHORITY_TOLD, asked.told(), actor=actor, purpose=purpose, place=place, now=now)


def gather(asked: Asked, overseen: Overseen, *, now: datetime) -> AuthorityFile:
    """Gather what was allowed out of log, vault and register.

    Raises:
        NotSignedYet: when the log does not reach far enough behind the period.
        NotVerified: when a line does not open; it was changed.
    """
    note = published_note()
    log = current_log(note)
    reader = AuditReader(log)
    start, end = place_of_period(reader, log, asked.since, asked.until)
    at_edge = edges(reader, start, end, asked).indexes
    rows = list(reader.rows(start, end))
    lines = [line_of(row, asked, everything=True, at_edge=row.index in at_edge, sealed=False)[0] for row in rows]
    within = [row for row in rows if row.tells_time and asked.since <= row.at() < asked.until]
    told: list[Told] = [(row.index, row.kind, said(row.values())) for row in within]
    made = tables(told)
    proving = {
        **span_files(lines, start, asked, ALL, overseen.entry_hash, log, now),
        shape.CHECKPOINT: note,
        shape.CONSISTENCY: canonical.encode([]),
        shape.GOVERNANCE: canonical.encode(_governance(told, log)),
        RULES: canonical.encode(rule_set_text()),
        RULES_TEXT: rules_page().encode(),
    }
    return AuthorityFile(
        controller=controller() or "",
        asked=asked,
        log=log,
        tables={FACTS: (_FACTS, *_facts_held()), **made, GRANTS: (_GRANTS, *_grants_of(asked, now))},
        rules=str(rule_set_text()["hash"]),
        replay=replayed(within, log),
        withheld=sum(row.audit is None and row.month > 0 for row in rows),
        proving=proving,
    )


def person_of(subject: SubjectId, *, actor: Actor, purpose: PurposeId, place: Place, now: datetime) -> Person | None:
    """Ask for everything about the one person a request is about, by a look of its own; None where it is refused.

    Raises:
        Shredded: after the person's erasure.
    """
    made = make_pack(subject, actor=actor, purpose=purpose, place=place, now=now)
    if made.files is None:
        return None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(made.files):
            archive.writestr(f"person/{name}", made.files[name])
    facts = canonical.decode(made.files[shape.EVIDENCE])["facts"]
    return Person(tuple(facts), packed.getvalue())


def write_authority(gathered: AuthorityFile, renderings: Mapping[str, bytes], out: Path) -> Report:
    """Write the file into the new folder *out*, with pages for people beside what proves it.

    Raises:
        Conflict: when *out* exists.
        NotVerified: when the log does not prove itself any more.
    """
    require_new(out)
    log = gathered.log
    files = {
        **gathered.proving,
        **{name: table_file(rows) for name, rows in gathered.tables.items()},
        **renderings,
        **({PERSON: gathered.person.pack} if gathered.person else {}),
        README: authority_readme(gathered.controller, log.origin, log.size, person=gathered.person is not None),
    }
    whole = {**files, MANIFEST: sign_manifest(log.origin, files, log_signer(log.origin))}
    report = verify_authority(whole, own_trust())
    if not report.holds:
        raise NotVerified(f"The log does not prove itself: {report.failures[0].sentence} Run `aboveboard doctor`.")
    lay_down(out, whole)
    return report


def _governance(told: Sequence[Told], log: Log) -> dict[str, Any]:
    """Give the acts that looks of the period rest on, and the log's lines about them."""
    needed = acts_of(words.grant for _, _, words in told if words.grant)
    prover = log.prover()
    lines = [line for line in relied_on(governance_lines(log), needed) if line.index < log.size]
    return {
        "acts": [packed_act(act) for act in needed],
        "lines": [packed_governance(line, prover) for line in lines],
    }


def _facts_held() -> list[Row]:
    """Count what is held now by category, basis, purpose and retention; no value, no person."""
    query = (
        "SELECT category, basis, purpose, retention, count(*), count(DISTINCT person_id) FROM vault_fact"
        " GROUP BY category, basis, purpose, retention ORDER BY category, basis, purpose, retention"
    )
    with connections[CELL].cursor() as cursor:
        cursor.execute(query)
        return [tuple(str(one) for one in row) for row in cursor.fetchall()]


def _grants_of(asked: Asked, now: datetime) -> list[Row]:
    """List the grants whose term meets the period, with the opinion beside them and the signatures under them."""
    known = {act.id: act for act in acts(kind="grant")}
    return [
        _grant(line, known[line.id])
        for line in grants_listed(now=now)
        if line.valid_from < asked.until and asked.since <= line.valid_until and line.id in known
    ]


def _grant(line: GrantLine, act: ActRecord) -> Row:
    opinion = act.opinion_waived or {True: "in favour", False: "against", None: "none"}[act.opinion_in_favour]
    return (
        line.id.hex(), line.entity, line.role.value, line.purpose, " ".join(line.categories),
        line.valid_from.isoformat(), line.valid_until.isoformat(),
        line.revoked_at.isoformat() if line.revoked_at else "", line.state,
        act.proposed_by.hex(), opinion, (act.opinion_by or b"").hex(), (act.signed_by or b"").hex(),
        "hold" if act.signatures_hold else "do not hold",
    )  # fmt: skip


def counted(rows: Sequence[Row], *columns: str) -> list[tuple[Row, int]]:
    """Add up the last column of a table by some of its columns, the largest first."""
    head, *body = rows
    places = [head.index(name) for name in columns]
    sums: Counter[Row] = Counter()
    for row in body:
        sums[tuple(row[place] for place in places)] += int(row[-1])
    return sorted(sums.items(), key=lambda one: (-one[1], one[0]))
