"""Whatever is sealed, renewed and opened in whatever order, anybody counts the same; what is out of turn is refused."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf, Leaf
from aboveboard.core.entries.sealed import SealedLines, Tail, Tally, day_of, tally_of
from aboveboard.core.errors import Invalid, NotVerified

DAY = 20_800
steps = st.lists(st.tuples(st.sampled_from(["seal", "renew", "open", "other"]), st.integers(0, 9), st.integers(0, 400)))


def leaf(kind: int, number: int, day: int) -> bytes:
    """A leaf of *kind*, with the tail that kind has."""
    parts = [hashlib.sha256(bytes([n, kind % 256]) + number.to_bytes(8, "big")).digest() for n in range(3)]
    return Leaf(kind, *parts, Tail(number, day) if kind in {8, 9, 10} else None).encode()


def played(moves) -> tuple[list[bytes], list[Tally]]:
    """Play *moves* as far as they are allowed: the leaves, and after each the counts of a ledger kept by hand."""
    rows: dict[int, list[int]] = {}  # number: latest day, day of opening
    leaves, tallies = [], []
    for what, which, days in moves:
        waiting = [number for number, (_, opened) in rows.items() if not opened]
        if what == "seal":
            number, day = len(rows), DAY + days
            rows[number] = [day, 0]
            leaves.append(leaf(EntryKind.SEALED, number, day))
        elif what == "other" or not waiting:
            leaves.append(leaf(EntryKind.LOOK, len(leaves), 0))
        else:
            number = waiting[which % len(waiting)]
            day = rows[number][0] + 1 + days if what == "renew" else DAY + days
            rows[number][what == "open"] = day
            leaves.append(leaf(EntryKind.RENEWED if what == "renew" else EntryKind.OPENED, number, day))
        tallies.append(counted(list(rows.values())))
    return leaves, tallies


def counted(rows: list[list[int]]) -> Tally:
    """Count by hand."""
    days = [latest for latest, opened in rows if not opened]
    late = sum(opened > latest for latest, opened in rows)
    done = sum(bool(opened) for _, opened in rows)
    return Tally(len(rows), done, late, min(days, default=0), max(days, default=0))


@given(steps)
def test_any_interleaving_is_counted_as_by_hand(moves):
    """After each leaf the tally is the one a ledger kept by hand would give."""
    lines = SealedLines()
    leaves, tallies = played(moves)
    for data, expected in zip(leaves, tallies, strict=True):
        lines.take(data)
        assert lines.tally() == expected
        assert lines.tally().outstanding == len(lines.outstanding)


@given(steps.filter(bool), st.data())
def test_a_line_left_out_never_leaves_the_count_as_it_was(moves, data):
    """Whoever drops a leaf that seals or opens makes another tally, or a log in which something is out of turn."""
    leaves, _ = played(moves)
    told = [at for at, one in enumerate(leaves) if one[1] in {EntryKind.SEALED, EntryKind.OPENED}]
    if not told:
        return
    at = data.draw(st.sampled_from(told))
    try:
        assert tally_of(leaves[:at] + leaves[at + 1 :]) != tally_of(leaves)
    except NotVerified:
        assert leaves[at][1] == EntryKind.SEALED  # a later leaf speaks of its number


@given(steps)
def test_opening_twice_or_what_was_never_sealed_is_refused(moves):
    """Each number is opened once, and only after it was sealed."""
    leaves, _ = played(moves)
    lines = SealedLines()
    for data in leaves:
        lines.take(data)
    free = set(range(lines.sealed + 2)) - set(lines.outstanding)
    for number in free:
        for kind in (EntryKind.OPENED, EntryKind.RENEWED):
            with pytest.raises(NotVerified):
                lines.take(leaf(kind, number, DAY + 9999))
    for number in {*range(lines.sealed), lines.sealed + 1}:
        with pytest.raises(NotVerified):
            lines.take(leaf(EntryKind.SEALED, number, DAY))


def test_a_day_only_ever_moves_later():
    """A renewal to the same day or an earlier one is none, and a line without a day is no sealed line."""
    lines = SealedLines()
    with pytest.raises(NotVerified):
        lines.take(leaf(EntryKind.SEALED, 0, 0))
    lines.take(leaf(EntryKind.SEALED, 0, DAY))
    for day in (DAY, DAY - 1):
        with pytest.raises(NotVerified):
            SealedLines(1, 0, 0, {0: DAY}).take(leaf(EntryKind.RENEWED, 0, day))
    lines.take(leaf(EntryKind.RENEWED, 0, DAY + 1))
    assert lines.tally() == Tally(1, 0, 0, DAY + 1, DAY + 1)
    assert not lines.tally().overdue_on(day_of(DAY + 1))
    assert lines.tally().overdue_on(day_of(DAY + 2))


@given(
    st.builds(Tally, *[st.integers(0, 2**64 - 1)] * 3, *[st.integers(0, 2**32 - 1)] * 2),
    st.binary(min_size=32, max_size=32),
)
def test_the_index_leaf_says_the_tally_in_its_own_bytes(tally, root):
    """It reads back as it was written, is as long as ever, and without sealed lines is what it always was."""
    data = IndexLeaf(root, 7, tally).encode()
    assert len(data) == 98
    assert IndexLeaf.decode_if(data) == IndexLeaf(root, 7, tally)
    assert IndexLeaf.decode_if(data[:-1] + b"\x01") is None
    assert IndexLeaf(root, 7).encode() == b"\x01\x07" + root + (7).to_bytes(8, "big") + bytes(56)


@given(st.sampled_from([8, 9, 10]), st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_a_tail_belongs_to_its_kinds_alone(kind, number, day):
    """A leaf of kinds 8 to 10 has 110 bytes, every other 98; nothing in between is a leaf."""
    data = leaf(kind, number, day)
    assert len(data) == 110
    assert Leaf.decode(data).tail == Tail(number, day)
    assert Leaf.decode(data).encode() == data
    for wrong in (data[:98], data[:-1], data + b"\x00", b"\x01\x02" + data[2:]):
        with pytest.raises(Invalid):
            Leaf.decode(wrong)
    with pytest.raises(NotVerified):
        SealedLines().take(data[:8])


def test_a_day_no_calendar_has_is_refused():
    """Not passed on as a date."""
    with pytest.raises(Invalid):
        day_of(2**32 - 1)
