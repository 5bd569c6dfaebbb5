"""A mirror holds every entry and has replayed them before it shows a checkpoint, crash or no crash."""

import shutil
from pathlib import Path

import pytest

from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.mirror import keeping, taking
from aboveboard.apps.mirror.checking import check
from aboveboard.apps.mirror.folder import STATEMENT, make, open_mirror, trust_anew
from aboveboard.apps.mirror.keeping import Mirror
from aboveboard.apps.mirror.memory import Memory
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.sealed import Tail, tally_of
from aboveboard.core.errors import Conflict, NotVerified
from aboveboard.core.tlog.note import NoteSigner, SignedNote
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy, Witness
from tests.support.mirroring import KNOWS, fetch, shown, size_shown
from tests.support.published import Published, line, on_the_web
from tests.support.tlog import LOG, ORIGIN


def test_a_mirror_holds_what_the_log_has_published(log: Published, mirror: Mirror):
    """File for file what stood below the checkpoint, and the checkpoint with the log's own signature first."""
    checkpoint = log.publish()
    assert fetch(mirror).checkpoint == checkpoint
    for path in (path.relative_to(log.folder) for path in log.folder.rglob("*") if path.is_file()):
        if path.name != "checkpoint":
            assert (mirror.folder / "log" / path).read_bytes() == (log.folder / path).read_bytes(), path
    note = SignedNote.parse((log.folder / "checkpoint").read_bytes())
    assert set(note.signatures) <= set(shown(mirror).signatures)
    assert check(mirror).holds


def test_its_own_signature_says_by_its_name_what_it_says(log: Published, mirror: Mirror):
    """With both keys, under a name of its own, so that nobody takes it for a witness's; a policy can ask for it."""
    log.publish()
    fetch(mirror)
    witnesses = tuple(Witness(str(at), one.key) for at, one in enumerate(mirror.cosigners))
    assert {one.key.name for one in witnesses} == {f"council.example/{STATEMENT}"}
    for known in witnesses:
        policy = TrustPolicy(KNOWS.logs, witnesses, (), known.name)
        assert policy.open_checkpoint((mirror.folder / "log" / "checkpoint").read_bytes()).checkpoint.size == 307


def test_a_mirror_grows_with_the_log_and_fetches_only_what_is_new(log: Published, mirror: Mirror):
    """Step by step and in one go come to the same files; partial tiles of what was shown stay."""
    log.publish()
    fetch(mirror)
    log.grow(5, 40, 700)
    log.publish()
    assert (fetch(mirror).before, size_shown(mirror)) == (307, len(log.entries))
    assert fetch(mirror).before == len(log.entries)
    assert (mirror.folder / "log" / "tile" / "entries" / "001.p" / "51").exists()
    assert check(mirror).holds


def test_sealed_lines_are_counted_along(log: Published, mirror: Mirror):
    """Sealed, renewed and opened in several batches and fetches: each index leaf says what the mirror counts itself."""
    log.entries += [line("a", EntryKind.SEALED, Tail(0, 20_000)), line("b", EntryKind.SEALED, Tail(1, 20_001))]
    log.grow(1)
    log.publish()
    fetch(mirror)
    log.entries += [line("c", EntryKind.RENEWED, Tail(0, 20_100)), line("d", EntryKind.OPENED, Tail(1, 20_009))]
    log.grow(1)
    log.publish()
    fetch(mirror)
    assert mirror.memory.tally() == tally_of(log.entries)
    assert (mirror.memory.tally().outstanding, mirror.memory.tally().late) == (1, 1)
    assert check(mirror).holds


def test_a_mirror_of_a_mirror_is_the_log_again(log: Published, mirror: Mirror, tmp_path: Path):
    """What it serves, others fetch and check as if it came from the log."""
    log.publish()
    fetch(mirror)
    second = make(tmp_path / "second", KNOWS, "http://unused.example")
    with on_the_web(mirror.folder / "log") as url:
        fetch(second, url)
    assert shown(second) == shown(mirror)
    assert check(second).holds


def test_an_empty_log_is_held_and_then_grows(log: Published, mirror: Mirror):
    """A log that has signed nothing but its beginning can be mirrored from the beginning."""
    log.publish(0)
    fetch(mirror)
    assert size_shown(mirror) == 0
    log.publish()
    fetch(mirror)
    assert check(mirror).holds


def test_a_partial_bundle_that_was_deleted_is_read_out_of_the_full_one(log: Published, mirror: Mirror, web: str):
    """A log may drop partial tiles once the full ones stand (tlog-tiles, Partial Tiles)."""
    log.publish(4)
    note = (log.folder / "checkpoint").read_bytes()
    log.publish()
    (log.folder / "checkpoint").write_bytes(note)
    shutil.rmtree(log.folder / "tile" / "entries" / "000.p")
    shutil.rmtree(log.folder / "tile" / "0" / "000.p")
    fetch(mirror)
    assert size_shown(mirror) == 4


def test_a_log_that_changes_its_key_is_followed_once_the_new_key_is_trusted(log: Published, mirror: Mirror):
    """Signed by both for a time: either key is enough; afterwards the new one, which a file of trust has to name."""
    new = NoteSigner(ORIGIN, bytes([7]) * 32)
    log.signers = (LOG, new)
    log.publish()
    fetch(mirror)
    assert len({line.key_id for line in shown(mirror).signatures if line.name == ORIGIN}) == 2
    log.signers = (new,)
    log.grow(1)
    log.publish()
    with pytest.raises(NotVerified, match="no known key"):
        fetch(mirror)
    trust_anew(mirror.folder, TrustPolicy((Log(LOG.key), Log(new.key)), (), (), NO_QUORUM))
    again = open_mirror(mirror.folder)
    assert fetch(again).checkpoint.size == len(log.entries)
    again.memory.close()
    stranger = NoteSigner("other.example", bytes(32))
    with pytest.raises(Conflict, match="another log"):
        trust_anew(mirror.folder, TrustPolicy((Log(stranger.key),), (), (), NO_QUORUM))


POINTS = ((FileTiles, "settle"), (Memory, "hold"), (Memory, "show"), (Memory, "see"), (keeping, "write_file"))


@pytest.mark.parametrize(("place", "name"), POINTS, ids=lambda part: part if isinstance(part, str) else part.__name__)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_point_is_made_up_for_by_the_next_fetch(
    log: Published, mirror: Mirror, monkeypatch: pytest.MonkeyPatch, place: object, name: str, when: str
):
    """What is shown is whole at every moment, and the next fetch ends where an undisturbed one ends."""
    monkeypatch.setattr(taking, "STEP", 256)
    log.publish(4)
    fetch(mirror)
    log.publish()
    real = getattr(place, name)

    def dying(*given: object, **more: object) -> None:
        if when == "after":
            real(*given, **more)
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(place, name, dying)
        fetch(mirror)
    mirror.memory.close()
    again = open_mirror(mirror.folder)
    size = size_shown(again)
    assert size in (4, 307)
    assert check(again).holds
    assert fetch(again).checkpoint.size == size_shown(again) == 307
    assert check(again).holds
    again.memory.close()
