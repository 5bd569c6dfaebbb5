"""The built file, run by a bare Python: what it is given, what it says, how it ends; and the same bytes each time."""

import ast
import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.support.bits import flipped
from tests.support.mirrors import files_of, lay, line, log_of, note_of
from tests.support.packs import draft, kept, trust
from tests.support.present import ROOT
from tests.support.singles import BAD, LEAVES, proof_of, zipped
from tests.support.standalone import NEEDED, Standalone, set_up
from verifier.build import ALL, NAME, build, source


@pytest.fixture(scope="module")
def standalone(tmp_path_factory) -> Standalone:
    """The file, and a Python that has never heard of us."""
    return set_up(tmp_path_factory.mktemp("standalone"))


@pytest.fixture
def keys(tmp_path):
    """The file of trusted keys."""
    path = tmp_path / "keys"
    path.write_bytes(trust().encode())
    return path


@pytest.fixture(scope="module")
def pack() -> dict[str, bytes]:
    """The files of a sound pack."""
    return draft()[0].files()


@pytest.mark.parametrize("name", [NAME, ALL])
def test_the_file_is_the_same_bytes_each_time(tmp_path, name):
    """Whoever builds it from the same source can compare hashes."""
    first, second = build(tmp_path / "one", name), build(tmp_path / "two" / "deeper", name)
    assert first[1] == second[1]
    assert first[0].read_bytes() == second[0].read_bytes()


@pytest.mark.parametrize("seed", ["0", "1"])
def test_every_process_builds_the_same_bytes(tmp_path, seed):
    """Python lays a set of names out in another order in each process; nothing of that is in either file."""
    code = f"from pathlib import Path\nfrom verifier.build import build\nfor name in {(NAME, ALL)}:\n"
    code += f"    build(Path({str(tmp_path / 'elsewhere')!r}), name)\n"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    for name in (NAME, ALL):
        assert (tmp_path / "elsewhere" / name).read_bytes() == build(tmp_path / "here", name)[0].read_bytes()


def test_the_bare_python_knows_nothing_of_us(standalone):
    """What the tests below show is shown by the file alone."""
    site = next((standalone.python.parents[1] / "lib").glob("python*/site-packages"))
    assert {path.name.partition(".")[0] for path in site.iterdir()} <= set(NEEDED)


def test_it_imports_python_itself_and_one_library():
    """Nobody has to install more than one package to check evidence."""
    named = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(source()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {name.partition(".")[0] for name in named} - sys.stdlib_module_names == {"cryptography"}
    assert {"socket", "http", "urllib", "subprocess", "ctypes"}.isdisjoint(name.partition(".")[0] for name in named)


def test_a_pack_in_a_folder_holds_and_one_changed_byte_does_not(standalone, keys, pack, tmp_path):
    """Exit code 0 and what is proved; exit code 1 and what fails."""
    folder = lay(tmp_path / "pack", pack)
    said = standalone.run(folder, "--trust", keys, code=0)
    assert "The evidence holds." in said
    assert "What this does not prove:" in said
    (folder / "entries.json").write_bytes(flipped(pack["entries.json"], 900))
    assert "The evidence does not hold." in standalone.run(folder, "--trust", keys, code=1)


def test_the_larger_file_takes_packs_too(standalone, keys, pack, tmp_path):
    """Whoever has the one for ranges and denials needs no other."""
    larger = Standalone(standalone.python, build(tmp_path, ALL)[0])
    assert "The evidence holds." in larger.run(lay(tmp_path / "pack", pack), "--trust", keys, code=0)


@pytest.mark.parametrize("around", ["", "evidence/"])
def test_the_larger_file_takes_a_zip(standalone, keys, pack, tmp_path, around):
    """As the person's own page gives it, or with one folder around it."""
    larger = Standalone(standalone.python, build(tmp_path, ALL)[0])
    (tmp_path / "pack.zip").write_bytes(zipped({around + name: data for name, data in pack.items()}))
    told = json.loads(larger.run(tmp_path / "pack.zip", "--trust", keys, "--json", code=0))
    assert told["holds"]
    assert told["proved"]
    assert told["not_proved"]


def test_the_short_file_says_to_unpack_a_zip(standalone, keys, pack, tmp_path):
    """It has no code for archives, and says what to do."""
    (tmp_path / "pack.zip").write_bytes(zipped(pack))
    assert "unpack a ZIP first" in standalone.run(tmp_path / "pack.zip", "--trust", keys, code=1)
    shutil.unpack_archive(tmp_path / "pack.zip", tmp_path / "unpacked")
    told = json.loads(standalone.run(tmp_path / "unpacked", "--trust", keys, "--json", code=0))
    assert told["holds"]
    assert told["proved"]
    assert told["not_proved"]


def test_checkpoints_that_were_kept_count(standalone, keys, pack, tmp_path):
    """A checkpoint of another history makes the pack fail."""
    folder = lay(tmp_path / "pack", pack)
    (tmp_path / "kept").write_bytes(kept(draft()[1], 6))
    (tmp_path / "other").write_bytes(note_of([line(1)] * 6))
    standalone.run(folder, "--trust", keys, "--since", tmp_path / "kept", code=0)
    standalone.run(folder, "--trust", keys, "--since", tmp_path / "kept", "--since", tmp_path / "other", code=1)


def test_a_mirror_holds_and_one_changed_byte_does_not(standalone, keys, tmp_path):
    """Every entry, tile and root of it."""
    folder = lay(tmp_path / "log", files_of(LEAVES))
    assert f"All {len(LEAVES)} entries were read" in standalone.run(folder, "--trust", keys, code=0)
    bundle = next(folder.glob("tile/entries/**/14"))
    bundle.write_bytes(flipped(bundle.read_bytes(), 500))
    assert "FAILS" in standalone.run(folder, "--trust", keys, code=1)


def test_a_large_mirror_is_shared_out_among_processes(standalone, keys, tmp_path):
    """The processes that replay the index find the file's own code, and the same roots."""
    leaves = log_of(70_000)
    folder = lay(tmp_path / "log", files_of(leaves))
    assert "1 index lines says" in standalone.run(folder, "--trust", keys, code=0)


def test_a_single_proof_holds_for_its_entry_only(standalone, keys, tmp_path):
    """The entry comes along in the proof, or in a file."""
    proof, entry = tmp_path / "line.tlog-proof", tmp_path / "entry"
    proof.write_bytes(proof_of(4, LEAVES[4]))
    assert "at place 4" in standalone.run(proof, "--trust", keys, code=0)
    proof.write_bytes(proof_of(4, None))
    assert "--entry" in standalone.run(proof, "--trust", keys, code=1)
    entry.write_bytes(LEAVES[4])
    standalone.run(proof, "--trust", keys, "--entry", entry, code=0)
    entry.write_bytes(LEAVES[5])
    standalone.run(proof, "--trust", keys, "--entry", entry, code=1)


def test_a_call_that_is_not_understood_ends_with_two(standalone, keys, tmp_path):
    """A path that leads to nothing, or no keys at all, is a mistake in the call and says nothing about evidence."""
    standalone.run(tmp_path / "nowhere", "--trust", keys, code=2)
    standalone.run(tmp_path, "--trust", tmp_path / "nowhere", code=2)
    standalone.run(tmp_path, code=2)
    standalone.run("x" * 5000, "--trust", keys, code=2)


@pytest.mark.parametrize("what", BAD)
def test_bad_files_end_in_sentences(standalone, keys, tmp_path, what):
    """Whatever is given, one clear report and exit code 1."""
    (tmp_path / "given").write_bytes(BAD[what])
    assert "FAILS" in standalone.run(tmp_path / "given", "--trust", keys, code=1)


def test_without_the_library_it_says_so(standalone, keys, tmp_path):
    """One sentence, and which package is missing."""
    import subprocess
    import sys

    command = [sys.executable, "-I", "-S", str(standalone.file), str(tmp_path), "--trust", str(keys)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 7
    assert done.stderr == "aboveboard-verify needs the Python package 'cryptography', which is not installed here.\n"
