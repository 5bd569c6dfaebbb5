"""Search tokens that are nobody's: left by a death between key store and cell, and taken out by the next sweep."""

from datetime import UTC, datetime, timedelta

import pytest

from aboveboard.apps import keys
from aboveboard.apps.gate import deeds, performing
from aboveboard.apps.gate.finding import found_subjects
from aboveboard.apps.intake import sweeping
from aboveboard.apps.intake.models import RUNNING, Import
from aboveboard.apps.vault import orphans
from aboveboard.apps.vault.actions import search_tokens
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import LedgerUnavailable
from tests.support.cell import CONTACT, OVERSIGHT, Cell
from tests.support.imports import imported, written

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def begins_anew():
    """Each test is a process that has just started."""
    sweeping.begin_anew()
    yield
    sweeping.begin_anew()


@pytest.fixture
def stranger(cell: Cell, monkeypatch):
    """Somebody whose taking-in got as far as the key store: the ledger could not commit, and the cell knows nothing."""

    def unavailable(*_: object, **__: object) -> bytes:
        raise LedgerUnavailable("Not now.")

    person = cell.new_person({"T01": "Stranded Stranger", "T02": "stranded@example.test"})
    with monkeypatch.context() as patch, pytest.raises(LedgerUnavailable):
        patch.setattr(performing, "append", unavailable)
        cell.take_in([person])
    assert found_subjects("Stranded") == (person.id,)
    return person


def test_tokens_of_somebody_whom_the_cell_never_came_to_know_are_swept(cell: Cell, stranger):
    """The names of people who were never taken in find nobody; those of everybody else find them still."""
    person = cell.person(T01="Settled Person")
    assert sweeping.sweep_index(NOW) == len(search_tokens(keys.store().cell_key(KeyKind.INDEX), stranger.facts))
    assert found_subjects("Stranded") == ()
    assert found_subjects("stranded@example.test") == ()
    assert found_subjects("Settled") == (person,)


def test_a_sweep_goes_through_the_whole_index_step_by_step_and_again_the_next_day(cell: Cell, stranger, monkeypatch):
    """A step looks at some tokens; after the last one it rests until a day is over."""
    monkeypatch.setattr(orphans, "AT_ONCE", 3)
    person = cell.person(T01="Settled Person")
    while sweeping._pass.after is not None:
        sweeping.sweep_index(NOW)
    assert found_subjects("Stranded") == ()
    keys.store().index([(1, bytes(range(16)))])
    assert sweeping.sweep_index(NOW + timedelta(hours=23)) == 0
    swept = sweeping.sweep_index(NOW + timedelta(days=1))
    while sweeping._pass.after is not None:
        swept += sweeping.sweep_index(NOW + timedelta(days=1))
    assert swept == 1
    assert found_subjects("Settled") == (person,)


def test_a_token_left_of_somebody_who_was_erased_is_swept(cell: Cell):
    """A death while a second name was recorded leaves its token; nothing may lead to the person after their erasure."""
    person = cell.person(T01="Erased Person")
    keys.store().index([(1, person)])
    assert sweeping.sweep_index(NOW) == 0
    deeds.erase(cell.question("erase", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT), person)
    sweeping.begin_anew()
    assert sweeping.sweep_index(NOW) == 1
    assert not keys.store().has_token([1], person)


def test_while_an_import_is_half_done_its_tokens_may_stand_ahead_of_its_people(cell: Cell, stranger, tmp_path):
    """Whoever goes on with the import, or undoes it, deals with them."""
    imported(cell, written(tmp_path, "x.csv", ("Name", "Work Email"), ("Anna Nová", "anna@firma.example")))
    done = Import.objects.get()
    Import.objects.update(state=RUNNING)
    assert sweeping.sweep_index(NOW) == 0
    assert found_subjects("Stranded") == (stranger.id,)
    Import.objects.update(state=done.state)
    assert sweeping.sweep_index(NOW) > 0
    assert found_subjects("Stranded") == ()


def test_while_the_database_is_set_back_nobody_is_taken_for_unknown(cell: Cell, stranger, monkeypatch):
    """A newer copy may come back, and its people are to be found then."""
    with monkeypatch.context() as patch:
        patch.setattr(orphans, "signed_size", lambda: 10**6)
        assert sweeping.sweep_index(NOW) == 0
    assert found_subjects("Stranded") == (stranger.id,)
    assert sweeping.sweep_index(NOW) > 0
