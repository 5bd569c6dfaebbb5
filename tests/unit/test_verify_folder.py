"""A pack in a folder: read whole, nothing passed over, and every hindrance said in a sentence."""

import pytest

from aboveboard.core.verify import verify_folder
from tests.support.packs import draft, failed, kept, trust


@pytest.fixture
def laid(tmp_path):
    """A sound pack in a folder, the trusted keys and a kept checkpoint beside it."""
    made, log = draft()
    folder = tmp_path / "pack"
    folder.mkdir()
    for name, data in made.files().items():
        (folder / name).write_bytes(data)
    (tmp_path / "keys").write_bytes(trust().encode())
    (tmp_path / "kept").write_bytes(kept(log, 6))
    return tmp_path


def test_a_pack_in_a_folder_holds(laid):
    """Folder, keys and kept checkpoint are all a stranger needs."""
    assert verify_folder(laid / "pack", laid / "keys", [laid / "kept"]).holds


@pytest.mark.parametrize("name", ["pack", "keys", "kept"])
def test_what_is_missing_is_said(laid, name):
    """A path that leads nowhere ends in a check that does not hold."""
    (laid / name).rename(laid / "elsewhere")
    report = verify_folder(laid / "pack", laid / "keys", [laid / "kept"])
    assert len(report.failures) == 1
    assert "cannot be read" in report.failures[0].sentence


def test_keys_that_are_no_keys_are_said(laid):
    """A file of keys has a form."""
    (laid / "keys").write_bytes(b"trust me\n")
    assert failed(verify_folder(laid / "pack", laid / "keys")) == {"trust"}


def test_keys_of_another_log_do_not_help(laid):
    """Only the log that signed is believed, if it is the trusted one."""
    (laid / "keys").write_bytes(trust(seed=b"X" * 32).encode())
    assert failed(verify_folder(laid / "pack", laid / "keys")) == {"checkpoint", "manifest"}


@pytest.mark.parametrize("kind", ["folder", "link", "hidden"])
def test_what_lies_in_the_folder_besides_is_noticed(laid, kind):
    """A folder, a link or a hidden file in the pack was not signed by anybody."""
    if kind == "folder":
        (laid / "pack" / "more").mkdir()
    elif kind == "link":
        (laid / "pack" / "more").symlink_to(laid / "kept")
    else:
        (laid / "pack" / ".more").write_bytes(b"")
    assert failed(verify_folder(laid / "pack", laid / "keys")) == {"manifest"}


def test_a_linked_file_is_not_taken_for_its_own(laid):
    """A link may lead anywhere, so it counts as a file that is missing."""
    (laid / "pack" / "checkpoint").rename(laid / "checkpoint")
    (laid / "pack" / "checkpoint").symlink_to(laid / "checkpoint")
    assert "checkpoint" in failed(verify_folder(laid / "pack", laid / "keys"))


def test_far_too_many_files_are_not_read(laid):
    """A folder with hundreds of files is no pack."""
    for number in range(120):
        (laid / "pack" / str(number)).write_bytes(b"")
    assert failed(verify_folder(laid / "pack", laid / "keys")) == {"form"}


def test_a_file_that_is_far_too_long_is_not_read(laid):
    """Nobody's memory is filled by a pack."""
    with (laid / "pack" / "entries.json").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    report = verify_folder(laid / "pack", laid / "keys")
    assert "too long" in report.failures[0].sentence
