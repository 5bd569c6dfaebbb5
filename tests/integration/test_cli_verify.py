"""`aboveboard verify` on whatever a stranger may hold: a ZIP, a mirrored log, a single proof."""

import pytest

from aboveboard.faces.cli.answers import Exit
from tests.support.bits import flipped
from tests.support.cli import Home
from tests.support.mirrors import files_of, lay
from tests.support.packs import draft, trust
from tests.support.singles import LEAVES, proof_of, zipped


@pytest.fixture
def stranger(tmp_path) -> Home:
    """Somebody without a home, with the keys from elsewhere."""
    (tmp_path / "keys").write_bytes(trust().encode())
    made = Home(tmp_path / "elsewhere", {"DJANGO_SETTINGS_MODULE": "there.is.none"})
    made.folder.mkdir()
    return made


def test_a_mirrored_log_is_verified_whole(stranger, tmp_path):
    """The same as the standalone verifier says, through the same core."""
    folder = lay(tmp_path / "log", files_of(LEAVES))
    told = stranger.json("verify", str(folder), "--trust", str(tmp_path / "keys"))
    assert {check["name"] for check in told["checks"]} == {"checkpoint", "entries", "tiles", "index"}
    tile = folder / "tile/0/000.p/14"
    tile.write_bytes(flipped(tile.read_bytes(), 40))
    assert not stranger.json("verify", str(folder), "--trust", str(tmp_path / "keys"), code=Exit.FAILED)["holds"]


def test_a_zip_and_a_single_proof_are_verified(stranger, tmp_path):
    """A pack need not be unpacked, and a proof may bring its entry along or not."""
    (tmp_path / "pack.zip").write_bytes(zipped(draft()[0].files()))
    assert stranger.json("verify", str(tmp_path / "pack.zip"), "--trust", str(tmp_path / "keys"))["holds"]
    (tmp_path / "line.tlog-proof").write_bytes(proof_of(2, None))
    (tmp_path / "entry").write_bytes(LEAVES[2])
    words = ("verify", str(tmp_path / "line.tlog-proof"), "--trust", str(tmp_path / "keys"))
    assert not stranger.json(*words, code=Exit.FAILED)["holds"]
    assert stranger.json(*words, "--entry", str(tmp_path / "entry"))["holds"]
