"""Whatever is shown is told apart by what is in it, read within bounds, and answered with a report."""

from pathlib import Path

import pytest

from aboveboard.core.verify import archive
from aboveboard.core.verify.pack import verify_pack
from aboveboard.core.verify.report import Report
from aboveboard.core.verify.shown import verify_shown
from aboveboard.core.verify.single import verify_proof
from aboveboard.core.verify.told import told, worded
from tests.support.bits import flipped
from tests.support.mirrors import files_of, lay, line, log_of, note_of
from tests.support.packs import draft, failed, trust
from tests.support.singles import BAD, LEAVES, proof_of, zipped


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The file of trusted keys."""
    (tmp_path / "keys").write_bytes(trust().encode())
    return tmp_path / "keys"


def shown(path: Path, keys: Path, data: bytes = b"", **more: Path) -> Report:
    """What is said of a file with *data*, or of what lies there already."""
    if data:
        path.write_bytes(data)
    return verify_shown(verify_pack, archive.read_archive, path, keys, **more)


def test_folders_archives_mirrors_and_proofs_are_told_apart(keys, tmp_path):
    """Nobody has to say what it is that they hold."""
    files = draft()[0].files()
    assert shown(lay(tmp_path / "pack", files), keys).holds
    assert shown(tmp_path / "flat", keys, zipped(files)).holds
    assert shown(
        tmp_path / "within", keys, zipped({"a folder/": b"", **{f"a folder/{n}": files[n] for n in files}})
    ).holds
    assert shown(lay(tmp_path / "log", files_of(LEAVES)), keys).holds
    assert shown(tmp_path / "proof", keys, proof_of(4, LEAVES[4])).holds
    (tmp_path / "entry").write_bytes(LEAVES[4])
    assert shown(tmp_path / "proof", keys, proof_of(4, None), entry=tmp_path / "entry").holds


@pytest.mark.parametrize("what", BAD)
def test_bad_files_end_in_a_check_that_does_not_hold(keys, tmp_path, what):
    """Bombs, lies, depth and nonsense: a sentence each."""
    (tmp_path / "given").touch()
    report = shown(tmp_path / "given", keys, BAD[what])
    assert report.failures
    assert all(check.sentence.endswith(".") for check in report.failures)


def test_an_archive_with_one_name_twice_or_a_secret_is_refused(keys, tmp_path):
    """Which of two files would count is nobody's guess to make."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped([("a", b"1"), ("a", b"2")])
    assert "two files of one name" in shown(tmp_path / "twice", keys, twice).failures[0].sentence
    secret = bytearray(zipped({"a": b"1"}))
    secret[secret.index(archive._A_FILE) + 8] |= 1
    assert "encrypted" in shown(tmp_path / "secret", keys, bytes(secret)).failures[0].sentence


def test_keys_and_files_that_cannot_be_read_are_said(keys, tmp_path):
    """A path that leads nowhere, and keys that are none."""
    assert failed(shown(tmp_path / "nowhere", keys)) == {"form"}
    (tmp_path / "nonsense").write_bytes(b"trust me\n")
    assert failed(shown(tmp_path, tmp_path / "nonsense")) == {"trust"}


def test_every_flipped_byte_of_a_single_proof_is_caught():
    """Index, hashes, checkpoint and entry belong together."""
    data = proof_of(4, LEAVES[4])
    assert verify_proof(data, None, trust()).holds
    assert [at for at in range(len(data)) if verify_proof(flipped(data, at), None, trust()).holds] == []


def test_a_single_proof_says_what_is_missing_and_who_saw_it():
    """No entry, another entry, another log's key, a checkpoint of another history."""
    assert failed(verify_proof(proof_of(4, None), None, trust())) == {"form"}
    assert failed(verify_proof(proof_of(4, None), LEAVES[5], trust())) == {"inclusion"}
    assert failed(verify_proof(proof_of(4, None), LEAVES[4], trust(b"X" * 32))) == {"checkpoint"}
    other = note_of([line(1)] * 5)
    assert failed(verify_proof(proof_of(4, None), LEAVES[4], trust(), [other])) == {"consistency"}
    same = note_of(log_of(9, 3))
    report = verify_proof(proof_of(4, None), LEAVES[4], trust(), [same])
    assert report.holds
    assert told(report)["proved"] == report.proved
    assert "What this proves:" in worded(report)
