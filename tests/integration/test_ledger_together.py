"""Fifty people looked at in one commit have each their own line, and nothing public tells which lines are those."""

from itertools import pairwise

from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.evidence.logs import current_log
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger.publishing import log_folder
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import LEAF_SIZE
from aboveboard.core.tlog.tiles import bundles_for, read_bundle
from tests.support.cell import Cell
from tests.support.evidence import own

TOGETHER, ALONE = 50, 50
WINDOW = 8
"""Bytes that two of a hundred lines share by chance once in a few hundred thousand million runs."""


def published() -> list[bytes]:
    """Every line as anybody can fetch it."""
    size = current_log().size
    return [leaf for tile in bundles_for(0, size) for leaf in read_bundle(FileTiles(log_folder()).get, tile)][:size]


def looked_at(cell: Cell) -> tuple[list[bytes], list[bytes]]:
    """Fifty people looked at together and fifty one by one, between two checkpoints; their ids."""
    people = cell.people([{"T01": f"Person Number {number}"} for number in range(TOGETHER + ALONE)])
    cell.drain()
    together, alone = people[:TOGETHER], people[TOGETHER:]
    for person in alone[: ALONE // 2]:
        cell.look([person], ["T01"])
    look = cell.look(together, ["T01"])
    for person in alone[ALONE // 2 :]:
        cell.look([person], ["T01"])
    assert look.decision.verdict == "permit"
    cell.drain()
    return together, alone


def places(people: list[bytes]) -> list[int]:
    """Where the line of each one's look stands."""
    return [lines(person)[-1].index for person in people]


def test_each_of_fifty_has_a_line_of_their_own_that_says_only_theirs(cell: Cell, tmp_path):
    """Fifty places, fifty labels, fifty commitments; a pack of one names none of the others."""
    together, _ = looked_at(cell)
    at = places(together)
    assert len(set(at)) == TOGETHER
    whole = published()
    own(cell, together[0], tmp_path / "pack")
    shown = b"".join(path.read_bytes() for path in (tmp_path / "pack").iterdir())
    assert not any(person.hex().encode() in shown for person in together[1:])
    assert not any(whole[index].hex().encode() in shown for index in at[1:])


def test_no_public_byte_ties_two_of_them(cell: Cell):
    """Beyond version and kind, which every look has, no eight bytes stand in two lines, wherever in them."""
    together, alone = looked_at(cell)
    whole = published()
    first = min([*places(together), *places(alone)])
    looks = [leaf for leaf in whole[first:] if leaf[1] == EntryKind.LOOK]
    assert len(looks) == TOGETHER + ALONE
    assert {(len(leaf), leaf[:2]) for leaf in looks} == {(LEAF_SIZE, bytes((1, EntryKind.LOOK)))}
    met: dict[bytes, int] = {}
    for number, leaf in enumerate(looks):
        for at in range(2, LEAF_SIZE - WINDOW + 1):
            assert met.setdefault(leaf[at : at + WINDOW], number) == number


def test_no_order_ties_them(cell: Cell):
    """They stand among the others of the batch, neither side by side nor in the order they were asked about in."""
    together, alone = looked_at(cell)
    at = places(together)
    assert sorted(at) != at
    batch = sorted([*at, *places(alone)])
    neighbours = sum({one, other} <= set(at) for one, other in pairwise(batch))
    # Unshuffled it would be 49; by chance it is some 25, and 49 once in ten to the twenty-seventh.
    assert neighbours < TOGETHER - 1


def test_what_is_published_beside_the_lines_ties_them_no_more(cell: Cell):
    """Of a batch the files tell its size and its hashes: tiles, bundles, checkpoint, and the keys of the log."""
    looked_at(cell)
    names = {path.relative_to(log_folder()).parts[0] for path in log_folder().rglob("*") if path.is_file()}
    assert names == {"checkpoint", "tile", "trust"}


def test_the_one_entry_of_all_is_in_nobodys_public_bytes(cell: Cell):
    """Its hash, which each of them has in their own pack, stands in no line and no file of the log."""
    together, _ = looked_at(cell)
    (entry_hash,) = {lines(person)[-1].entry_hash for person in together}
    everything = b"".join(path.read_bytes() for path in log_folder().rglob("*") if path.is_file())
    assert entry_hash not in everything
