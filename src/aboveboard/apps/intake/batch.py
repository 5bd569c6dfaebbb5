"""One batch of rows: known persons and new ones, decided by the gate and written, or only rehearsed.

A batch is two deeds at most: known persons first, then the new ones with the progress of the import. A crash between
them leaves rows that are found unchanged when the batch is done again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from aboveboard.apps import keys
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.performing import rehearse
from aboveboard.apps.intake.entry import Entry, Meeting
from aboveboard.apps.intake.fates import ERASED, NOT_TAKEN_IN, ColumnFate, Terms
from aboveboard.apps.intake.people import columns_of, count
from aboveboard.apps.intake.tally import Tally
from aboveboard.apps.ledger.actions import CELL
from aboveboard.apps.vault.actions import NewFact, NewPerson, search_tokens
from aboveboard.apps.vault.queries import standings
from aboveboard.apps.vault.standing import Dated, StandingChange, joined
from aboveboard.core.envelope.keys import KeyKind, new_key
from aboveboard.core.errors import Conflict
from aboveboard.core.policy.deadlines import term_end
from aboveboard.core.policy.decision import Decision, Refusal
from aboveboard.core.policy.question import Question, Standing
from aboveboard.core.terms import CategoryId, CountryCode, Fate, NoticeState, SubjectId, Verdict

CHANGED_RULES = "The rules changed while the file was read; give the same command again to go on."

LogKeys = Mapping[bytes, bytes]
Write = Callable[[Sequence[Entry], LogKeys], None]
"""Writes what stands beside the persons of these entries, in the transaction that is open; with K_log of new ones."""


@dataclass(slots=True)
class People:
    """The persons of one batch: new ones, what is said more about known ones, and how the known ones stand."""

    new: list[NewPerson]
    known: dict[SubjectId, deeds.Addition]
    standing: Mapping[bytes, Standing]


class Batches:
    """Takes the batches of one import, one after the other."""

    def __init__(self, terms: Terms, tally: Tally, informed_on: date | None, country: CountryCode) -> None:
        """Begin with nothing counted."""
        self._terms, self._tally, self._informed_on, self._country = terms, tally, informed_on, country
        self.begins_again = False
        """The first batch may have been cut short between keys and rows."""

    def rehearse(self, batch: Sequence[Entry]) -> None:
        """Count what `take` would do; nothing is written."""
        people = self._people(batch)
        now = self._terms.question.asked_at
        if people.new:
            question = self._question([SubjectId(person.id) for person in people.new], _categories(people.new), now)
            self._settle(batch, rehearse(question, deeds.proposals(people.new)))
        if people.known:
            question = self._question(list(people.known), _categories(people.known.values()), now)
            self._settle(batch, rehearse(question, deeds.additions_proposed(people.known)))
        self._count(batch, people.standing)

    def index(self, entries: Iterable[Entry]) -> None:
        """Put the search tokens of new people into the key store, for several batches at once.

        Tokens lie in the order of their values, all over the index: the more at once, the fewer pages are written.
        """
        found = list(entries)
        new = {entry.person for entry in found if entry.how is Meeting.NEW}
        store = keys.store()
        key = store.cell_key(KeyKind.INDEX)
        store.index((token, e.person) for e in found if e.person in new for token in search_tokens(key, e.facts))

    def take(self, batch: Sequence[Entry], now: datetime, write: Write, finish: Callable[[], None]) -> None:
        """Take a batch in: *write* stands beside the persons, *finish* says in the last transaction how far it came.

        Raises:
            Conflict: when the rules changed since the columns were judged; nothing of the new persons is kept then.
        """
        people = self._people(batch)
        if people.known:
            self._add(batch, people.known, now, write)
        self._count(batch, people.standing)
        if not people.new:
            with transaction.atomic(using=CELL, durable=True):
                finish()
            return
        ids = [SubjectId(person.id) for person in people.new]
        if self.begins_again:
            # A crash between keys and rows left keys of the same ids; nothing was ever sealed under them that stayed.
            keys.store().shred_many(ids, KeyKind.LOG)
            keys.store().shred_many(ids, KeyKind.FACTS)
            self.begins_again = False

        def beside(decision: Decision) -> None:
            if decision.verdict is not Verdict.PERMIT:
                raise Conflict(CHANGED_RULES)
            own = frozenset(ids)
            write([entry for entry in batch if entry.person in own], {one.id: one.log_key for one in people.new})
            finish()

        performed = deeds.take_in(self._question(ids, _categories(people.new), now), people.new, beside, indexed=True)
        if performed.decision.verdict is Verdict.REFUSE:
            raise Conflict(CHANGED_RULES)

    def _add(
        self, batch: Sequence[Entry], known: Mapping[SubjectId, deeds.Addition], now: datetime, write: Write
    ) -> None:
        def beside(decision: Decision) -> None:
            self._settle(batch, decision)
            write([entry for entry in batch if entry.person in known and entry.how is Meeting.KNOWN], {})

        question = self._question(list(known), _categories(known.values()), now)
        performed = deeds.add(question, known, beside)
        if performed.decision.verdict is Verdict.REFUSE:
            self._settle(batch, performed.decision)

    def _question(self, subjects: Sequence[SubjectId], categories: frozenset[CategoryId], now: datetime) -> Question:
        return replace(self._terms.question, subjects=tuple(subjects), categories=categories, asked_at=now)

    def _people(self, batch: Sequence[Entry]) -> People:
        """Put the rows of one person together."""
        of_new: dict[bytes, list[Entry]] = {entry.person: [] for entry in batch if entry.how is Meeting.NEW}
        of_known: dict[bytes, list[Entry]] = {}
        for entry in batch:
            if entry.how in {Meeting.NEW, Meeting.KNOWN} and entry.person:
                of = of_new if entry.person in of_new else of_known
                of.setdefault(entry.person, []).append(entry)
        met = {entry.person for entry in batch if entry.how is Meeting.UNCHANGED and entry.person not in of_new} - {b""}
        standing = standings([*of_known, *met]) if of_known or met else {}
        return People(
            [self._new(person, entries) for person, entries in of_new.items()],
            {SubjectId(person): self._more(entries, standing[person]) for person, entries in of_known.items()},
            standing,
        )

    def _new(self, person: bytes, entries: Sequence[Entry]) -> NewPerson:
        entries[0].gained = 2
        capacities: tuple[Dated, ...] = ()
        for entry in entries:
            capacities = joined(capacities, _capacity(entry))
        terms = self._terms
        exemption = terms.exemption.value if terms.exemption else ""
        return NewPerson(
            person,
            capacities,
            terms.notice.value,
            terms.today,
            _facts(entries),
            exemption,
            self._informed_on,
            terms.collected_directly,
            new_key(),
        )

    def _more(self, entries: Sequence[Entry], standing: Standing) -> deeds.Addition:
        """Say what a file adds to a known person: facts, a capacity, and what becomes of the notice."""
        capacities = standing.capacities
        for entry in entries:
            if (capacity := _capacity(entry)) and joined(capacities, capacity) != capacities:
                entry.gained = int(capacity[0] not in {held for held, _, _ in standing.capacities})
                capacities = joined(capacities, capacity)
        gained, terms = any(entry.gained for entry in entries), self._terms
        notice = self._notice(standing, gained=gained)
        last = _capacity(entries[-1]) if gained else None
        directly = terms.collected_directly and not standing.collected_directly
        change = StandingChange(last, *notice, directly) if last or notice[0] or directly else None
        return deeds.Addition(_facts(entries), change)

    def _notice(self, standing: Standing, *, gained: bool) -> tuple[NoticeState | None, date | None]:
        """Who was told before is told again of what is new (Art. 14(4)); an exemption frees nobody who is known."""
        terms = self._terms
        if terms.notice is NoticeState.INFORMED and standing.notice is not NoticeState.INFORMED:
            return NoticeState.INFORMED, self._informed_on
        if terms.notice is NoticeState.OWED and standing.notice is not NoticeState.OWED and gained:
            return NoticeState.OWED, terms.today
        return None, None

    def _settle(self, batch: Sequence[Entry], decision: Decision) -> None:
        """Count what the gate refused of single persons under its rule, and take it off what is written."""
        for entry in batch:
            outcome = decision.outcomes.get(SubjectId(entry.person))
            if outcome is None or entry.how is Meeting.UNCHANGED or (outcome.released and not outcome.refused):
                continue
            refused: dict[str, Refusal] = {category: found[0] for category, found in outcome.refused.items()}
            everything = not outcome.released
            for column in columns_of(entry.draft):
                old = entry.variant.fates[column]
                fate = self._tally.fates[old]
                refusal = refused.get(fate.category) if fate.fate is Fate.ADMITTED else None
                if everything and fate.fate is not Fate.DROPPED:
                    refusal = refusal or NOT_TAKEN_IN
                if refusal is not None:
                    self._tally.move(column, old, ColumnFate(Fate.DROPPED, fate.category, refusal))
            if everything:
                entry.how, entry.held = Meeting.REFUSED, []
                count(entry.draft, entry.variant)

    def _count(self, batch: Sequence[Entry], standing: Mapping[bytes, Standing]) -> None:
        """Count every row and every cell of a batch once."""
        tally = self._tally
        for entry in batch:
            tally.people[entry.how.value] += 1
            if entry.how is Meeting.ERASED:
                tally.drop(columns_of(entry.draft), entry.variant.categories, ERASED)
                continue
            if entry.how is Meeting.REFUSED:
                continue
            count(entry.draft, entry.variant)
            tally.capacities[entry.variant.row.capacity.value] += 1
            if entry.again:
                tally.people["again"] += 1
            elif obtained := self._owed_since(standing.get(entry.person)):
                tally.locks[term_end(obtained, months=1, country=self._country).isoformat()] += 1

    def _owed_since(self, standing: Standing | None) -> date | None:
        """Give the day from which the month of Art. 14(3)(a) runs, None for who has been told or need not be."""
        terms = self._terms
        if standing is None:
            return terms.today if terms.notice is NoticeState.OWED else None
        told = terms.notice is NoticeState.INFORMED or standing.notice is not NoticeState.OWED
        return None if told else standing.obtained_on


def _capacity(entry: Entry) -> Dated:
    row = entry.variant.row
    return row.capacity, row.since, row.until


def _facts(entries: Sequence[Entry]) -> tuple[NewFact, ...]:
    """Give the facts of one person's rows, equal ones once."""
    if len(entries) == 1:
        return tuple(entries[0].facts)
    return tuple({(fact.category, fact.value): fact for entry in entries for fact in entry.facts}.values())


def _categories(people: Iterable[NewPerson | deeds.Addition]) -> frozenset[CategoryId]:
    return frozenset({CategoryId(fact.category) for person in people for fact in person.facts})
