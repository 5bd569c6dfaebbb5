"""An evidence file for an authority: all lines of a period, everything of them but whom and who, and what they rest on.

A range whose lines are opened wholly (`spans.ALL`), with the acts behind grants, the tables made from the lines, and
the text of the rules. Tables and the rules' hash are made anew; pages for people are signed and not proved.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import AUDIT_FIELDS
from aboveboard.core.entries.said import said
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify import parts, range_words, shape, spans
from aboveboard.core.verify.acts import statements_of
from aboveboard.core.verify.grants import check_grants
from aboveboard.core.verify.growth import check_growth
from aboveboard.core.verify.lines import IN_LOG, ReadLine, Tree, check_governance
from aboveboard.core.verify.manifest import check_manifest
from aboveboard.core.verify.ranges import OPENED, check_span, read_range
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.spans import ShownLine, Span
from aboveboard.core.verify.tally import Told, table_file, tables
from aboveboard.core.verify.witnessed import check_signed

RULES = "rules.json"
TABLES = "tables"
RULE_SET = b"aboveboard/rule-set/v1\n"
NOT_PROVED = (
    (
        "What the pages for people say (HTML, JSON-LD, facts.csv, grants.csv, replay): the log has signed them with the"
        " manifest, and no line proves them. The tables of looks, disclosures, erasures and rule sets are made anew."
    ),
    "That a fact is no longer held, or never was: what is held is told, and only recordings and erasures are lines.",
)


def verify_authority(files: Mapping[str, bytes], trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check the *files* of an evidence file, by name, trusting the keys in *trust* only.

    Bad, missing and foreign files end in checks that do not hold, never in an exception.
    """
    checks = Checks()
    witnessed = check_signed(trust, files.get(shape.CHECKPOINT), checks)
    check_manifest(files, witnessed.checkpoint.origin if witnessed else None, trust, checks)
    read = read_range(files, checks)
    governance = None
    with checks.part("form"):
        governance = shape.read(shape.GOVERNANCE, files[shape.GOVERNANCE])
    if witnessed is None or read is None or governance is None:
        return Report(tuple(checks.done), (), (*range_words.not_proved(None, None, None), *NOT_PROVED))
    span, lines, earlier = read
    counted = check_span(span, lines, witnessed.checkpoint, checks)
    told = _told(span, lines, checks)
    _check_acts(span, told, governance, witnessed.checkpoint, checks)
    _check_tables(span, told, files, checks)
    rules = _check_rules(files, checks)
    check_growth(earlier, witnessed.checkpoint, trust, since, checks)
    not_proved = (*range_words.not_proved(span, counted, witnessed), *NOT_PROVED)
    if checks.failed:
        return Report(tuple(checks.done), (), not_proved)
    used = (
        f"The rules whose text is here are those with the hash {rules}; which lines they decided, rule-sets.csv says."
    )
    return Report(tuple(checks.done), (*range_words.proved(span, counted, witnessed), used), not_proved)


def rules_hash(value: Mapping[str, Any]) -> str:
    """Make the hash of a rule set anew from its table, the text of each source, and the catalogue's digest.

    Raises:
        Invalid: when a part is missing.
    """
    whole = hashlib.sha256(RULE_SET)
    for line in parts.array_of(value.get("table")):
        whole.update(f"{line}\n".encode())
    for one in map(parts.object_of, parts.array_of(value.get("sources"))):
        name, text = (
            f"{parts.text_of(one.get('package'))} {parts.text_of(one.get('name'))} ",
            parts.text_of(one.get("text")),
        )
        whole.update(name.encode() + hashlib.sha256(text.encode()).digest())
    whole.update(parts.hex_of(value.get("catalogue"), parts.KEY_SIZE))
    return whole.hexdigest()


def _told(span: Span, lines: Sequence[ShownLine], checks: Checks) -> list[Told]:
    """Read every line; all have to be opened but an index of the log and what is said to be withheld."""
    told: list[Told] = []
    for index, line in enumerate(lines, span.start):
        with checks.part(OPENED, index):
            if span.opens != spans.ALL:
                raise Invalid("an evidence file opens more than an answer to one question")
            if line.opened and line.opened.keys() == set(AUDIT_FIELDS):
                told.append((index, line.kind, said(line.values())))
            elif line.kind != EntryKind.INDEX and not line.why:
                raise NotVerified("it is neither opened nor said to be withheld")
    return told


def _check_acts(
    span: Span, told: Sequence[Told], governance: shape.Governance, checkpoint: Checkpoint, checks: Checks
) -> None:
    roots = {span.log: Tree(checkpoint.size, checkpoint.root)}
    acts = check_governance(governance.lines, roots, checks)
    checks.settle(IN_LOG, f"{len(governance.lines)} lines about decisions of the controller stand in the log.")
    known = statements_of([line.said for line in acts if line.kind == EntryKind.GOVERNANCE], governance.acts)
    looks = [ReadLine(span.log, index, kind, says, None) for index, kind, says in _within(span, told)]
    check_grants(looks, known, checks)


def _check_tables(span: Span, told: Sequence[Told], files: Mapping[str, bytes], checks: Checks) -> None:
    for name, rows in tables(_within(span, told)).items():
        if files.get(name) != table_file(rows):
            checks.no(TABLES, f"The file {name} does not say what the lines say.")
    checks.settle(TABLES, "The tables of looks, disclosures, erasures and rule sets say what the lines say.")


def _within(span: Span, told: Sequence[Told]) -> list[Told]:
    return [one for one in told if span.asked.since <= one[2].at < span.asked.until]


def _check_rules(files: Mapping[str, bytes], checks: Checks) -> str:
    with checks.part("rules"):
        value = parts.object_of(parts.decoded(files.get(RULES, b"")))
        made = rules_hash(value)
        if made != value.get("hash"):
            raise NotVerified("the text of the rules does not have the hash that is given for it")
        checks.settle("rules", "The text of the rules has the hash under which lines were decided.")
        return made
    return ""
