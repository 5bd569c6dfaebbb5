"""The catalogue of messages: whole, exact, set as Czech is set, and what the program reads is what the text says."""

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.support.present import ROOT, leave_out

PACKAGE = ROOT / "src" / "aboveboard"
CZECH = Path("locale", "cs", "LC_MESSAGES")
FORMS = 3
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[a-z]|\{\w+\}")
TAG = re.compile(r"</?\w+[^>]*>")
LONELY_PREPOSITION = re.compile(r"(?<![\w.<])[ksvzouai] ", re.IGNORECASE)


@dataclass
class Message:
    """One entry of the catalogue."""

    marks: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """What the program says in English, with its context, as a compiled catalogue names it."""
        context = self.texts.get("msgctxt")
        return self.texts["msgid"] if context is None else f"{context}\x04{self.texts['msgid']}"

    @property
    def forms(self) -> Sequence[str]:
        """The translation, or its forms for one, a few and many."""
        return [text for name, text in self.texts.items() if name.startswith("msgstr")]


def messages(path: Path) -> list[Message]:
    """Read a catalogue; the head, whose msgid is empty, is left out."""
    found = [_message(block) for block in path.read_text(encoding="utf-8").split("\n\n") if "msgid" in block]
    return [one for one in found if one.texts.get("msgid")]


def _message(block: str) -> Message:
    one, name = Message(), ""
    for line in block.splitlines():
        if line.startswith("#,"):
            one.marks += line
        elif not line.startswith("#"):
            opening = re.match(r'(msg[a-z_]+(?:\[\d\])?) (?=")', line)
            name = opening[1] if opening else name
            one.texts[name] = one.texts.get(name, "") + ast.literal_eval(line[opening.end() if opening else 0 :])
    return one


@cache
def czech() -> Sequence[Message]:
    """The Czech catalogue as it is committed."""
    return messages(PACKAGE / CZECH / "django.po")


def translations() -> Iterator[tuple[Message, str]]:
    """Every message with each of its forms."""
    return ((one, text) for one in czech() for text in one.forms)


def test_every_message_is_said_in_czech():
    """Who chose Czech never meets a sentence in another language, nor one that was guessed."""
    assert [one.said for one in czech() if not all(one.forms) or "fuzzy" in one.marks] == []
    assert [one.said for one in czech() if "msgid_plural" in one.texts and len(one.forms) != FORMS] == []


def test_what_is_filled_in_stands_in_both_languages():
    """A translation that loses a name or a number says something else; markup is kept too."""
    wanted = {one.said: {*_filled_in(one.texts.get("msgid_plural", one.texts["msgid"]))} for one in czech()}
    assert [one.said for one, text in translations() if {*_filled_in(text)} != wanted[one.said]] == []


def _filled_in(text: str) -> list[str]:
    return [*PLACEHOLDER.findall(text), *TAG.findall(text)]


def test_a_preposition_of_one_letter_does_not_end_a_line():
    """Czech typesetting: k, s, v, z, o, u, a, i hold to the word behind them."""
    assert [text for _one, text in translations() if LONELY_PREPOSITION.search(text)] == []


def test_czech_stands_in_czech_quotes():
    """Quotes open below and close above; the English ones are not used."""
    assert [text for _one, text in translations() if "”" in text or text.count("„") != text.count("“")] == []


def test_the_compiled_catalogue_says_what_the_text_says():
    """The program reads the compiled file; whoever reviews reads the text. They are the same, message by message."""
    with (PACKAGE / CZECH / "django.mo").open("rb") as compiled:
        read = gettext.GNUTranslations(compiled)
    kept: dict[object, str] = dict(read._catalog)  # type: ignore[attr-defined]
    del kept[""]
    told = dict(entry for one in czech() for entry in _entries(one))
    assert kept == told
    # One day is left, two days are left, five days are left: three forms, chosen by the head of the catalogue.
    assert len({read.ngettext("%(number)s day left", "%(number)s days left", count) for count in (1, 2, 5)}) == FORMS


def _entries(one: Message) -> Iterator[tuple[object, str]]:
    if "msgid_plural" not in one.texts:
        yield one.said, one.texts["msgstr"]
        return
    yield from (((one.said, number), text) for number, text in enumerate(one.forms))


def test_the_program_says_nothing_that_the_catalogue_lacks(tmp_path: Path):
    """Messages are collected anew from the sources: a new sentence without its Czech is found here."""
    if shutil.which("xgettext") is None:
        leave_out("no xgettext on this machine: messages are not collected anew")
    collected = _collect(tmp_path)
    assert len(collected) > len(czech()) // 2
    assert sorted({one.said for one in collected} ^ {one.said for one in czech()}) == []


def _collect(folder: Path) -> list[Message]:
    """Collect the messages of a copy of the sources, so that nothing of this tree is touched."""
    copy = folder / "aboveboard"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "*.mo"))
    (copy / CZECH / "django.po").unlink()
    environment = os.environ | {
        "ABOVEBOARD_HOME": str(folder / "home"),
        "DJANGO_SETTINGS_MODULE": "aboveboard.settings",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "django", "makemessages", "-l", "cs", "--no-wrap"]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stderr)
    return messages(copy / CZECH / "django.po")
