"""The standalone verifier on what a home made: a person's pack, and the log as it is published, on a bare Python."""

import shutil
from pathlib import Path

from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.tiles import bundles_for
from tests.support.bits import flipped
from tests.support.cli import sample_home
from tests.support.standalone import Standalone, set_up
from verifier.build import ALL, build


def test_a_stranger_checks_a_pack_and_the_whole_log(tmp_path: Path):
    """The file, the keys, the evidence; one changed byte of any of these kinds, and it does not hold."""
    home, standalone = sample_home(tmp_path / "home"), set_up(tmp_path / "stranger")
    (person,) = home.take_in("Žofie Zkušební")
    home.json("ask", person, "--purpose", "customer-relationship", "--as", "seller")
    home.run("sequence", "--once")
    pack, keys, log = tmp_path / "pack", tmp_path / "keys", tmp_path / "log"
    home.json("prove", person, "--out", str(pack), "--as", "data-protection-officer")
    home.run("key", "trust", str(keys))
    shutil.copytree(home.home / "log", log)
    archive = Path(shutil.make_archive(str(tmp_path / "zipped"), "zip", tmp_path, "pack"))
    assert "2 of them are about the person" in standalone.run(pack, "--trust", keys, code=0)
    assert "unpack a ZIP first" in standalone.run(archive, "--trust", keys, code=1)
    larger = Standalone(standalone.python, build(tmp_path / "stranger", ALL)[0])
    for shown in (pack, archive):
        assert "2 of them are about the person" in larger.run(shown, "--trust", keys, code=0)
    said = standalone.run(log, "--trust", keys, "--since", pack / "checkpoint", code=0)
    assert "entries were read, and make the root" in said
    size = Checkpoint.parse(SignedNote.parse((log / "checkpoint").read_bytes()).text).size
    for changed in (pack / "entries.json", log / bundles_for(0, size)[-1].path):
        data = changed.read_bytes()
        changed.write_bytes(flipped(data, len(data) // 2))
        standalone.run(changed.parent if changed.parent == pack else log, "--trust", keys, code=1)
