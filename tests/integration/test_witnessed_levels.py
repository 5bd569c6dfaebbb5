"""Committed, signed, witnessed: three levels on every page and in every answer; looks that stop without a quorum."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aboveboard.apps.gate.asking import ask
from aboveboard.apps.ledger import actions, confirmed
from aboveboard.apps.ledger.audited import log_state
from aboveboard.apps.ledger.confirmed import WITNESSED, WITNESSING, published_file, standing, standing_if_sound
from aboveboard.apps.ledger.levels import Level, level_of
from aboveboard.core.errors import LedgerUnavailable, NotWitnessed
from aboveboard.faces.cli import examining_witnesses
from aboveboard.faces.cli.examining_witnesses import examine_witnesses
from aboveboard.faces.web.witnesses import log_tick, witness_sentences
from tests.integration.test_ask_witnesses import give_time, one_round, published, sequence, vkey
from tests.integration.test_ledger import commit, entry
from tests.support.cell import Cell
from tests.support.desk import signed_in
from tests.support.witness_servers import Own, own_witness, policy_file, with_witnesses


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine is, a witness has not been late."""
    give_time(monkeypatch)


@pytest.fixture
def council(cell: Cell, tmp_path: Path) -> Iterator[Own]:
    """A works council that witnesses the log."""
    with own_witness(tmp_path / "council", "council", vkey()) as own:
        yield own


def choose(settings: Any, council: Own, tmp_path: Path, choice: str = "go-on") -> None:
    """The operator names the council, and the log records it."""
    settings.OPTIONS = with_witnesses(settings.OPTIONS, policy_file(tmp_path / "policy", council.lines()), choice)
    sequence()


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Let the ledger's clock stand *seconds* later."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=seconds)

    monkeypatch.setattr(actions, "datetime", Later)


def test_an_entry_rises_from_committed_to_signed_to_witnessed(cell: Cell, council: Own, settings: Any, tmp_path: Path):
    """Each step needs another hand: the database, the log's key, an outsider's."""
    choose(settings, council, tmp_path)
    (entry_hash,) = commit(entry(b"p" * 16, b"q" * 16))
    assert level_of(entry_hash) is Level.COMMITTED
    sequence()
    assert level_of(entry_hash) is Level.SIGNED
    one_round()
    assert level_of(entry_hash) is Level.WITNESSED


def test_without_witnesses_nothing_is_ever_witnessed(cell: Cell):
    """A log that nobody outside signs claims no more than its own signature."""
    (entry_hash,) = commit(entry(b"p" * 16))
    sequence()
    assert (level_of(entry_hash), standing()) == (Level.SIGNED, None)
    assert witness_sentences(standing()) == ("No independent witness confirms this log yet.",)
    assert [found.sentence for found in examine_witnesses()] == [
        "None is named; who was shown which log is for people to compare."
    ]


def test_looks_stop_and_changes_go_on_while_the_quorum_is_silent(
    cell: Cell, council: Own, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The operator's own choice: nobody looks while nobody outside can see the log grow; erasures do not wait."""
    choose(settings, council, tmp_path, "stop-after-86400")
    person = cell.person(T01="Somebody")
    question = cell.question("consult", [person], ["T01"])
    assert ask(question).opened(), "a choice just made has its time too"
    one_round()
    assert ask(question).opened()
    sequence()
    with monkeypatch.context() as patch:
        later(patch, 90_000)
        with pytest.raises(NotWitnessed, match="have not confirmed it since"):
            ask(question)
        actions.append(entry(person))
    assert ask(question).opened()


def test_looks_go_on_where_that_was_chosen(
    cell: Cell, council: Own, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The default: the log stands without the outsiders' signature, and says so."""
    choose(settings, council, tmp_path)
    person = cell.person(T01="Somebody")
    sequence()
    later(monkeypatch, 90_000)
    assert ask(cell.question("consult", [person], ["T01"])).opened()
    found = standing()
    assert found is not None
    assert not found.is_late(datetime.now(UTC) + timedelta(days=400))


@pytest.mark.parametrize("text", [b"", b"nonsense\n", b"a\nb\n\n\xe2\x80\x94 x AAAAAAA=\n"])
def test_a_damaged_statement_stops_looks_and_no_page(
    cell: Cell, council: Own, settings: Any, tmp_path: Path, text: bytes
):
    """Nobody can tell what was chosen, so the stricter holds; pages go on and say that nobody confirms the log."""
    choose(settings, council, tmp_path)
    published_file(WITNESSING).write_bytes(text)
    with pytest.raises(LedgerUnavailable, match="cannot be read"):
        commit(entry(b"p" * 16))
    assert (standing_if_sound(), confirmed.named(), confirmed.witnessed_size()) == (None, 0, 0)


@pytest.mark.parametrize("change", ["another", "bent", "none"])
def test_a_witnessed_checkpoint_counts_by_its_signatures_only(
    cell: Cell, council: Own, settings: Any, tmp_path: Path, change: str
):
    """Whoever lays a file there without the witness's signature has nothing confirmed."""
    choose(settings, council, tmp_path)
    one_round()
    assert confirmed.witnessed_size() == log_state(datetime.now(UTC)).size
    text = published_file(WITNESSED).read_text()
    changed = {
        "another": "\n".join(text.split("\n")[:-2]) + "\n",
        "bent": text[:-20] + ("A" if text[-20] != "A" else "B") + text[-19:],
        "none": None,
    }[change]
    if changed is None:
        published_file(WITNESSED).unlink()
    else:
        published_file(WITNESSED).write_text(changed)
    assert confirmed.witnessed_size() == 0


def test_the_ledger_page_says_who_confirms_the_log(cell: Cell, council: Own, settings: Any, tmp_path: Path):
    """The chip counts the witnesses; the table says how far, when, and what was chosen."""
    client = signed_in("dpo-cz")
    assert "no witness yet" in client.get(reverse("workbench:ledger")).content.decode()
    choose(settings, council, tmp_path, "stop-after-3600")
    assert "not yet witnessed" in client.get(reverse("workbench:ledger")).content.decode()
    one_round()
    page = client.get(reverse("workbench:ledger")).content.decode()
    for words in ("witnessed 1 of 1", "have confirmed its first", "longer than 3,600 seconds", "council"):
        assert words in page, words
    assert log_tick(standing()).done


def test_the_public_page_and_files_say_it_to_everybody(
    cell: Cell, council: Own, settings: Any, tmp_path: Path, client: Client
):
    """Whoever looks at the log from outside finds its witnesses, their keys, and the checkpoint they signed."""
    for name in ("log:checkpoint-witnessed", "log:witnessing"):
        assert client.get(reverse(name)).status_code == 404
    choose(settings, council, tmp_path)
    one_round()
    page = client.get(reverse("log:front")).content.decode()
    assert "Under the newest checkpoint stand: council." in page
    assert client.get(reverse("log:checkpoint-witnessed")).content == published().encode().encode()
    assert council.cosigners[0].vkey in client.get(reverse("log:witnessing")).content.decode()


def test_the_desk_fills_the_third_tick_once_the_quorum_has_signed(
    cell: Cell, council: Own, settings: Any, tmp_path: Path
):
    """The page that showed the look asks twice more, without a reload."""
    choose(settings, council, tmp_path)
    client = signed_in("seller-cz")
    (entry_hash,) = commit(entry(b"p" * 16))
    address = reverse("desk:witnessed", args=[entry_hash.hex()])
    assert client.get(address).status_code == 204
    sequence()
    assert client.get(address).status_code == 204
    one_round()
    answer = client.get(address)
    assert (answer.status_code, "witnessed" in answer.content.decode()) == (200, True)
    assert client.get(reverse("desk:witnessed", args=["nothing"])).status_code == 204


def test_the_doctor_names_each_witness_and_what_it_said(
    cell: Cell, council: Own, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whoever runs the log sees who is silent, and since when."""
    monkeypatch.setattr(examining_witnesses, "LATE_AFTER_S", 86_400)
    choose(settings, council, tmp_path)
    found = {one.name: one for one in examine_witnesses()}
    assert not found["witnesses: quorum"].holds
    assert "not asked yet" in found["witness council"].sentence
    one_round()
    found = {one.name: one for one in examine_witnesses()}
    assert all(one.holds for one in found.values())
    assert found["witness council"].sentence.endswith("it cosigned.")
    assert found["witnesses: quorum"].sentence.endswith("Without the quorum: go-on.")
    settings.OPTIONS = with_witnesses(settings.OPTIONS, tmp_path / "policy", "stop-after-60")
    assert "not yet what the log says" in next(iter(examine_witnesses())).sentence


def pack_of(cell: Cell, person: bytes, out: Path, *trusted: str) -> tuple[Path, Any]:
    """A person's evidence, and how a stranger who trusts the log and the lines in *trusted* finds it."""
    from aboveboard.apps.evidence.pack import own_trust, prove
    from aboveboard.core.terms import PurposeId, SubjectId
    from aboveboard.core.tlog.trust import TrustPolicy
    from aboveboard.core.verify import verify_pack
    from aboveboard.core.verify.folder import read_folder

    asked = cell.question("disclose", [person], ["T01"], by="dpo-cz", purpose="data-protection-oversight")
    purpose = PurposeId(asked.purpose)
    made = prove(SubjectId(person), out, actor=asked.actor, purpose=purpose, place=asked.place, now=asked.asked_at)
    assert made.folder is not None
    logs = own_trust().encode().decode().replace("quorum none\n", "")
    trust = TrustPolicy.parse(logs + "".join(f"{line}\n" for line in trusted))
    return out, verify_pack(read_folder(out), trust)


def test_a_pack_carries_the_newest_witnessed_checkpoint(cell: Cell, council: Own, settings: Any, tmp_path: Path):
    """Whoever trusts the witness is told how far it has seen the log, and what came after that."""
    choose(settings, council, tmp_path, "stop-after-86400")
    person = cell.person(T01="Somebody")
    sequence()
    one_round()
    trusted = (council.lines()[0], "quorum council")
    out, report = pack_of(cell, person, tmp_path / "same", *trusted)
    assert report.holds, report.failures
    assert "Witnesses saw the same log: council." in report.proved
    assert "without their quorum looks stop (stop-after-86400)." in " ".join(report.proved)
    assert (out / "checkpoint").read_bytes() == published_file(WITNESSED).read_bytes()
    size = confirmed.witnessed_size()
    cell.look([person])
    sequence()
    out, report = pack_of(cell, person, tmp_path / "later", *trusted)
    assert report.holds, report.failures
    assert f"Witnesses saw the same log up to entry {size}: council." in report.proved
    assert any("newest entries" in sentence for sentence in report.not_proved)
    text = (out / "READ-ME.txt").read_text()
    assert f"quorum had confirmed {size} of " in text
    assert f"kvorum potvrdilo {size} z" in text
    assert "looks stop when the witnesses are silent for 86400 seconds" in text
    with own_witness(tmp_path / "other", "other", vkey()) as other:
        _, report = pack_of(cell, person, tmp_path / "stranger", other.lines()[0], "quorum other")
    assert [check.name for check in report.failures] == ["checkpoint"]
    assert "too few witnesses" in report.failures[0].sentence.lower()


def test_a_pack_without_witnesses_says_that_nobody_outside_confirms_it(cell: Cell, tmp_path: Path):
    """It claims no more than the log's own signature."""
    person = cell.person(T01="Somebody")
    sequence()
    out, report = pack_of(cell, person, tmp_path / "pack", "quorum none")
    assert report.holds
    assert any("No witness has cosigned" in sentence for sentence in report.not_proved)
    assert "Nobody: no witness is named." in (out / "READ-ME.txt").read_text()
