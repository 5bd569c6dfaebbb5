"""Errors, log lines and mails tell no value: every class through every table of answers, marked words around it."""

import io
import logging
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.db import IntegrityError
from django.test import RequestFactory

from aboveboard.core.errors import AboveboardError, Invalid
from aboveboard.diagnostics import PlacesOnlyFormatter
from aboveboard.faces.api import problems
from aboveboard.faces.cli.answers import Exit, trouble_of
from aboveboard.faces.cli.tree import _unexpected
from aboveboard.faces.web import answers
from aboveboard.faces.web.views import errors as pages
from tests.support.marks import Marks
from tests.support.surfaces import PUT_IN, errors, put_into_sentences

FAULTS = frozenset({"CellsLost"})
"""Raised on purpose where the program itself is wrong; they are answered as any fault is."""


def raised(kind: type[Exception], sentence: str, marks: Marks) -> Exception:
    """An error as it comes out of a place where marked values lie about: as cause, as context, in a local variable."""
    value = marks.value("T01")
    try:
        try:
            raise ValueError(value)
        except ValueError as cause:
            raise kind(sentence) from cause
    except kind as error:
        return error


def told(error: Exception) -> dict[str, str]:
    """What each face tells of an error, and what the diagnostics write down."""
    request = RequestFactory().get("/")
    kind = problems.of_error if isinstance(error, AboveboardError) else problems.of_fault
    trouble = trouble_of(error) or _unexpected(error)
    page = answers.answer(request, error) if isinstance(error, AboveboardError) else pages.fault(request)
    return {
        "page": page.content.decode(),
        "problem": kind(request, error).content.decode(),  # type: ignore[arg-type]
        "command": f"{trouble.code} {trouble.sentence}",
        "log line": _line(error),
    }


def _line(error: Exception) -> str:
    record = logging.LogRecord("aboveboard", logging.ERROR, "", 0, "unexpected", (), (type(error), error, None))
    record.exc_info = (type(error), error, error.__traceback__)
    return PlacesOnlyFormatter("%(levelname)s %(message)s").format(record)


@pytest.fixture(autouse=True)
def _a_real_home(settings: Any, db: None) -> None:
    """Pages ask whether they stand in a sample home."""
    settings.SAMPLE_HOME = False


def test_no_answer_to_an_error_tells_what_was_around_it(marks: Marks):
    """Every class of error raised on purpose: its sentence is told, its cause and what lay beside it are not."""
    kinds = list(errors())
    assert len(kinds) > 8
    for kind in kinds:
        for where, text in told(raised(kind, "A sentence.", marks)).items():
            assert marks.search(f"{kind.__name__}: {where}", text) == []


@pytest.mark.parametrize("kind", [ValueError, KeyError, UnicodeError, IntegrityError, RuntimeError])
def test_no_answer_to_a_fault_tells_its_words(marks: Marks, kind: type[Exception]):
    """What nobody expected can quote a value in its own words: none of them are told or written down."""
    for where, text in told(raised(kind, marks.value("T63"), marks)).items():
        assert marks.search(f"{kind.__name__}: {where}", text) == []


def test_every_class_of_error_has_an_answer_everywhere():
    """A class without a place in a table of answers fails here, by name."""
    for kind in errors():
        if kind is AboveboardError or kind.__name__ in FAULTS:
            continue
        assert answers.page_for(kind("A sentence.")) is not answers.FAULT, kind.__name__
        assert problems.of_error(RequestFactory().get("/"), kind("A sentence.")).status_code != 500, kind.__name__
        trouble = trouble_of(kind("A sentence."))
        assert trouble is not None
        assert trouble.exit is not Exit.BROKEN, kind.__name__


def test_what_is_put_into_sentences_is_known():
    """An error that begins to quote something new fails here: it might quote a value."""
    assert [(file, part) for file, part in put_into_sentences() if part not in PUT_IN] == []


def test_an_error_that_quotes_a_value_is_caught(marks: Marks):
    """Planted: each face that passes the sentence on is named, and so is the log line that quotes it."""
    error = raised(Invalid, f"No such person: {marks.value('T01')}", marks)
    assert {where for where, text in told(error).items() if marks.is_in(text)} == {"page", "problem", "command"}
    into = io.StringIO()
    logger, handler = logging.getLogger("aboveboard.planted"), logging.StreamHandler(into)
    handler.setFormatter(PlacesOnlyFormatter())
    logger.addHandler(handler)
    logger.warning("a look at %s", marks.value("T01"))
    logger.removeHandler(handler)
    assert marks.is_in(into.getvalue())


def test_a_mail_that_tells_a_value_is_caught(marks: Marks, tmp_path: Path):
    """Planted in the outbox, where mails of this home lie, it is found however it is encoded."""
    backend = EmailBackend(file_path=str(tmp_path))
    backend.send_messages([EmailMessage("Hello", f"Dear {marks.value('T01')}", "a@x.test", ["b@x.test"])])
    assert marks.search_files(tmp_path)
    assert Path(settings.EMAIL_FILE_PATH).is_relative_to(settings.OPTIONS.home), "mails lie where stores are searched"
