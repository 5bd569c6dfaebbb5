"""A witness and its memory: kept before it is answered, never back, never beside, and forks kept for everybody."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aboveboard.apps.witness.keys import KEYS, lay_down, read_keys
from aboveboard.apps.witness.memory import MOST_CLASHES, Memory
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.note import KeyType, Signature, SignedNote, open_note
from aboveboard.core.tlog.witness import MAX_REQUEST_SIZE, AddCheckpoint, monitoring_path
from aboveboard.faces.witness.application import Witness
from tests.support.tlog import LOG, ORIGIN
from tests.support.witnesses import KNOWS_THE_LOG, History, environ, get, post

HONEST = History()
OTHER = HONEST.fork(30)
BOTH = (KeyType.ED25519_COSIGNATURE, KeyType.MLDSA44_COSIGNATURE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a witness with both kinds of key."""
    lay_down(tmp_path / "witness", "council.example/witness", BOTH)
    return tmp_path / "witness"


@pytest.fixture
def witness(folder: Path) -> Iterator[Witness]:
    """A witness that knows the log and has seen nothing of it."""
    made = opened(folder)
    yield made
    made.memory.close()


def opened(folder: Path) -> Witness:
    """The witness in *folder*, started."""
    return Witness(Memory(folder), read_keys(folder), KNOWS_THE_LOG)


def size_of(witness: Witness) -> int:
    """The size the witness has cosigned last."""
    known = witness.memory.latest(ORIGIN)
    return known.checkpoint.size if known else 0


def test_a_growing_log_is_cosigned_with_every_key(witness: Witness):
    """Each answer is a line a key, and verifies below the checkpoint it was asked for."""
    for old, new in ((0, 5), (5, 9), (9, 9), (9, 33)):
        reply = post(witness, HONEST.request(old, new).encode())
        assert reply.status == 200
        lines = [Signature.parse(line) for line in reply.body.decode().splitlines()]
        note = HONEST.note(new).with_signatures(*lines)
        opened_note = open_note(note.encode(), [Verifier(cosigner.key) for cosigner in witness.cosigners])
        assert len(opened_note.signatures) == 2


def test_what_was_cosigned_is_shown_to_everybody(witness: Witness):
    """The latest checkpoint lies under the log's hash, with the log's signature and the witness's."""
    assert get(witness, f"/{monitoring_path(ORIGIN)}").status == 404
    post(witness, HONEST.request(0, 9).encode())
    reply = get(witness, f"/{monitoring_path(ORIGIN)}")
    note = SignedNote.parse(reply.body)
    assert (reply.status, note.text) == (200, HONEST.note(9).text)
    assert note.signatures[0] == HONEST.note(9).signatures[0]
    assert {line.name for line in note.signatures} == {LOG.key.name, "council.example/witness"}
    assert get(witness, f"/{monitoring_path('other.example/log')}").status == 404


def test_its_public_keys_stand_at_the_front(witness: Witness):
    """Whoever wants to trust a witness can compare what it was told with what the witness says itself."""
    assert get(witness, "/").body.decode().splitlines() == [cosigner.vkey for cosigner in witness.cosigners]


def test_a_rollback_is_refused_with_the_size_that_was_seen(witness: Witness):
    """An old backup of a log meets its own later signature."""
    post(witness, HONEST.request(0, 33).encode())
    reply = post(witness, HONEST.request(5, 9).encode())
    assert (reply.status, reply.content_type, reply.body) == (409, "text/x.tlog.size", b"33\n")
    assert size_of(witness) == 33


def test_a_fork_of_one_size_is_refused_and_both_checkpoints_are_kept(witness: Witness):
    """Two roots for one size, both signed by the log: the pair is kept once, and proves it to everybody."""
    post(witness, HONEST.request(0, 40).encode())
    for _ in range(2):
        assert post(witness, OTHER.request(40, 40).encode()).status == 422
    (pair,) = witness.memory.clashes()
    assert pair.proved
    assert (pair.ours, pair.theirs) == (HONEST.note(40).encode(), OTHER.note(40).encode())


def test_a_fork_at_an_older_size_is_found_too(witness: Witness):
    """Whoever asks with an old size learns the latest one; the contradiction in what they sent is kept all the same."""
    for old, new in ((0, 35), (35, 50)):
        post(witness, HONEST.request(old, new).encode())
    assert post(witness, OTHER.request(30, 35).encode()).status == 409
    (pair,) = witness.memory.clashes()
    assert (pair.proved, pair.theirs) == (True, OTHER.note(35).encode())


def test_a_longer_history_without_a_proof_is_refused_and_not_called_a_fork(witness: Witness):
    """A good checkpoint can be sent with a bad proof by anybody, so the pair proves nothing by itself."""
    post(witness, HONEST.request(0, 40).encode())
    assert post(witness, OTHER.request(40, 50).encode()).status == 422
    (pair,) = witness.memory.clashes()
    assert not pair.proved
    assert post(witness, HONEST.request(40, 50).encode()).status == 200


def test_pairs_that_prove_nothing_do_not_crowd_out_those_that_do(witness: Witness):
    """However many bad proofs somebody sends, the disk does not fill, and a fork is still kept."""
    post(witness, HONEST.request(0, 40).encode())
    rows = [(ORIGIN, False, "a", str(number), datetime.now(UTC).isoformat()) for number in range(MOST_CLASHES)]
    insert = "INSERT INTO clash (origin, proved, ours, theirs, at) VALUES (?, ?, ?, ?, ?)"
    witness.memory._connection.executemany(insert, rows)
    post(witness, OTHER.request(40, 50).encode())
    assert len(witness.memory.clashes()) == MOST_CLASHES
    post(witness, OTHER.request(40, 40).encode())
    assert len(witness.memory.clashes()) == MOST_CLASHES + 1


def test_a_crash_between_keeping_and_answering_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The log does not learn that it was cosigned, asks again, is told the size, and gets its signature."""
    dying = opened(folder)
    real = Memory.cosign

    def kept_and_dead(*everything, **more):
        real(*everything, **more)
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(Memory, "cosign", kept_and_dead)
        post(dying, HONEST.request(0, 9).encode())
    dying.memory.close()
    again = opened(folder)
    assert size_of(again) == 9
    assert post(again, OTHER.fork(3).request(0, 9).encode()).body == b"9\n"
    assert post(again, HONEST.request(0, 9).encode()).body == b"9\n"
    assert post(again, HONEST.request(9, 9).encode()).status == 200
    again.memory.close()


def test_a_crash_before_the_commit_keeps_nothing_and_answers_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A signature that was made and not kept never leaves."""
    dying = opened(folder)

    def dead(*_everything):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(Memory, "_keep", dead)
        post(dying, HONEST.request(0, 9).encode())
    assert size_of(dying) == 0
    assert post(dying, OTHER.request(0, 9).encode()).status == 200, "nothing of the first was ever shown to anybody"
    dying.memory.close()


def test_of_many_requests_at_once_no_two_contradict(folder: Path):
    """Two processes share a memory: whatever comes together is put in a row, and none rolls another back."""
    one, two = opened(folder), opened(folder)
    sizes = range(1, 41)
    with ThreadPoolExecutor(8) as pool:
        replies = list(
            pool.map(lambda size: post((one, two)[size % 2], HONEST.request(0, size).encode()).status, sizes)
        )
    assert sorted(set(replies)) == [200, 409]
    assert replies.count(200) == 1
    assert size_of(one) == size_of(two) == sizes[replies.index(200)]
    one.memory.close()
    two.memory.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/", b"", 405),
        ("GET", "/add-checkpoint", b"", 405),
        ("DELETE", "/add-checkpoint", b"", 405),
        ("GET", "/checkpoint", b"", 404),
        ("GET", "/../keys", b"", 404),
        ("POST", "/add-checkpoint", b"nonsense", 400),
        ("POST", "/add-checkpoint", b"x" * (MAX_REQUEST_SIZE + 1), 413),
    ],
)
def test_anything_else_is_answered_and_changes_nothing(witness: Witness, method, path, body, status):
    """Bad requests end in a status and a few words."""
    started = []
    answer = b"".join(witness(environ(method, path, body), lambda *words: started.append(words)))
    assert started[0][0].startswith(f"{status} ")
    assert len(answer) < 100
    assert witness.memory.all_latest() == []


def test_the_keys_are_their_owners_alone_and_are_never_replaced(folder: Path):
    """A second witness in one folder would be one that forgot what it cosigned."""
    assert stat.S_IMODE((folder / KEYS).stat().st_mode) == 0o600
    with pytest.raises(Conflict):
        lay_down(folder, "council.example/witness", BOTH)
    assert [cosigner.key.key_type for cosigner in read_keys(folder)] == list(BOTH)


@pytest.mark.parametrize("text", ["nonsense\n", "PRIVATE+KEY+a+00000000+BAAA\n", "PRIVATE+KEY+a+00000000+AQAA", "\x00"])
def test_a_file_that_holds_no_keys_is_refused(folder: Path, text: str):
    """A witness with a broken key does not start."""
    (folder / KEYS).write_text(text)
    with pytest.raises(Invalid):
        read_keys(folder)


def test_a_key_that_states_another_id_is_refused(folder: Path):
    """One changed letter of a key is noticed."""
    line = (folder / KEYS).read_text().splitlines()[0]
    (folder / KEYS).write_text(line.replace("council", "counsel") + "\n")
    with pytest.raises(Invalid, match="another key id"):
        read_keys(folder)


def test_a_folder_without_keys_is_no_witness(tmp_path: Path):
    """The sentence says how to make one."""
    with pytest.raises(Invalid, match="witness init"):
        read_keys(tmp_path)


def test_a_witness_whose_disk_is_full_answers_nothing(witness: Witness, monkeypatch: pytest.MonkeyPatch):
    """What cannot be kept is not cosigned, and the next request finds the memory usable."""
    witness.memory._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(Exception, match="full"):
        for size in range(1, 40):
            post(witness, HONEST.request(size - 1, size).encode())
    kept = size_of(witness)
    witness.memory._connection.execute("PRAGMA max_page_count = 100000")
    assert post(witness, HONEST.request(kept, 50).encode()).status == 200


def test_an_asked_checkpoint_is_never_cosigned_in_words_of_others(witness: Witness):
    """Below the checkpoint that is kept stand the log's lines and ours, nothing else that was sent along."""
    stranger = Signature("stranger.example", b"abcd", b"e" * 64)
    note = HONEST.note(9).with_signatures(stranger)
    assert post(witness, AddCheckpoint(0, (), note.encode()).encode()).status == 200
    known = witness.memory.latest(ORIGIN)
    assert known
    assert "stranger.example" not in {line.name for line in known.note.signatures}
