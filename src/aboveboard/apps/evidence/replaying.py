"""Deciding again: each look of a period whose person is still there, by today's program, on what is held today.

It shows that the rules whose text is handed over decide as they are recorded to have decided. A look can come out
otherwise because what it was decided on has changed since: a fact recorded, a restriction, an objection, a grant that
ended. So a look that comes out otherwise counts as a contradiction only where nothing of that kind came after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.accounts.queries import staff_members
from aboveboard.apps.evidence.governance import governance_lines
from aboveboard.apps.evidence.logs import Log
from aboveboard.apps.evidence.spans import AuditReader, AuditRow
from aboveboard.apps.gate.cases import case_for
from aboveboard.apps.gate.overseeing import OVERSEEING
from aboveboard.apps.gate.weighing import weigh_held
from aboveboard.apps.ledger.actions import CELL
from aboveboard.apps.vault.queries import person_row
from aboveboard.core.entries.entry import PERSON_ACTOR, EntryKind
from aboveboard.core.entries.leaf import Leaf, open_by_actor
from aboveboard.core.entries.said import Said, said
from aboveboard.core.envelope.keys import KeyKind, LogKeys, log_keys
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import AboveboardError
from aboveboard.core.policy.decide import rule_set_hash
from aboveboard.core.policy.decision import Decision
from aboveboard.core.policy.question import Actor, Place, Question
from aboveboard.core.terms import (
    UNKNOWN_COUNTRY,
    CategoryId,
    CountryCode,
    EntityId,
    Operation,
    PlaceSource,
    PurposeId,
    Role,
    StaffId,
    SubjectId,
)

_CHUNK = 500
_CHANGES = frozenset({EntryKind.CREATED.value, EntryKind.CHANGE.value})


@dataclass(slots=True)
class Replay:
    """How the looks of a period come out when they are decided again."""

    looks: int = 0
    same: int = 0
    """The same verdict, the same categories released and refused."""
    changed: int = 0
    """Otherwise, and what they were decided on has changed since."""
    other_rules: int = 0
    """Decided by a rule set that this program does not have."""
    not_found: int = 0
    """Nobody can say any more whom they were about, or who acted."""
    contradictions: list[int] = field(default_factory=list)
    """Otherwise, although nothing has changed: lines of the log."""


def replayed(rows: Iterable[AuditRow], log: Log) -> Replay:
    """Decide the looks among *rows* again."""
    looks = [row for row in rows if row.kind == EntryKind.LOOK and row.audit is not None]
    made = Replay(looks=len(looks))
    people, staff = _owners(looks, log), _Readers(log)
    changes = _Changes(people.values(), log)
    current = rule_set_hash().hex()
    for row in looks:
        words, person = said(row.values()), people.get(row.index)
        if words.rules != current:
            made.other_rules += 1
            continue
        actor = staff.actor_of(row, words) if person is not None else None
        outcome = _decided_again(words, person, actor) if person is not None and actor is not None else None
        if person is None or outcome is None:
            made.not_found += 1
        elif outcome:
            made.same += 1
        elif changes.after(words, person):
            made.changed += 1
        else:
            made.contradictions.append(row.index)
    return made


def _decided_again(words: Said, person: bytes, actor: Actor) -> bool | None:
    """Decide a look again: whether it comes out as recorded; None where it cannot be put any more."""
    asked = frozenset(map(CategoryId, (*words.categories, *words.refused)))
    country = CountryCode(words.country)
    place = Place(country, PlaceSource(words.established), country, UNKNOWN_COUNTRY)
    question = Question(
        actor, Operation(words.operation), (SubjectId(person),), asked, PurposeId(words.purpose), place, words.at
    )
    row = person_row(SubjectId(person))
    if row is None or row.erasing_at is not None:
        return None
    try:
        decision, _ = weigh_held(case_for(question))
    except AboveboardError:
        return None
    return _same(decision, words, SubjectId(person))


def _same(decision: Decision, words: Said, person: SubjectId) -> bool:
    outcome = decision.outcomes[person]
    return outcome.released == set(words.categories) and set(outcome.refused) == set(words.refused)


class _Readers:
    """Says who acted in a line, by the employees' own keys; what it finds is used here and shown to nobody."""

    def __init__(self, log: Log) -> None:
        """Fetch the keys of all employees, and of the person concerned acting."""
        actors = [PERSON_ACTOR, *(member.id for member in staff_members())]
        found = keys.store().keys(KeyKind.ACTOR, actors)
        self._keys: Mapping[bytes, LogKeys] = {owner: log_keys(key, log.number) for (owner, _), key in found.items()}
        self._owner = _by_label(self._keys, b"a")
        self._log = log

    def actor_of(self, row: AuditRow, words: Said) -> Actor | None:
        """Give whoever acted, with the role they had then."""
        leaf = Leaf.decode(row.data)
        staff = self._owner.get(leaf.actor_label)
        if staff is None:
            return None
        if staff == PERSON_ACTOR:
            return Actor(None, Role.PERSON, EntityId(words.entity))
        with connections[CELL].cursor() as cursor:
            cursor.execute("SELECT actor FROM ledger_leaf WHERE seq = %s", [row.index])
            sealed = bytes(cursor.fetchone()[0])
        side = open_by_actor(settings.OPTIONS.cell, leaf, sealed, self._keys[staff]).side
        return Actor(StaffId(staff), Role(side.role), EntityId(words.entity))


def _owners(looks: Sequence[AuditRow], log: Log) -> dict[int, bytes]:
    """Say whom each look is about, where their K_log is there."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT id FROM vault_person WHERE erasing_at IS NULL")
        people = [bytes(person) for (person,) in cursor.fetchall()]
    wanted = {Leaf.decode(row.data).subject_label: row.index for row in looks}
    found: dict[int, bytes] = {}
    for start in range(0, len(people), _CHUNK):
        held = keys.store().keys(KeyKind.LOG, people[start : start + _CHUNK])
        named = _by_label({owner: log_keys(key, log.number) for (owner, _), key in held.items()}, b"s")
        found |= {wanted[name]: owner for name, owner in named.items() if name in wanted}
    return found


def _by_label(known: Mapping[bytes, LogKeys], prefix: bytes) -> dict[bytes, bytes]:
    """Give every label that the *known* have used, with whose it is."""
    lengths = {}
    with connections[CELL].cursor() as cursor:
        for owner in known:
            cursor.execute("SELECT length FROM ledger_chain WHERE owner = %s", [prefix + owner])
            row = cursor.fetchone()
            lengths[owner] = int(row[0]) if row else 0
    return {label(known[owner].label, number): owner for owner, length in lengths.items() for number in range(length)}


class _Changes:
    """Says whether anything that a decision depends on has changed after it."""

    def __init__(self, people: Iterable[bytes], log: Log) -> None:
        """Find the lines of governance, and those that changed what is held about *people*."""
        self._reader = AuditReader(log)
        steps = (line.said for line in governance_lines(log) if line.said.operation not in OVERSEEING)
        self._governed = max((step.at for step in steps), default=None)
        held = keys.store().keys(KeyKind.LOG, sorted(set(people)))
        named = _by_label({owner: log_keys(key, log.number) for (owner, _), key in held.items()}, b"s")
        self._lines: dict[bytes, list[int]] = {}
        with connections[CELL].cursor() as cursor:
            cursor.execute("SELECT seq, data FROM ledger_leaf WHERE seq < %s AND month > 0", [log.size])
            for seq, data in cursor:
                leaf = bytes(data)
                if leaf[1] in _CHANGES and (owner := named.get(leaf[2:34])) is not None:
                    self._lines.setdefault(owner, []).append(int(seq))

    def after(self, words: Said, person: bytes) -> bool:
        """Tell it of one look; times count, since lines of one batch stand in no order."""
        if self._governed is not None and self._governed >= words.at:
            return True
        rows = (row for index in self._lines.get(person, ()) for row in self._reader.rows(index, index + 1))
        return any(row.at() >= words.at for row in rows)
