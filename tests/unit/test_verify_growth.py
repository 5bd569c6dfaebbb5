"""Checkpoints kept earlier: the log only grew since, or it is found out."""

import pytest

from tests.support.packs import (
    Draft,
    SmallLog,
    draft,
    failed,
    grow,
    kept,
)


@pytest.fixture(scope="module")
def sound() -> tuple[Draft, SmallLog]:
    """A pack in which everything holds, and its log."""
    return draft()


@pytest.fixture
def pack(sound) -> Draft:
    """A pack to be changed."""
    return sound[0].copy()


def test_a_checkpoint_kept_earlier_is_a_beginning_of_the_log(pack, sound):
    """The pack brings the proof for the checkpoint it was asked about."""
    report = pack.verified([kept(sound[1], 6)])
    assert report.holds
    assert any("since the checkpoints that were kept" in sentence for sentence in report.proved)


def test_a_kept_checkpoint_of_the_same_size_needs_no_proof(pack, sound):
    """Equal size, equal root."""
    assert pack.verified([kept(sound[1], len(sound[1].leaves))]).holds


@pytest.mark.parametrize("size", [5, 7])
def test_a_kept_checkpoint_without_a_proof_does_not_hold(pack, sound, size):
    """The pack has to be asked for with that checkpoint."""
    report = pack.verified([kept(sound[1], size)])
    assert failed(report) == {"consistency"}
    assert "ask for one" in report.failures[0].sentence


def test_two_histories_are_found(pack):
    """The log signed another past for somebody else."""
    other, _, _ = grow()
    other.leaves[2] = b"\x01" * 98
    report = pack.verified([kept(other, 6)])
    assert failed(report) == {"consistency"}
    assert "two histories of 6 entries" in report.failures[0].sentence


def test_a_pack_older_than_the_kept_checkpoint_is_found(pack):
    """The log was set back, or an old pack is passed off as new."""
    longer, _, _ = grow()
    longer.fill(4)
    assert failed(pack.verified([kept(longer, len(longer.leaves))])) == {"consistency"}


def test_a_kept_checkpoint_of_somebody_else_is_found(pack, sound):
    """A checkpoint that this log did not sign says nothing about it."""
    assert failed(pack.verified([kept(sound[1], 6, seed=b"Q" * 32)])) == {"consistency"}
    assert failed(pack.verified([b"nonsense"])) == {"consistency"}


def test_a_wrong_proof_of_growth_is_found(pack):
    """Every hash of the proof counts."""
    pack.consistency[0]["proof"][0] = "00" * 32
    assert failed(pack.verified()) == {"consistency"}


def test_the_empty_log_is_a_beginning_of_every_log(pack, sound):
    """From size 0 there is nothing to prove, and a proof for it is refused."""
    assert pack.verified([kept(sound[1], 0)]).holds
    pack.consistency = [{"checkpoint": kept(sound[1], 0).decode(), "proof": ["00" * 32]}]
    assert failed(pack.verified()) == {"consistency"}
