"""Whether somebody is known already: by keyed digests of a row, an external id or an address, never by keeping values.

The same person again is the same row; the same external id of the same program with the same name; or the same e-mail
address with at least one word of the name in common, for mailboxes are shared. Whoever was erased is recognised by the
same digests, kept as suppression tokens.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from aboveboard.apps import keys
from aboveboard.apps.intake.columns.duplicates import KeyTable
from aboveboard.apps.intake.columns.person import PersonDraft, Plan
from aboveboard.apps.intake.entry import Entry, Marks, Meeting
from aboveboard.apps.intake.readers.source import Row
from aboveboard.apps.keys.store import CELL
from aboveboard.apps.ledger import rows
from aboveboard.apps.vault.actions import suppression_tokens
from aboveboard.apps.vault.models import Suppression
from aboveboard.core.envelope.blind import email_token, fold, query_tokens, suppression_token, words
from aboveboard.core.envelope.keys import KeyKind, new_key
from aboveboard.core.errors import Shredded

_CUT = "\x1f"
_EIGHT_BYTES = (1 << 64) - 1
MOST_REHEARSED = 1 << 22
"""Digests a rehearsal remembers of the file itself; a real import finds them in the cell."""


class Arrived(NamedTuple):
    """Who came with a digest, and with which import."""

    person: bytes
    of: int


class Keys(NamedTuple):
    """The cell's keys under which people are recognised."""

    suppressing: bytes
    indexing: bytes


def keys_at_hand(*, make: bool) -> Keys:
    """Give the keys; where none may be made, ones under which nothing is known."""
    store = keys.store()
    found = []
    for kind in (KeyKind.SUPPRESSION, KeyKind.INDEX):
        try:
            found.append(store.cell_key(kind) if make else store.key(kind, CELL))
        except Shredded:
            found.append(new_key())
    return Keys(*found)


class Marker:
    """Makes the digests of the rows of one file."""

    def __init__(self, plan: Plan, own: Keys) -> None:
        """Put together once what is the same for each row."""
        self._own = own
        self._names = [f"{column.column}\x1e" for column in plan.columns]
        self._emails = frozenset(at for at, column in enumerate(plan.columns) if column.role == "email")
        self._external = [f"{plan.kind}{_CUT}{column.column}{_CUT}" for column in plan.columns]

    def marks(self, row: Row, draft: PersonDraft, kept: Sequence[object]) -> Marks:
        """Give the digests of one row; *kept* tells by column whether its values become facts."""
        names, key, mac = self._names, self._own.suppressing, blake2b
        if row.columns is None:
            parts = [name + cell for name, cell in zip(names, row.cells, strict=True) if cell]
        else:
            parts = [names[at] + cell for at, cell in zip(row.columns, row.cells, strict=True) if cell]
        whole = _CUT.join(parts).encode("utf-8", "surrogatepass")
        external = b""
        if draft.external_id:
            text = f"{self._external[draft.external_id_column]}{draft.external_id}{_CUT}{fold(draft.name)}"
            external = mac(text.encode("utf-8", "surrogatepass"), digest_size=16, key=key, person=b"external").digest()
        emails = [pair for pair in draft.values if pair[0] in self._emails]
        return Marks(
            mac(whole, digest_size=16, key=key, person=b"row").digest(),
            external,
            tuple([email for _, email in emails]),
            tuple([suppression_token(key, "email", email) for at, email in emails if kept[at] is None]),
            tuple([email_token(self._own.indexing, email) for at, email in emails if kept[at] is not None]),
        )


class Recogniser:
    """Says of each row of a batch whom it meets."""

    def __init__(self, own: Keys, same: Collection[int], current: int) -> None:
        """Begin with nobody.

        *same* are the imports under the same rules, the *current* one included (0: a rehearsal); a row that came with
        one of them changes nothing.
        """
        self._own, self._same, self._current, self._rehearsing = own, frozenset(same), current, not current
        self._first: Callable[[int, int], int] = KeyTable(MOST_REHEARSED).first
        """Gives the row that had a digest first, this one included."""
        self._before = 0

    def meet(self, batch: Sequence[Entry]) -> None:
        """Fill in how each row meets what is known, and whom; those refused are passed over."""
        wanted = [entry for entry in batch if entry.how is Meeting.NEW]
        erased = self._erased(wanted)
        arrived = self._arrived(wanted)
        found = keys.store().subjects_of(list({one for entry in wanted for one in entry.marks.tokens}))
        gone = _keep_the_living(arrived, found)
        if not self._rehearsing:
            self._first, self._before = dict[int, int]().setdefault, 0
        for at, entry in enumerate(wanted, self._before + 1):
            if at - self._before - 1 in erased:
                entry.how = Meeting.ERASED
                continue
            self._known(entry, arrived, found)
            if entry.person in gone:
                entry.how, entry.person = Meeting.ERASED, b""
                continue
            earlier, same_row = self._further_up(entry, at)
            entry.again = entry.again or earlier not in {0, at}
            if entry.how is Meeting.NEW and earlier:
                entry.how = Meeting.UNCHANGED if same_row else Meeting.KNOWN
                entry.person = b"" if self._rehearsing else wanted[earlier - 1].person
            elif entry.how is Meeting.NEW:
                entry.person = entry.own_id
        self._before += len(wanted)

    def _known(self, entry: Entry, arrived: dict[bytes, list[Arrived]], found: dict[int, list[bytes]]) -> None:
        marks = entry.marks
        if same_row := arrived.get(marks.row):
            entry.person = same_row[-1].person
            unchanged = any(one.of in self._same for one in same_row)
            entry.how = Meeting.UNCHANGED if unchanged else Meeting.KNOWN
            entry.again = any(one.of == self._current for one in same_row)
            return
        for person in self._candidates(marks, arrived, found, entry.draft.name):
            entry.how, entry.person = Meeting.KNOWN, person
            others = (*arrived.get(marks.external, ()), *(o for one in marks.addresses for o in arrived.get(one, ())))
            entry.again = any(one.of == self._current and one.person == person for one in others)
            return

    def _candidates(
        self, marks: Marks, arrived: dict[bytes, list[Arrived]], found: dict[int, list[bytes]], name: str
    ) -> Iterator[bytes]:
        yield from (one.person for one in arrived.get(marks.external, ()))
        by_address = [one.person for address in marks.addresses for one in arrived.get(address, ())]
        by_address += [person for one in marks.tokens for person in found.get(one, ())]
        if by_address:
            own = query_tokens(self._own.indexing, name)
            yield from (person for person in by_address if keys.store().has_token(own, person))

    def _further_up(self, entry: Entry, at: int) -> tuple[int, bool]:
        """Give the row further up that is the same person, 0 for none, and whether it is the same row."""
        marks = entry.marks
        own = [int.from_bytes(marks.row[:8], "big")]
        if marks.external:
            own.append(int.from_bytes(marks.external[:8], "big"))
        if marks.emails:
            addresses = (*marks.addresses, *marks.tokens)
            own += [hash((one, word)) & _EIGHT_BYTES for word in words(entry.draft.name) for one in addresses]
        found = [self._first(one, at) for one in own]
        earlier = min((one for one in found if one), default=0)
        return (0, False) if earlier in {0, at} else (earlier, found[0] not in {0, at})

    def _arrived(self, wanted: Sequence[Entry]) -> dict[bytes, list[Arrived]]:
        sought = {
            "whole": [entry.marks.row for entry in wanted],
            "external": [entry.marks.external for entry in wanted if entry.marks.external],
            "address": [address for entry in wanted for address in entry.marks.addresses],
        }
        arrived: dict[bytes, list[Arrived]] = {}
        for column, digests in sought.items():
            query = f"SELECT {column}, person, brought_by FROM intake_arrival WHERE {column} {{}}"
            for digest, person, of in rows.select_in(query, digests):
                arrived.setdefault(bytes(digest), []).append(Arrived(bytes(person), of))
        return arrived

    def _erased(self, wanted: Sequence[Entry]) -> set[int]:
        """Give the positions of those who were erased."""
        if not Suppression.objects.exists():
            return set()
        sought: dict[bytes, list[int]] = {}
        for at, entry in enumerate(wanted):
            marks = entry.marks
            own = {
                marks.row,
                marks.external,
                *(suppression_token(self._own.suppressing, "email", e) for e in marks.emails),
            }
            for one in (own | suppression_tokens(_spoken(entry))) - {b""}:
                sought.setdefault(one, []).append(at)
        query = "SELECT token FROM vault_suppression WHERE token {}"
        return {at for (found,) in rows.select_in(query, list(sought)) for at in sought[bytes(found)]}


def _keep_the_living(arrived: dict[bytes, list[Arrived]], found: dict[int, list[bytes]]) -> set[bytes]:
    """Leave out whom the cell does not know (any more); give those whose erasure has begun."""
    people = {one.person for several in arrived.values() for one in several}
    people.update(person for several in found.values() for person in several)
    if not people:
        return set()
    query = "SELECT id, erasing_at IS NOT NULL FROM vault_person WHERE id {}"
    known = {bytes(person): bool(erasing) for person, erasing in rows.select_in(query, list(people))}
    for digest, several in arrived.items():
        arrived[digest] = [one for one in several if one.person in known]
    for one, subjects in found.items():
        found[one] = [person for person in subjects if person in known]
    return {person for person, erasing in known.items() if erasing}


def _spoken(entry: Entry) -> list[tuple[str, str]]:
    """Give the name and the functions of a row, by which the vault recognises who was erased without an address."""
    return [(fact.category, fact.value) for fact in entry.facts if fact.category in {"T01", "T23"}]
