"""The file of trusted keys: with the log's keys go its witnesses and their quorum, as the log says them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aboveboard.apps.evidence.logs import published_note
from aboveboard.apps.mirror.folder import make, open_mirror
from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.trust import NO_QUORUM, TrustPolicy
from aboveboard.core.verify import verify_folder
from aboveboard.faces.cli.cosigned import NOT_YET, waiting_words
from aboveboard.faces.cli.key_summary import trust_policy
from tests.integration.test_ask_witnesses import give_time, one_round, sequence, vkey
from tests.support.cell import Cell
from tests.support.evidence import own
from tests.support.witness_servers import Own, own_witness, policy_file, with_witnesses

pytestmark = pytest.mark.database


@pytest.fixture
def council(cell: Cell, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Own]:
    """A works council that witnesses the log and has not been asked yet."""
    give_time(monkeypatch)
    with own_witness(tmp_path / "council", "council", vkey()) as made:
        settings.OPTIONS = with_witnesses(settings.OPTIONS, policy_file(tmp_path / "policy", made.lines()), "go-on")
        sequence()
        yield made


def written(folder: Path, *, witnesses: bool = True) -> Path:
    """The file as the command writes it."""
    path = folder / f"trust-{witnesses}"
    path.write_bytes(trust_policy(retired=True, witnesses=witnesses).encode())
    return path


def test_without_witnesses_it_names_the_log_alone(cell: Cell, tmp_path: Path):
    """Nobody is asked, and nobody is wanted."""
    policy = TrustPolicy.parse(written(tmp_path).read_bytes())
    assert (policy.witnesses, policy.quorum) == ((), NO_QUORUM)
    assert policy == trust_policy(retired=True, witnesses=False)


def test_it_names_the_witnesses_and_their_quorum(cell: Cell, council: Own, tmp_path: Path):
    """Without their addresses, which are the operator's; by wish it leaves them out."""
    policy = TrustPolicy.parse(written(tmp_path).read_bytes())
    assert [witness.key.encode() for witness in policy.witnesses] == [one.vkey for one in council.cosigners]
    assert policy.quorum != NO_QUORUM
    assert council.url.encode() not in written(tmp_path).read_bytes()
    assert trust_policy(retired=True, witnesses=False).witnesses == ()


def test_a_pack_holds_with_it_once_the_quorum_has_signed(cell: Cell, council: Own, tmp_path: Path):
    """Before that the verifier says that too few have cosigned; by the keys alone it holds all the time."""
    person = cell.person()
    cell.drain()
    own(cell, person, tmp_path / "early")
    early = verify_folder(tmp_path / "early", written(tmp_path))
    assert [check.name for check in early.failures] == ["checkpoint"]
    assert "too few witnesses" in early.failures[0].sentence.lower()
    assert verify_folder(tmp_path / "early", written(tmp_path, witnesses=False)).holds
    assert waiting_words(tmp_path / "early") == [NOT_YET]
    one_round()
    own(cell, person, tmp_path / "late")
    late = verify_folder(tmp_path / "late", written(tmp_path))
    assert late.holds, late.failures
    assert any("council" in sentence for sentence in late.proved)


def test_a_mirror_takes_the_file_and_waits_for_nobody(cell: Cell, council: Own, tmp_path: Path):
    """It is ahead of the witnesses; whom it serves, it tells of their quorum."""
    given = TrustPolicy.parse(written(tmp_path).read_bytes())
    mirror = make(tmp_path / "mirror", given, "http://log.example")
    with pytest.raises(NotVerified):
        given.open_checkpoint(published_note())
    assert mirror.trust.open_checkpoint(published_note()).checkpoint.origin == mirror.origin
    assert TrustPolicy.parse((tmp_path / "mirror" / "trust").read_bytes()).quorum == given.quorum
    mirror.memory.close()
    open_mirror(tmp_path / "mirror").memory.close()
