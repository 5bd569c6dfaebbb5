"""The sample group with people in it, laid down once a run and put back as it was before each test that asks for it."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from aboveboard.apps.gate.asking import Asked
    from aboveboard.apps.gate.performing import Performed
    from aboveboard.apps.register.sample import SampleSignIn
    from aboveboard.core.policy.question import Question
    from aboveboard.core.terms import StaffId, SubjectId

STORES = ("default", "vault")
CONTACT = ("T01", "T02", "T03", "T23")
CUSTOMER_CARE, OVERSIGHT = "customer-relationship", "data-protection-oversight"


@dataclass
class Cell:
    """The sample cell of a test: who works in it, and the few things tests do again and again."""

    sign_ins: Mapping[str, "SampleSignIn"]
    _source: bytes | None = field(default=None)

    def staff(self, login: str) -> "StaffId":
        """The id of one of the cast."""
        from aboveboard.core.terms import StaffId

        return StaffId(bytes.fromhex(self.sign_ins[login].staff))

    def question(
        self,
        operation: str,
        subjects: Sequence[bytes],
        categories: Sequence[str],
        *,
        by: str = "seller-cz",
        purpose: str = CUSTOMER_CARE,
        **changes: Any,
    ) -> "Question":
        """A question of one of the cast, at the machine itself, now."""
        from dataclasses import replace

        from aboveboard.apps.gate.places import place_of
        from aboveboard.apps.gate.snapshot import snapshot
        from aboveboard.core.policy.question import Question
        from aboveboard.core.terms import CategoryId, Operation, PurposeId, SubjectId

        now = datetime.now(UTC)
        staff = self.staff(by)
        made = Question(
            snapshot(now=now).actor(staff),
            Operation(operation),
            tuple(SubjectId(subject) for subject in subjects),
            frozenset(CategoryId(category) for category in categories),
            PurposeId(purpose),
            place_of(staff, None, now),
            now,
        )
        return replace(made, **changes) if changes else made

    def look(self, subjects: Sequence[bytes], categories: Sequence[str] = CONTACT, **more: Any) -> "Asked":
        """Ask for a look."""
        from aboveboard.apps.gate.asking import ask

        return ask(self.question("consult", subjects, categories, **more))

    def new_fact(self, category: str, value: str, *, purpose: str = CUSTOMER_CARE, **more: Any) -> Any:
        """A fact about a customer, with purpose, basis and source."""
        from aboveboard.apps.vault.actions import NewFact, new_source
        from aboveboard.core.policy.retention import retention_class
        from aboveboard.core.terms import Capacity, CategoryId

        if self._source is None:
            self._source = new_source("the cast of the tests", public=False)
        retention = retention_class(CategoryId(category), Capacity.CUSTOMER)
        given = {"basis": "legitimate-interest", "retention": retention, "source": self._source, **more}
        return NewFact(category, value, purpose, **given)

    def person(self, **values: str) -> "SubjectId":
        """Take in one informed customer with the contact tier; values by category (``T01="..."``)."""
        given = {"T01": "Person Concerned", "T02": "person@example.test", "T23": "Buyer", **values}
        return self.people([given])[0]

    def people(self, values: Sequence[Mapping[str, str]]) -> list["SubjectId"]:
        """Take in informed customers, each with values by category."""
        from aboveboard.core.terms import SubjectId

        made = [self.new_person({k: v for k, v in given.items() if v}) for given in values]
        performed = self.take_in(made)
        assert performed.decision.verdict == "permit", performed.decision.refusals
        return [SubjectId(person.id) for person in made]

    def new_person(self, values: Mapping[str, str], **more: Any) -> Any:
        """An informed customer, not yet taken in."""
        from aboveboard.apps.vault.actions import NewPerson
        from aboveboard.core.terms import Capacity

        today = datetime.now(UTC).date()
        given = {"notice": "informed", "informed_on": today, "obtained_on": today, **more}
        facts = tuple(self.new_fact(category, value) for category, value in values.items())
        return NewPerson(os.urandom(16), ((Capacity.CUSTOMER, today, None),), facts=facts, **given)

    def take_in(self, people: Sequence[Any]) -> "Performed":
        """Take in *people* through the gate."""
        from aboveboard.apps.gate.deeds import take_in

        categories = sorted({fact.category for person in people for fact in person.facts})
        return take_in(self.question("record", [person.id for person in people], categories), people)

    def drain(self) -> int:
        """Sequence, sign and publish whatever is pending."""
        from aboveboard.apps.ledger.sequencer import Sequencer, sequencing

        with sequencing():
            return Sequencer().drain()

    def decide(self, kind: str, body: Mapping[str, Any], *, opinion: bool = True, reason: str = "") -> bytes:
        """Take an act through proposal, opinion and signature of the sample controller; its id."""
        from aboveboard.apps.accounts.actions import unlock
        from aboveboard.apps.accounts.acts import give_opinion, propose, sign_act

        now = datetime.now(UTC)
        first, second = (
            unlock(staff=self.staff(login), passphrase=self.sign_ins[login].passphrase)
            for login in ("signatory-cz", "signatory-cz-2")
        )
        answer = propose(kind=kind, body=body, by=first, now=now)
        assert answer.done, answer
        assert give_opinion(act=answer.act, in_favour=opinion, by=self.staff("dpo-cz"), now=now, reason=reason).done
        assert sign_act(act=answer.act, by=second, now=now, overruling_reason=reason).done
        return answer.act


@dataclass
class _Laid:
    """The sample group as rows and files."""

    sign_ins: Mapping[str, "SampleSignIn"]
    rows: Mapping[tuple[str, str], tuple[list[str], list[tuple[Any, ...]]]]
    files: Path


@pytest.fixture(scope="session")
def laid_sample(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> _Laid:
    """The sample group, laid down once a run and kept aside."""
    from django.conf import settings

    from aboveboard.apps import keys
    from aboveboard.apps.keys.access import key_store_path, root_key_path
    from aboveboard.apps.ledger.sequencer import Sequencer, sequencing
    from aboveboard.apps.register.sample import lay_down_sample_group
    from tests.support.emptying import empty
    from tests.support.founded import forget_keys, lay_root_key

    files = tmp_path_factory.mktemp("sample")
    with django_db_blocker.unblock():
        lay_root_key()
        sign_ins = {made.login: made for made in lay_down_sample_group(now=datetime.now(UTC))}
        # Sequenced, so that nothing grows old while the suite runs: a minute of waiting stops the gate.
        with sequencing():
            Sequencer().drain()
        keys.store().settle()
        rows = _rows()
        keys.close()
        shutil.copy(key_store_path(), files / "keys.sqlite3")
        shutil.copy(root_key_path(), files / "root.key")
        shutil.copytree(settings.OPTIONS.home / "log", files / "log")
        shutil.copy(settings.OPTIONS.outside / "head", files / "head")
        _clear_log()
        for alias in STORES:
            empty(alias)
        forget_keys()
    return _Laid(sign_ins, rows, files)


@pytest.fixture
def cell(laid_sample: _Laid, transactional_db: None) -> Iterator[Cell]:
    """The sample cell: founded, staffed, with purposes and all of that in the log; no people yet."""
    from django.conf import settings

    from aboveboard.apps import keys
    from aboveboard.apps.gate import snapshot
    from aboveboard.apps.keys.access import key_store_path, root_key_path
    from tests.support.founded import forget_keys

    forget_keys()
    _clear_log()
    snapshot._latest.clear()
    root_key_path().parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(laid_sample.files / "keys.sqlite3", key_store_path())
    shutil.copy(laid_sample.files / "root.key", root_key_path())
    shutil.copytree(laid_sample.files / "log", settings.OPTIONS.home / "log")
    shutil.copy(laid_sample.files / "head", settings.OPTIONS.outside / "head")
    _put_back(laid_sample.rows)
    yield Cell(laid_sample.sign_ins)
    keys.close()
    forget_keys()
    _clear_log()
    snapshot._latest.clear()


def _clear_log() -> None:
    from django.conf import settings

    from aboveboard.apps.ledger.actions import forget_signed_head

    forget_signed_head()

    for folder in settings.OPTIONS.home.glob("log*"):
        shutil.rmtree(folder, ignore_errors=True)
    outside = settings.OPTIONS.outside
    left = (*settings.OPTIONS.home.glob("index.sqlite3*"), *outside.glob("head*"), *outside.glob("elsewhere*"))
    for file in (*left, outside / "key-copies.jsonl", settings.OPTIONS.home / "witnesses.json"):
        file.unlink(missing_ok=True)


def _rows() -> dict[tuple[str, str], tuple[list[str], list[tuple[Any, ...]]]]:
    from django.db import connections

    from tests.support.emptying import tables

    found = {}
    for alias in STORES:
        with connections[alias].cursor() as cursor:
            for table in tables(alias):
                cursor.execute(f"SELECT * FROM {table}")
                found[alias, table] = ([column[0] for column in cursor.description], cursor.fetchall())
    return found


def _put_back(rows: Mapping[tuple[str, str], tuple[list[str], list[tuple[Any, ...]]]]) -> None:
    from django.db import connections, transaction

    for alias in STORES:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            if connections[alias].vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for (where, table), (columns, values) in rows.items():
                if where == alias and values:
                    cursor.execute(f"DELETE FROM {table}")
                    marks = ", ".join(["%s"] * len(columns))
                    cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", _bound(values))
            counters = _counters_after(alias)
            if counters:
                cursor.execute("".join(counters))


def _counters_after(alias: str) -> list[str]:
    """Statements that let PostgreSQL count on after the rows put back; SQLite does so by itself."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connections, router

    models = [model for model in apps.get_models() if router.db_for_write(model) == alias]
    return connections[alias].ops.sequence_reset_sql(no_style(), models)


def _bound(values: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    from psycopg.types.json import Jsonb

    return [tuple(Jsonb(v) if isinstance(v, dict | list) else v for v in row) for row in values]
