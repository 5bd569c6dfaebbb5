"""Asking witnesses: cosignatures add up, the quorum moves the witnessed checkpoint, and nobody else is believed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aboveboard.apps.ledger import asking as asking_one
from aboveboard.apps.ledger import elsewhere, publishing, rounds, witnesses
from aboveboard.apps.ledger.confirmed import WITNESSED, WITNESSING, published_file, recorded
from aboveboard.apps.ledger.rounds import Asker, Round, asking, known_witnesses
from aboveboard.apps.ledger.sequencer import Sequencer, sequencing
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import KeyType, SignedNote
from aboveboard.core.tlog.trust import TrustPolicy
from tests.integration.test_ledger import commit, entry
from tests.support.cell import Cell
from tests.support.witness_servers import Own, own_witness, policy_file, with_witnesses

BOTH = (KeyType.ED25519_COSIGNATURE, KeyType.MLDSA44_COSIGNATURE)


def vkey() -> str:
    """The log's own key."""
    return publishing.log_signer(publishing.log_origin()).vkey


def sequence() -> None:
    """Sequence what is pending, as at a start."""
    with sequencing():
        Sequencer().drain()


def one_round() -> Round:
    """Ask everybody once, as a process of its own would."""
    with asking(), Asker(witnesses.planned()) as asker:
        found = asker.round(patient=True)
    assert found is not None
    return found


def give_time(monkeypatch: pytest.MonkeyPatch, seconds: float = 600.0) -> None:
    """Let every request to a witness have so many seconds."""
    for place in (asking_one, elsewhere):
        monkeypatch.setattr(place, "SECONDS", seconds)


def published() -> SignedNote:
    """The published checkpoint."""
    return SignedNote.parse((publishing.log_folder() / "checkpoint").read_bytes())


def witnessed() -> Checkpoint:
    """The newest witnessed checkpoint, held against what is recorded of the quorum."""
    stated = recorded()
    assert stated is not None
    return stated.policy.open_checkpoint(published_file(WITNESSED).read_bytes()).checkpoint


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine is, a witness has not been late."""
    give_time(monkeypatch)


@pytest.fixture
def council(cell: Cell, tmp_path: Path) -> Iterator[Own]:
    """A works council with two keys on its own machine."""
    with own_witness(tmp_path / "council", "council", vkey(), types=BOTH) as own:
        yield own


@pytest.fixture
def auditor(cell: Cell, tmp_path: Path) -> Iterator[Own]:
    """An auditor with one key."""
    with own_witness(tmp_path / "auditor", "auditor", vkey()) as own:
        yield own


@pytest.fixture
def named(council: Own, auditor: Own, settings: Any, tmp_path: Path) -> Path:
    """The operator has named both, and the log says so."""
    path = policy_file(tmp_path / "policy", [*council.lines(), *auditor.lines()])
    settings.OPTIONS = with_witnesses(settings.OPTIONS, path)
    sequence()
    return path


def test_cosignatures_of_all_stand_under_the_checkpoint(named: Path, council: Own, auditor: Own):
    """Whoever fetches the checkpoint sees that others have seen the same, and the quorum makes it the witnessed one."""
    found = one_round()
    assert (set(found.cosigned), found.quorum) == ({"council", "council1", "auditor"}, True)
    assert set(found.asked.values()) == {"cosigned"}
    assert witnessed() == Checkpoint.parse(published().text)
    assert published().encode() == published_file(WITNESSED).read_text()


def test_a_growing_log_is_proved_to_have_only_grown(named: Path, council: Own):
    """Each witness is asked from the size it has cosigned last, so one request is enough."""
    one_round()
    commit(entry(b"p" * 16), entry(b"q" * 16))
    sequence()
    council.asked.clear()
    assert one_round().quorum
    assert council.asked == ["/add-checkpoint"]
    assert witnessed().size == publishing.stored_head()[0]


def test_a_forgotten_hint_is_put_right_by_the_witness(named: Path, council: Own, settings: Any):
    """The size in its 409 is taken, once; nothing that this side remembers has to be true."""
    one_round()
    (settings.OPTIONS.home / rounds.STATE).unlink()
    commit(entry(b"p" * 16))
    sequence()
    council.asked.clear()
    assert one_round().quorum
    assert council.asked == ["/add-checkpoint", "/add-checkpoint"]


def test_who_has_cosigned_is_asked_again_only_after_a_while(named: Path, council: Own, monkeypatch: pytest.MonkeyPatch):
    """A quiet log's head is confirmed anew, so that its age says something; the newer line takes the older's place."""
    monkeypatch.setattr(rounds, "CONFIRM_AFTER", timedelta(days=1))
    one_round()
    council.asked.clear()
    assert one_round().asked == {}
    assert council.asked == []
    monkeypatch.setattr(rounds, "CONFIRM_AFTER", timedelta(0))
    assert len(one_round().asked) == 2
    assert council.asked == ["/add-checkpoint"]
    assert len(published().signatures) == 4


def test_one_witness_that_is_away_leaves_the_checkpoint_unwitnessed(
    cell: Cell, council: Own, settings: Any, tmp_path: Path
):
    """What came is published; the quorum's own checkpoint does not move, and the operator is told who is missing."""
    with own_witness(tmp_path / "away", "away", vkey()) as away:
        lines = [*council.lines(), *away.lines()]
    settings.OPTIONS = with_witnesses(settings.OPTIONS, policy_file(tmp_path / "policy", lines))
    sequence()
    found = one_round()
    assert (set(found.cosigned), found.quorum) == ({"council", "council1"}, False)
    assert not published_file(WITNESSED).exists()
    assert len(published().signatures) == 3
    assert known_witnesses()[away.url].said == "cannot be reached"
    assert known_witnesses()[away.url].failures == 1


def test_an_undelivered_cosignature_is_asked_for_again(cell: Cell, settings: Any, tmp_path: Path):
    """The witness cosigned and its answer was lost: it is asked about the same checkpoint once more."""
    folder = tmp_path / "council"
    with own_witness(folder, "council", vkey()) as own:
        path = policy_file(tmp_path / "policy", own.lines())
        settings.OPTIONS = with_witnesses(settings.OPTIONS, path)
        sequence()
        one_round()
        sequencer = publishing.Publisher()
        # As if nothing had arrived: the checkpoint without cosignatures, and no hint.
        sequencer._sign(*publishing.stored_head())
        published_file(WITNESSED).unlink()
        assert len(published().signatures) == 1
        assert one_round().quorum
        assert witnessed().size == publishing.stored_head()[0]


def test_the_choice_stands_in_the_log_and_beside_it(named: Path, settings: Any):
    """It is signed, without addresses, and a line of the log names it; again whenever it changes."""
    from aboveboard.apps.evidence.governance import governance_lines
    from aboveboard.apps.evidence.logs import current_log
    from aboveboard.core.tlog.note import open_note
    from aboveboard.core.tlog.witnessing import Witnessing, digest_of

    def lines() -> list[Any]:
        return [line.said.body for line in governance_lines(current_log()) if line.said.operation == witnesses.CHOSEN]

    note = published_file(WITNESSING).read_text()
    assert "127.0.0.1" not in note
    stated = recorded()
    assert isinstance(stated, Witnessing)
    open_note(note, stated.policy.log_keys_for(stated.origin))
    assert [body["statement"] for body in lines()] == [digest_of(stated.encode())]
    sequence()
    assert len(lines()) == 1
    settings.OPTIONS = with_witnesses(settings.OPTIONS, named, "stop-after-300")
    sequence()
    assert [body["without_quorum"] for body in lines()] == ["go-on", "stop-after-300"]
    settings.OPTIONS = with_witnesses(settings.OPTIONS, None)
    sequence()
    assert lines()[-1]["witnesses"] == []
    assert recorded() is not None


def test_nobody_is_asked_before_the_choice_is_recorded(named: Path, council: Own, settings: Any, tmp_path: Path):
    """A file that was changed under a running log counts once the log says so."""
    other = policy_file(tmp_path / "other", council.lines(), needed="any")
    settings.OPTIONS = with_witnesses(settings.OPTIONS, other)
    council.asked.clear()
    with asking(), Asker(witnesses.planned()) as asker:
        assert asker.round() is None
    assert council.asked == []


def test_without_a_file_nothing_is_said_and_nothing_asked(cell: Cell):
    """As it was before there were witnesses."""
    sequence()
    assert not published_file(WITNESSING).exists()
    assert witnesses.planned().addresses == {}


def test_one_process_asks(named: Path):
    """Two would undo what the other wrote."""
    with asking(), pytest.raises(Conflict, match="Another process is asking the witnesses"), asking():
        pass


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("quorum nobody\n", "is not a trust policy"),
        ("witness a b http://a.example\nquorum none\n", "is not a trust policy"),
        ("# none yet\n", "has no quorum line"),
    ],
)
def test_a_file_that_is_no_policy_is_told_in_a_sentence(settings: Any, tmp_path: Path, text: str, sentence: str):
    """The operator learns which file and what is wrong with it."""
    path = tmp_path / "policy"
    path.write_text(text)
    settings.OPTIONS = with_witnesses(settings.OPTIONS, path)
    with pytest.raises(Invalid, match=sentence):
        witnesses.planned()


def test_a_missing_file_and_a_stop_without_a_quorum_are_told(settings: Any, tmp_path: Path):
    """Neither is passed over in silence: both would leave the log without what its operator believes it has."""
    settings.OPTIONS = with_witnesses(settings.OPTIONS, tmp_path / "nowhere")
    with pytest.raises(Invalid, match="cannot be read"):
        witnesses.planned()
    settings.OPTIONS = with_witnesses(settings.OPTIONS, None, "stop-after-60")
    with pytest.raises(Invalid, match="no quorum is named"):
        witnesses.planned()


def test_a_witness_without_an_address_is_named_and_not_asked(council: Own, settings: Any, tmp_path: Path):
    """It may cosign elsewhere; nobody calls an address that is not there."""
    (line, *_) = council.lines()
    path = policy_file(tmp_path / "policy", [" ".join(line.split()[:-1])])
    settings.OPTIONS = with_witnesses(settings.OPTIONS, path)
    plan = witnesses.planned()
    assert (plan.addresses, [known.name for known in plan.policy.witnesses]) == ({}, ["council"])
    assert isinstance(plan.policy, TrustPolicy)
