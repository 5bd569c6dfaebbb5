"""Logs made here, checked by a program in Go that knows sumdb/note, sumdb/tlog and nothing of ours."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from aboveboard.apps.ledger.publishing import log_folder, log_origin, log_signer
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.note import NoteSigner, SignedNote, sign_note
from aboveboard.core.tlog.tiles import TILE_WIDTH, Tile, TileBuilder, bundles_for, encode_bundle
from tests.interop.logcheck import SOURCE, judged, run_go
from tests.support.cell import Cell
from tests.support.present import go
from tests.support.shared import shared
from tests.support.tlog import AUDITOR, AUTHORITY, LOG, ORIGIN, cosigned

SIZES = (1, 255, 256, 300, 65_300, 65_850)
"""A first entry, a tile not yet and just full, two levels, and three of them: 65,536 is passed with the last."""
LATEST, ON_TWO_LEVELS = SIZES[-1], SIZES[3]
TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def entry(number: int) -> bytes:
    """An entry of our size, all different."""
    return (sha256(str(number).encode()).digest() * 4)[:98]


def write(path: Path, data: bytes) -> None:
    """Put *data* there, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def note(size: int, root: bytes) -> SignedNote:
    """The checkpoint of that size, signed by the log."""
    return sign_checkpoint(Checkpoint(ORIGIN, size, root), LOG)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log's folder that grew over SIZES, every partial tile still there; `older/` beside it has each checkpoint."""
    folder = tmp_path_factory.mktemp("grown") / "log"
    entries = [entry(number) for number in range(LATEST)]
    leaves = [leaf_hash(one) for one in entries]
    builder = TileBuilder()
    for size in SIZES:
        for bundle in bundles_for(builder.size, size):
            write(folder / bundle.path, encode_bundle(entries[bundle.span.start : bundle.span.stop]))
        growth = builder.extend(leaves[builder.size : size])
        for tile, data in growth.tiles:
            write(folder / tile.path, data)
        builder = growth.builder
        write(older(folder, size), note(size, growth.root).encode().encode())
    shutil.copy(older(folder, LATEST), folder / "checkpoint")
    return folder


def older(folder: Path, size: int) -> Path:
    """Where the checkpoint of that size lies."""
    return folder.parent / "older" / str(size)


def all_older(folder: Path) -> list[Path]:
    """Every earlier checkpoint of the grown log."""
    return [older(folder, size) for size in SIZES]


def test_the_checker_is_formatted_and_vetted(logcheck: Path):
    """Its source has Go's own form, and Go's own checks find nothing in it."""
    run_go("vet", ".")
    gofmt = Path(str(go())).with_name("gofmt")
    assert subprocess.run([gofmt, "-l", "."], cwd=SOURCE, check=True, capture_output=True).stdout == b""


def test_a_log_of_our_sequencer_is_accepted_at_every_size(logcheck: Path, cell: Cell, tmp_path: Path):
    """Checkpoint, tiles, entries and growth of a real log hold for somebody else's packages, batch after batch."""
    folder, seen = log_folder(), []
    cell.drain()
    vkey = log_signer(log_origin()).vkey
    for people in (1, 2, TILE_WIDTH):
        cell.people([{"T01": f"Person {number}"} for number in range(people)])
        cell.drain()
        size = int((folder / "checkpoint").read_text().split("\n")[1])
        code, said = judged(logcheck, vkey, folder, *seen)
        assert (code, f": {size} entries" in said) == (0, True), said
        assert f"extends {len(seen)} older" in said
        seen.append(tmp_path / str(len(seen)))
        shutil.copy(folder / "checkpoint", seen[-1])
    assert size > TILE_WIDTH


def test_a_log_of_three_levels_is_accepted_with_all_it_ever_was(logcheck: Path, grown: Path):
    """More than 65,536 entries, every one proved, and consistency from each earlier checkpoint."""
    code, said = judged(logcheck, LOG.vkey, grown, *all_older(grown))
    files = len([path for path in grown.glob("tile/**/*") if path.is_file()])
    assert (code, said) == (
        0,
        f"{ORIGIN}: {LATEST} entries, {files} tiles and bundles, extends {len(SIZES)} older checkpoints\n",
    )
    assert {path.name for path in (grown / "tile").iterdir()} == {"0", "1", "2", "entries"}


@pytest.mark.parametrize("size", SIZES)
def test_the_same_folder_is_accepted_under_each_earlier_checkpoint(
    logcheck: Path, grown: Path, tmp_path: Path, size: int
):
    """A mirror may be ahead of the checkpoint it serves; the tiles of every size are still there."""
    (tmp_path / "tile").symlink_to(grown / "tile")
    shutil.copy(older(grown, size), tmp_path / "checkpoint")
    code, said = judged(logcheck, LOG.vkey, tmp_path, *all_older(grown)[: SIZES.index(size)])
    assert code == 0, said


FILES = {
    "full tile": Tile(0, 0),
    "partial tile": Tile(0, LATEST // TILE_WIDTH, LATEST % TILE_WIDTH),
    "earlier partial tile": Tile(0, 1, ON_TWO_LEVELS % TILE_WIDTH),
    "full tile of level 1": Tile(1, 0),
    "partial tile of level 1": Tile(1, 1, (LATEST >> 8) % TILE_WIDTH),
    "earlier partial tile of level 1": Tile(1, 0, 1),
    "tile of level 2": Tile(2, 0, 1),
    "full bundle": Tile(-1, 0),
    "partial bundle": Tile(-1, LATEST // TILE_WIDTH, LATEST % TILE_WIDTH),
    "earlier partial bundle": Tile(-1, 1, ON_TWO_LEVELS % TILE_WIDTH),
}


@pytest.fixture
def spoilt(grown: Path, tmp_path: Path) -> Path:
    """A copy of the grown log to be spoilt, its files linked until one of them is written anew."""
    shutil.copytree(grown.parent, tmp_path / "copy", copy_function=os.link)
    return tmp_path / "copy" / grown.name


@pytest.mark.parametrize("change", ["flipped", "cut short", "longer"])
@pytest.mark.parametrize("kind", FILES)
def test_a_changed_file_of_any_kind_is_refused(logcheck: Path, spoilt: Path, kind: str, change: str):
    """One bit, one byte less, one byte more: in whichever kind of file, current or earlier, it is found."""
    path = spoilt / FILES[kind].path
    data = path.read_bytes()
    half = len(data) // 2
    changed = {
        "flipped": data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :],
        "cut short": data[:-1],
        "longer": data + b"\0",
    }
    path.unlink()
    path.write_bytes(changed[change])
    code, said = judged(logcheck, LOG.vkey, spoilt)
    assert (code, said[:8]) == (1, "refused:"), said


@pytest.mark.parametrize("line", range(5))
def test_a_changed_checkpoint_is_refused(logcheck: Path, spoilt: Path, line: int):
    """Origin, size, root, blank line or signature: one changed character is enough, in the last one and in an older."""
    for path, given in ((spoilt / "checkpoint", ()), (older(spoilt, 256), (older(spoilt, 256),))):
        whole = path.read_bytes()
        lines = whole.decode().split("\n")
        at = len(lines[line]) // 2
        lines[line] = lines[line][:at] + ("1" if lines[line][at : at + 1] != "1" else "2") + lines[line][at + 1 :]
        path.unlink()
        path.write_bytes("\n".join(lines).encode())
        code, said = judged(logcheck, LOG.vkey, spoilt, *given)
        assert (code, said[:8]) == (1, "refused:"), said
        path.write_bytes(whole)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_may_be_missing_only_where_a_wider_one_stands_for_it(logcheck: Path, spoilt: Path, kind: str):
    """Earlier partial tiles may be deleted once the full one is there (tlog-tiles); nothing else may."""
    (spoilt / FILES[kind].path).unlink()
    code, said = judged(logcheck, LOG.vkey, spoilt, *all_older(spoilt))
    assert code == (0 if kind.startswith("earlier") else 1), said


def test_another_history_is_refused(logcheck: Path, spoilt: Path):
    """A checkpoint the log signed for other entries, or for more than there are, shows a fork."""
    fork = spoilt.parent / "fork"
    for size in (256, LATEST, LATEST + 1):
        fork.write_bytes(note(size, sha256(b"another history").digest()).encode().encode())
        assert judged(logcheck, LOG.vkey, spoilt, fork)[0] == 1
    assert judged(logcheck, NoteSigner(ORIGIN, bytes(32)).vkey, spoilt)[0] == 1


def test_extension_lines_and_other_origins_are_refused(logcheck: Path, spoilt: Path):
    """Ours has three lines and its key's own name; signed or not, nothing else is read."""
    text = SignedNote.parse(older(spoilt, LATEST).read_bytes()).text
    for other in (text + "more\n", text.replace(ORIGIN, "log.example/another")):
        (spoilt / "checkpoint").unlink()
        (spoilt / "checkpoint").write_bytes(sign_note(other, LOG).encode().encode())
        assert judged(logcheck, LOG.vkey, spoilt)[0] == 1


def test_lines_of_witnesses_do_not_disturb(logcheck: Path, spoilt: Path):
    """Ed25519 and ML-DSA-44 cosignatures below the log's own line are passed over by whoever does not know them."""
    signed = cosigned(SignedNote.parse((spoilt / "checkpoint").read_bytes()), AUDITOR, AUTHORITY)
    (spoilt / "checkpoint").unlink()
    (spoilt / "checkpoint").write_bytes(signed.encode().encode())
    assert judged(logcheck, LOG.vkey, spoilt)[0] == 0


def test_the_checker_accepts_a_log_that_is_not_ours(logcheck: Path, tmp_path: Path):
    """It knows the format, not us: Tessera's log passes too, and is refused with one bit changed."""
    folder = tmp_path / "log"
    shutil.copytree(shared("vectors/transparency-dev-tessera/log"), folder)
    earlier = [folder / f"checkpoint.{size}" for size in range(16)]
    code, said = judged(logcheck, TESSERA, folder, *earlier)
    assert (code, ": 15 entries, 30 tiles and bundles" in said) == (0, True), said
    path = folder / "tile/entries/000.p/15"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert judged(logcheck, TESSERA, folder)[0] == 1
