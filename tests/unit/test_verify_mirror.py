"""A whole log, checked: every entry, every tile, every root of the index; and whatever is wrong is named."""

import pytest

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.entries.sealed import Tail, Tally
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.tiles import decode_bundle, encode_bundle
from aboveboard.core.tlog.trust import TrustPolicy, Witness
from aboveboard.core.verify.mirror import verify_mirror
from tests.support.mirrors import files_of, indexed, line, log_of, note_of
from tests.support.packs import NOW, failed, trust

SMALL = log_of(5, 1, 0, 12)
LARGE = log_of(300, 40, 3, 700)


def checked(files: dict[str, bytes], *since: bytes, policy: TrustPolicy | None = None):
    """What the verifier says of a mirror's files."""
    return verify_mirror(files.get, policy or trust(), since)


@pytest.mark.parametrize("leaves", [log_of(1), SMALL, log_of(255), log_of(256), log_of(511, 0), LARGE])
def test_a_sound_mirror_holds_whatever_its_size(leaves):
    """All entries, all tiles and all roots are made anew, and what that proves is said."""
    report = checked(files_of(leaves))
    assert report.holds, report.failures
    assert {check.name for check in report.checks} == {"checkpoint", "entries", "tiles", "index"}
    assert any(f"these {len(leaves)} entries" in sentence for sentence in report.proved)
    assert any("witness" in sentence.lower() for sentence in report.not_proved)


def test_an_empty_log_is_a_log():
    """Nothing stands in it, and that is signed."""
    assert checked(files_of([])).holds


def test_every_flipped_byte_of_every_file_is_caught():
    """One bit in any byte of checkpoint, tile or bundle, and the mirror does not hold."""
    files = files_of(SMALL)
    survived = [
        (name, at)
        for name, data in files.items()
        for at in range(len(data))
        if checked({**files, name: data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]}).holds
    ]
    assert survived == []


def test_every_missing_file_is_caught():
    """A mirror holds every file that its checkpoint needs, or it is none."""
    files = files_of(LARGE)
    assert [name for name in files if checked({other: files[other] for other in files if other != name}).holds] == []


def test_a_full_tile_stands_for_a_partial_one():
    """Whoever keeps a log may drop a partial tile once the full one is there."""
    files, longer = files_of(LARGE), files_of([*LARGE, *map(line, range(9000, 9300))])
    gone = [name for name in files if ".p/" in name and name.split(".p/")[0] in longer]
    assert gone
    kept = {name: data for name, data in files.items() if name not in gone}
    assert checked({**kept, **{name.split(".p/")[0]: longer[name.split(".p/")[0]] for name in gone}}).holds


# What only the log's own operator could do: sign it.


def with_index(leaves: list[bytes], at: int, said: bytes) -> list[bytes]:
    """The same log with another index line at one place, and each index line behind it made anew."""
    made = [*leaves[:at], said]
    for data in leaves[at + 1 :]:
        made.append(indexed(made) if data[1] == EntryKind.INDEX else data)
    return made


@pytest.mark.parametrize("at", [5, 7, 8])
@pytest.mark.parametrize("root", [bytes(32), b"\x01" * 32])
def test_a_signed_root_that_the_labels_do_not_make_is_found(at, root):
    """An index in the middle is replayed as the last one is, so an absence proved by it can be relied on."""
    said = IndexLeaf.decode_if(SMALL[at])
    report = checked(files_of(with_index(SMALL, at, IndexLeaf(root, said.covered).encode())))
    assert failed(report) == {"index"}
    assert [check.entry for check in report.failures] == [at]


def test_the_root_of_another_moment_is_found():
    """The right root at the wrong place is a wrong root."""
    said, before = IndexLeaf.decode_if(SMALL[7]), IndexLeaf.decode_if(SMALL[5])
    assert failed(checked(files_of(with_index(SMALL, 7, IndexLeaf(before.root, said.covered).encode())))) == {"index"}


@pytest.mark.parametrize(
    "change",
    [
        lambda said: IndexLeaf(said.root, said.covered - 1).encode(),
        lambda said: IndexLeaf(said.root, said.covered, Tally(sealed=1, first=9, last=9)).encode(),
        lambda said: IndexLeaf(said.root, said.covered).encode()[:-1] + b"\x01",
        lambda _said: b"\x01\x02" + bytes(95),
        lambda _said: b"",
        lambda _said: b"\x01\x08" + bytes(96),
    ],
)
def test_a_line_of_another_form_is_found(change):
    """An index that covers something else, counts otherwise or is no line at all is named."""
    said = IndexLeaf.decode_if(SMALL[7])
    report = checked(files_of([*SMALL[:7], change(said), *SMALL[8:]]))
    assert failed(report) == {"index"}
    assert report.failures[0].entry == 7


def test_a_log_that_does_not_end_with_its_index_is_found():
    """Behind the last index nothing could be shown to be all."""
    report = checked(files_of([*SMALL, line(77)]))
    assert failed(report) == {"index"}
    assert "does not end with an index" in report.failures[0].sentence


def test_one_label_twice_is_found():
    """A label that two lines share would let one hide behind the other."""
    for again in ([*SMALL[:2], SMALL[0], *SMALL[3:]], [*log_of(900), *SMALL[:1], *[line(5)] * 40]):
        report = checked(files_of([*again, IndexLeaf(bytes(32), len(again)).encode()]))
        assert any("twice" in check.sentence for check in report.failures)


def test_labels_made_to_lie_in_one_corner_cost_time_and_nothing_else():
    """A tree that is deep on one side only has the roots it must have."""
    leaves = [bytes([1, 2]) + bytes(30) + at.to_bytes(2, "big") + line(at)[34:] for at in range(300)]
    leaves.append(indexed(leaves))
    assert checked(files_of(leaves)).holds
    twice = [*leaves, *[leaves[7]] * 20]
    assert failed(checked(files_of([*twice, IndexLeaf(bytes(32), len(twice)).encode()]))) == {"index"}


def test_a_signed_tree_of_other_entries_is_found():
    """Entries that do not make the signed root are not the log's."""
    files, other = files_of(SMALL), files_of(log_of(6, 1, 0, 11))
    assert "entries" in failed(checked({**other, "checkpoint": files["checkpoint"]}))
    assert "tiles" in failed(checked({**files, **{name: other[name] for name in other if "/0/" in name}}))


def test_bundles_of_another_form_are_found():
    """Lengths that lie, and entries too many or too few, end in a sentence."""
    files = files_of(SMALL)
    name = next(name for name in files if "entries" in name)
    entries = decode_bundle(files[name], len(SMALL))
    for data in (b"", files[name] + b"\x00", encode_bundle(entries[:-1]), b"\xff\xff", encode_bundle([b"x" * 60000])):
        assert failed(checked({**files, name: data})) == {"entries"}


def test_sealed_lines_are_counted_along():
    """How many lines were sealed for a time, and how many are open, follows from the lines themselves."""
    leaves = [line(1), line(2, EntryKind.SEALED) + Tail(0, 30_000).encode()]
    leaves.append(indexed(leaves))
    leaves.append(line(3, EntryKind.OPENED) + Tail(0, 20_000).encode())
    leaves.append(indexed(leaves))
    report = checked(files_of(leaves))
    assert report.holds, report.failures
    assert any("1 lines were sealed for a time; 1 are open now" in sentence for sentence in report.proved)
    wrong = [line(3, EntryKind.OPENED) + Tail(7, 20_000).encode()]
    assert failed(checked(files_of([*wrong, IndexLeaf(bytes(32), 1).encode()]))) == {"index"}


# Checkpoints that were kept, and who else has seen the log.


def test_checkpoints_kept_are_beginnings_or_are_not():
    """The entries themselves show it; no proof of consistency is needed."""
    files = files_of(LARGE)
    kept = [note_of(LARGE[:size]) for size in (0, 1, 255, 256, 301, 343, 1000, len(LARGE))]
    assert checked(files, *kept).holds
    for other in (note_of([line(1)] * 5), note_of([*LARGE, line(1)]), b"", note_of(LARGE[:5], b"X" * 32)):
        assert failed(checked(files, other)) == {"consistency"}


def test_a_mirror_of_another_log_is_not_believed():
    """A perfect mirror under a key that nobody trusts is worth nothing, and nothing of it is read."""
    assert failed(checked(files_of(SMALL, b"X" * 32))) == {"checkpoint"}
    assert failed(checked({})) == {"checkpoint"}


def test_who_witnessed_it_is_said():
    """A witness's name stands in what is proved, and the warning that there was none is gone."""
    cosigner = Cosigner("council.test", b"W" * 32)
    policy = TrustPolicy(trust().logs, (Witness("council", cosigner.key),), (), "council")
    files = files_of(SMALL)
    assert failed(checked(files, policy=policy)) == {"checkpoint"}
    note = SignedNote.parse(files["checkpoint"])
    files["checkpoint"] = note.with_signatures(cosigner.cosign(note.text, NOW)).encode().encode()
    report = checked(files, policy=policy)
    assert report.holds
    assert any("council" in sentence for sentence in report.proved)
