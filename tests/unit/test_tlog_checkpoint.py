"""Checkpoints: three lines, signed by the log they name."""

import pytest

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.merkle import EMPTY_ROOT
from aboveboard.core.tlog.note import NoteSigner, sign_note
from tests.support.tlog import LOG, ORIGIN

ROOT = bytes(range(32))
HASH = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
VERIFIER = Verifier(LOG.key)


def test_a_checkpoint_is_three_lines():
    """Origin, size and root, and nothing else, stand in it."""
    checkpoint = Checkpoint(ORIGIN, 12, ROOT)
    assert checkpoint.encode() == f"log.example/cell\n12\n{HASH}\n"
    assert Checkpoint.parse(checkpoint.encode()) == checkpoint


def test_a_log_opens_its_own_checkpoint():
    """What the log signed is what the reader gets."""
    checkpoint = Checkpoint(ORIGIN, 12, ROOT)
    note = sign_checkpoint(checkpoint, LOG)
    assert open_checkpoint(note.encode(), VERIFIER, ORIGIN) == checkpoint


def test_an_origin_may_be_any_line_of_text():
    """Old logs have spaces in their origin; only the key's name may not."""
    assert Checkpoint.parse(f"a log - 12\n1\n{HASH}\n").origin == "a log - 12"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n1\n",
        f"origin\n1\n{HASH}",
        f"origin\n1\n{HASH}\nextension\n",
        f"origin\n1\n{HASH}\n\n",
        f"\n1\n{HASH}\n",
        f"origin\n01\n{HASH}\n",
        f"origin\n-1\n{HASH}\n",
        f"origin\n\n{HASH}\n",
        f"origin\n{2**63}\n{HASH}\n",
        f"origin\n1\n{HASH[:-1]}\n",
        f"origin\n1\n{HASH[:-2]}9=\n",
        "origin\n1\n\n",
        "origin\n1\nQUJD\n",
        f"origin\r\n1\r\n{HASH}\r\n",
        f"origin\n0\n{HASH}\n",
    ],
)
def test_what_is_not_quite_a_checkpoint_is_refused(text):
    """Anything cut, added or written otherwise is no checkpoint."""
    with pytest.raises(Invalid):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 1, ROOT),
        ("a\nb", 1, ROOT),
        ("a\rb", 1, ROOT),
        ("a", -1, ROOT),
        ("a", 2**63, ROOT),
        ("a", 1, ROOT[:31]),
        ("a", 0, ROOT),
    ],
)
def test_no_checkpoint_is_made_that_nobody_could_read(origin, size, root):
    """A log never states what its readers would have to refuse."""
    with pytest.raises(Invalid):
        Checkpoint(origin, size, root)


def test_the_empty_log_has_the_empty_root():
    """A log begins with a checkpoint of size 0."""
    assert Checkpoint.parse(Checkpoint(ORIGIN, 0, EMPTY_ROOT).encode()).size == 0


def test_a_log_signs_under_its_own_name():
    """A key of another name does not sign for the log."""
    with pytest.raises(Invalid):
        sign_checkpoint(Checkpoint(ORIGIN, 1, ROOT), LOG, NoteSigner("other.example", bytes(32)))


def test_another_logs_checkpoint_is_refused():
    """A key that signs for two origins does not swap one for the other."""
    note = sign_note(Checkpoint("other.example/log", 1, ROOT).encode(), LOG).encode()
    with pytest.raises(NotVerified):
        open_checkpoint(note, VERIFIER, ORIGIN)


def test_a_stranger_does_not_speak_for_the_log():
    """The right name with another key is a stranger's."""
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, ROOT), NoteSigner(ORIGIN, bytes(32))).encode()
    with pytest.raises(NotVerified):
        open_checkpoint(note, VERIFIER, ORIGIN)
