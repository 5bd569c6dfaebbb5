"""What the person's own page says of witnesses, at every level, in both languages; and what it shows without them."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from aboveboard.apps.evidence import links
from aboveboard.apps.ledger.elsewhere import elsewhere_path
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.faces.web.asking import now
from tests.integration.test_ask_witnesses import give_time, one_round, sequence, vkey
from tests.integration.test_witnessed_levels import later
from tests.support.cell import Cell
from tests.support.witness_servers import Own, own_witness, policy_file, with_witnesses

pytestmark = pytest.mark.database

NAME = "Žofie Říhová"
SAID = {
    "nobody": {
        "en": ["No independent witness confirms this log yet.", "no witness yet"],
        "cs": ["Tento protokol zatím nepotvrzuje žádný nezávislý svědek.", "zatím bez svědka"],
    },
    "named": {
        "en": [
            "The log's witnesses have not confirmed it yet.",
            "Named are: council. None of them has signed the newest checkpoint yet.",
            "While they are silent, looks go on and stand in the log without their signature.",
            "not yet witnessed",
        ],
        "cs": [
            "Svědci protokolu jej zatím nepotvrdili.",
            "Jmenováni jsou: council. Nejnovější kontrolní bod zatím nikdo z nich nepodepsal.",
            "Mlčí-li, nahlížení pokračuje a stojí v protokolu bez jejich podpisu.",
            "zatím bez svědků",
        ],
    },
    "confirmed": {
        "en": [
            "The log's witnesses have confirmed its first ",
            "Named are: council. Under the newest checkpoint stand: council.",
        ],
        "cs": [
            "Svědci protokolu potvrdili jeho první",
            "Jmenováni jsou: council. Pod nejnovějším kontrolním bodem stojí: council.",
        ],
    },
    "no quorum": {
        "en": ["Witnesses are asked to sign the log, but no number of them is required."],
        "cs": ["Svědci jsou žádáni o podpis protokolu, ale žádný jejich počet není vyžadován."],
    },
    "strict": {
        "en": ["If they are silent for longer than 86,400 seconds, nobody can look until they answer."],
        "cs": ["Mlčí-li déle než 86 400 sekund, nikdo nemůže nahlížet, dokud neodpovědí."],
    },
}
STOPPED = {
    "silent": {
        "en": "They are silent for longer than we allow ourselves.",
        "cs": "Mlčí déle, než jsme si dovolili.",
    },
    "fork": {
        "en": "The log cannot be written, so nothing is shown",
        "cs": "Do protokolu nelze zapisovat, proto se nic neukazuje",
    },
}


@pytest.fixture
def council(cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Own]:
    """A works council that witnesses the log."""
    give_time(monkeypatch)
    with own_witness(tmp_path / "council", "council", vkey()) as own:
        yield own


def choose(settings: Any, council: Own, tmp_path: Path, choice: str = "go-on") -> None:
    """The operator names the council as the quorum, and the log records it."""
    settings.OPTIONS = with_witnesses(settings.OPTIONS, policy_file(tmp_path / "policy", council.lines()), choice)
    sequence()


def read(person: bytes, language: str, status: int = 200) -> str:
    """The person presses the button behind a link; the words they read then."""
    answer = Client(headers={"Accept-Language": language}).post(links.make(person, now()), follow=True)
    assert answer.status_code == status
    text = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def opened(cell: Cell, language: str, status: int = 200) -> str:
    """What somebody reads who was taken in just now."""
    person = cell.person(T01=NAME)
    sequence()
    return read(person, language, status)


def require(page: str, sentences: list[str]) -> None:
    """All of the sentences stand on the page."""
    for sentence in sentences:
        assert sentence in page, sentence


@pytest.mark.parametrize("language", ["en", "cs"])
def test_each_level_of_witnessing_is_said_on_the_persons_page(
    cell: Cell, council: Own, settings: Any, tmp_path: Path, language: str
):
    """Nobody named, named and silent, confirmed: each in a sentence of its own, and never more than is so."""
    page = opened(cell, language)
    require(page, SAID["nobody"][language])
    choose(settings, council, tmp_path)
    page = opened(cell, language)
    require(page, SAID["named"][language])
    assert SAID["confirmed"][language][0] not in page
    assert SAID["nobody"][language][0] not in page
    person = cell.person(T01=NAME)
    sequence()
    one_round()
    page = read(person, language)
    require(page, SAID["confirmed"][language])
    assert SAID["named"][language][0] not in page


@pytest.mark.parametrize("language", ["en", "cs"])
def test_the_chosen_quorum_is_said_too(cell: Cell, council: Own, settings: Any, tmp_path: Path, language: str):
    """None required, or looks that stop without it: the person reads what the operator chose."""
    lines = "\n".join([*council.lines(), "quorum none"]) + "\n"
    (tmp_path / "loose").write_text(lines)
    settings.OPTIONS = with_witnesses(settings.OPTIONS, tmp_path / "loose", "go-on")
    sequence()
    page = opened(cell, language)
    require(page, SAID["no quorum"][language])
    assert SAID["strict"][language][0] not in page
    choose(settings, council, tmp_path, "stop-after-86400")
    page = opened(cell, language)
    require(page, SAID["strict"][language])
    assert SAID["no quorum"][language][0] not in page


@pytest.mark.parametrize("language", ["en", "cs"])
def test_without_the_quorum_nothing_is_shown_where_that_was_chosen(
    cell: Cell, council: Own, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
):
    """The person too waits for the witnesses, and reads why; no value stands on the page."""
    choose(settings, council, tmp_path, "stop-after-86400")
    one_round()
    later(monkeypatch, 90_000)
    page = opened(cell, language, status=503)
    require(page, [STOPPED["silent"][language]])
    assert NAME not in page


@pytest.mark.parametrize("language", ["en", "cs"])
def test_a_log_signed_elsewhere_too_shows_the_person_nothing(cell: Cell, language: str):
    """Of two histories nobody can say which is told; the page says that nothing is shown until it is settled."""
    person = cell.person(T01=NAME)
    sequence()
    other = Checkpoint(log_origin(), 10**6, b"f" * 32)
    elsewhere_path().write_bytes(sign_checkpoint(other, log_signer(log_origin())).encode().encode())
    page = read(person, language, status=503)
    require(page, [STOPPED["fork"][language]])
    assert NAME not in page
