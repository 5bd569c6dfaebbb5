"""The log's key changes: an act, two keys side by side until a declared day, then the new one alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aboveboard.apps import keys
from aboveboard.apps.accounts import log_keys
from aboveboard.apps.accounts.log_keys import KIND, apply_log_key, log_key_body
from aboveboard.apps.evidence.pack import own_trust
from aboveboard.apps.keys.signing import POST_QUANTUM, part_of
from aboveboard.apps.ledger import publishing, sequencer, signers, witnesses
from aboveboard.apps.ledger.models import LogKey
from aboveboard.apps.ledger.publishing import check_not_rolled_back, checkpoint_path, log_origin, log_signer
from aboveboard.apps.ledger.sequencer import Sequencer, sequencing
from aboveboard.apps.ledger.signers import State, checkpoint_signers, known_keys, trusted_keys
from aboveboard.core.entries.entry import CELL_OWNER
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict, Invalid, KeyUnavailable, NotVerified
from aboveboard.core.tlog.note import KeyType, SignedNote, VerifierKey
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from aboveboard.core.verify import Report, verify_folder
from tests.support.cell import Cell
from tests.support.evidence import own


def rotate(cell: Cell, days: int = 30) -> tuple[VerifierKey, VerifierKey]:
    """Take the next key through all steps and have the log sign; the key before and the new one."""
    body = log_key_body(overlap_days=days, now=datetime.now(UTC))
    apply_log_key(act=cell.decide(KIND, body), now=datetime.now(UTC))
    cell.drain()
    return VerifierKey.parse(body["before"]), VerifierKey.parse(body["key"])


def let_overlap_end(cell: Cell) -> None:
    """Let the declared day come, and the log sign once more."""
    LogKey.objects.exclude(until=None).update(until=datetime.now(UTC) - timedelta(seconds=1))
    cell.person()
    cell.drain()


def signed_by() -> list[bytes]:
    """The ids of the keys whose lines stand under the published checkpoint, in their order."""
    return [line.key_id for line in SignedNote.parse(checkpoint_path().read_bytes()).signatures]


def trusting(*known: VerifierKey) -> TrustPolicy:
    """A policy of somebody who knows these keys of the log."""
    return TrustPolicy(tuple(Log(key) for key in known), (), (), NO_QUORUM)


def checked(folder: Path, policy: TrustPolicy, *since: Path) -> Report:
    """A stranger with that policy checks a pack."""
    trust = folder.with_name(f"{folder.name}-trust")
    trust.write_bytes(policy.encode())
    return verify_folder(folder, trust, since)


def states() -> list[tuple[int, State]]:
    """Each key of the log by number, and what it does."""
    return [(known.number, known.state) for known in known_keys(log_origin())]


def test_before_any_rotation_one_key_signs(cell: Cell):
    """No row, one line under the checkpoint, one key in the file of trust."""
    cell.drain()
    assert LogKey.objects.count() == 0
    assert states() == [(1, State.IN_FORCE)]
    assert signed_by() == [log_signer(log_origin()).key.key_id]


def test_two_keys_sign_side_by_side_until_the_declared_day(cell: Cell, tmp_path: Path):
    """Whoever knows only the old key, or both, or only the new one: each opens the checkpoint, and a pack holds."""
    person = cell.person()
    cell.drain()
    old, new = rotate(cell)
    assert signed_by() == [old.key_id, new.key_id]
    assert states() == [(1, State.IN_FORCE), (2, State.COMING)]
    note = checkpoint_path().read_bytes()
    for policy in (trusting(old), trusting(new), trusting(old, new), own_trust()):
        assert policy.open_checkpoint(note).checkpoint.origin == log_origin()
    own(cell, person, tmp_path / "pack")
    assert checked(tmp_path / "pack", trusting(old)).holds
    assert checked(tmp_path / "pack", trusting(old, new)).holds
    assert log_signer(log_origin()).key == old


def test_when_the_day_has_come_the_new_key_signs_alone(cell: Cell, tmp_path: Path):
    """Checkpoint and manifest; a file of trust from before says so, one from the overlap goes on, for old packs too."""
    person = cell.person()
    cell.drain()
    own(cell, person, tmp_path / "before")
    kept = tmp_path / "kept"
    kept.write_bytes(checkpoint_path().read_bytes())
    old, new = rotate(cell)
    let_overlap_end(cell)
    assert signed_by() == [new.key_id]
    assert states() == [(1, State.RETIRED), (2, State.IN_FORCE)]
    assert [key.key_id for key in trusted_keys(log_origin(), retired=False)] == [new.key_id]
    own(cell, person, tmp_path / "after", since=[kept.read_bytes()])
    assert not checked(tmp_path / "after", trusting(old)).holds
    for folder, since in ((tmp_path / "before", ()), (tmp_path / "after", (kept,))):
        assert checked(folder, trusting(new, old), *since).holds
        assert checked(folder, own_trust(), *since).holds
    assert checked(tmp_path / "after", trusting(new)).failures[0].name == "consistency", (
        "who kept a checkpoint needs both"
    )


def test_a_stolen_key_signs_nothing_more_from_the_same_moment(cell: Cell):
    """Without an overlap the new key signs alone with the next batch, and what was signed before is still our own."""
    cell.drain()
    _, new = rotate(cell, days=0)
    assert signed_by() == [new.key_id]
    assert check_not_rolled_back(log_origin()) is not None
    assert states() == [(1, State.RETIRED), (2, State.IN_FORCE)]


def test_the_act_is_in_the_log_and_the_statement_of_keys_lies_beside_the_checkpoint(cell: Cell):
    """``key.rotated`` says which key follows which and until when; the file of trust names both, the first in force."""
    from aboveboard.apps.evidence.governance import governance_lines
    from aboveboard.apps.evidence.logs import all_logs

    cell.drain()
    old, new = rotate(cell)
    said = [line.said for line in governance_lines(all_logs()[-1]) if line.said.operation == "key.rotated"]
    assert [(one.body["before"], one.body["key"]) for one in said] == [(old.encode(), new.encode())]
    policy = TrustPolicy.parse(publishing.trust_path().read_bytes())
    assert [log.key for log in policy.logs] == [old, new]


def test_one_rotation_waits_for_the_end_of_the_other(cell: Cell):
    """Never three keys at once; an act on a key that is not in force any more has no effect; a year is the longest."""
    cell.drain()
    now = datetime.now(UTC)
    second = cell.decide(KIND, log_key_body(overlap_days=5, now=now))
    third = cell.decide(KIND, log_key_body(overlap_days=5, now=now))
    apply_log_key(act=second, now=now)
    with pytest.raises(Conflict, match="side by side"):
        log_key_body(overlap_days=5, now=now)
    with pytest.raises(Conflict, match="side by side"):
        apply_log_key(act=third, now=now)
    let_overlap_end(cell)
    with pytest.raises(Conflict, match="another key by now"):
        apply_log_key(act=third, now=now)
    with pytest.raises(Invalid):
        log_key_body(overlap_days=367, now=now)
    assert states() == [(1, State.RETIRED), (2, State.IN_FORCE), (3, State.MADE)]
    cell.drain()
    assert len(signed_by()) == 1


def test_a_key_store_older_than_the_rotation_signs_nothing(cell: Cell):
    """No key is made in the place of the one that is missing; the sentence says which copy is wanted."""
    cell.drain()
    rotate(cell, days=0)
    keys.store().shred(CELL_OWNER, KeyKind.SIGNER, part_of(log_origin(), "2"))
    cell.person()
    with pytest.raises(KeyUnavailable, match="older than the last rotation"):
        cell.drain()


def test_a_database_older_than_the_rotation_knows_the_head_of_the_new_key(cell: Cell):
    """Its rows are lost, the key store still holds the key: the head outside is opened and held against the leaves."""
    cell.drain()
    rotate(cell, days=0)
    LogKey.objects.all().delete()
    assert states() == [(1, State.IN_FORCE), (2, State.MADE)]
    assert check_not_rolled_back(log_origin()) is not None


POINTS: tuple[tuple[Any, str], ...] = (
    (log_keys, "append"),
    (signers, "put_in_force"),
    (publishing, "sign_checkpoint"),
    (publishing, "write_file"),
    (publishing, "lay_beside"),
    (sequencer.witnesses, "record"),
)


@pytest.mark.parametrize(("module", "name"), POINTS, ids=[name for _, name in POINTS])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_in_a_rotation_leaves_the_old_key_or_both(
    cell: Cell, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, when: str
):
    """Whatever was cut short: what is published opens under the old key, and start-up brings it where it should be."""
    cell.drain()
    old = log_signer(log_origin()).key
    act = cell.decide(KIND, log_key_body(overlap_days=30, now=datetime.now(UTC)))
    cell.drain()
    real = getattr(module, name)

    def dying(*given: Any, **more: Any) -> None:
        if when == "after":
            real(*given, **more)
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(module, name, dying)
        apply_log_key(act=act, now=datetime.now(UTC))
        cell.drain()
        pytest.fail("the point was not reached")
    assert trusting(old).open_checkpoint(checkpoint_path().read_bytes())
    if not LogKey.objects.exists():
        apply_log_key(act=act, now=datetime.now(UTC))
    with sequencing():
        Sequencer().drain()
    assert [state for _, state in states()] == [State.IN_FORCE, State.COMING]
    assert len(signed_by()) == 2
    assert len(TrustPolicy.parse(publishing.trust_path().read_bytes()).logs) == 2


@pytest.fixture
def post_quantum(settings: Any) -> None:
    """An operator who has asked for the post-quantum key too."""
    settings.OPTIONS = replace(settings.OPTIONS, log_ml_dsa_44=True)


def test_the_log_signs_with_ml_dsa_44_beside_ed25519_when_asked(cell: Cell, settings: Any, tmp_path: Path):
    """In the form of a cosignature; a log that stands still is signed once more; either key opens the checkpoint."""
    person = cell.person()
    cell.drain()
    before = checkpoint_path().read_text().split("\n\n")[0]
    settings.OPTIONS = replace(settings.OPTIONS, log_ml_dsa_44=True)
    cell.drain()
    assert checkpoint_path().read_text().split("\n\n")[0] == before
    classical, quantum = trusted_keys(log_origin())
    assert [key.key_type for key in (classical, quantum)] == [KeyType.ED25519, KeyType.MLDSA44_COSIGNATURE]
    for key in (classical, quantum):
        assert trusting(key).open_checkpoint(checkpoint_path().read_bytes()).checkpoint.origin == log_origin()
    own(cell, person, tmp_path / "pack")
    assert checked(tmp_path / "pack", trusting(classical)).holds
    assert checked(tmp_path / "pack", own_trust()).holds
    assert [log.key for log in TrustPolicy.parse(publishing.trust_path().read_bytes()).logs] == [classical, quantum]
    settings.OPTIONS = replace(settings.OPTIONS, log_ml_dsa_44=False)
    assert quantum in trusted_keys(log_origin()), "what it has signed can still be checked"


def test_a_line_of_the_post_quantum_key_that_does_not_hold_refuses_the_checkpoint(cell: Cell, post_quantum: None):
    """One changed bit of it: who trusts the key refuses the whole note, who does not know it goes on (signed-note)."""
    cell.drain()
    note = SignedNote.parse(checkpoint_path().read_bytes())
    classical, quantum = trusted_keys(log_origin())
    line = note.signatures[1]
    spoilt = line._replace(signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1]))
    changed = note._replace(signatures=(note.signatures[0], spoilt)).encode()
    assert trusting(classical).open_checkpoint(changed)
    with pytest.raises(NotVerified):
        trusting(classical, quantum).open_checkpoint(changed)


def test_the_post_quantum_key_stays_when_the_other_is_rotated(cell: Cell, post_quantum: None):
    """Three lines in the overlap, two afterwards."""
    cell.drain()
    old, new = rotate(cell)
    quantum = keys.store().signer(log_origin(), POST_QUANTUM).key
    assert signed_by() == [old.key_id, new.key_id, quantum.key_id]
    let_overlap_end(cell)
    assert signed_by() == [new.key_id, quantum.key_id]
    assert [signer.key for signer in checkpoint_signers(log_origin())] == [new, quantum]
    assert witnesses.recorded() is None
