"""Where a bench plays: a home of its own in a temporary folder, the sample group in it, and people in bulk."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support import postgres

if TYPE_CHECKING:
    from aboveboard.apps.register.sample import SampleSignIn
    from aboveboard.apps.vault.actions import NewFact, NewPerson
    from aboveboard.core.policy.question import Question

CONTACT = ("T01", "T02", "T03", "T23")
PURPOSE = "customer-relationship"
AT_ONCE = 2000


@dataclass(frozen=True)
class Stage:
    """A laid home: the people in it, and how the cast signs in."""

    home: Path
    cluster: postgres.Cluster | None
    sign_ins: "dict[str, SampleSignIn]"
    people: list[bytes]

    @property
    def token(self) -> str:
        """The token of the seller who looks."""
        return self.sign_ins["seller-cz"].token

    def staff(self, login: str = "seller-cz") -> bytes:
        """The id of one of the cast."""
        return bytes.fromhex(self.sign_ins[login].staff)


@contextmanager
def laid(database: str) -> Iterator[Stage]:
    """Lay a home with the sample group on *database*; nothing of it is left afterwards. Once a process."""
    folder = Path(tempfile.mkdtemp(prefix="aboveboard-bench-"))
    cluster = postgres.start(durable=True) if database == "postgres" else None
    try:
        for name in [name for name in os.environ if name.startswith("ABOVEBOARD_")]:
            del os.environ[name]
        (folder / "home").mkdir()
        os.environ |= {"ABOVEBOARD_HOME": str(folder / "home"), "ABOVEBOARD_OUTSIDE": str(folder / "outside")}
        if cluster is not None:
            os.environ["ABOVEBOARD_DATABASE_URL"] = cluster.create("bench_commercial")
            os.environ["ABOVEBOARD_VAULT_DATABASE_URL"] = cluster.create("bench_cell")
        os.environ["ABOVEBOARD_SECRET_KEY"] = "0" * 64
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        yield Stage(folder, cluster, _founded(), [])
    finally:
        if cluster is not None:
            _close_connections()
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _founded() -> "dict[str, SampleSignIn]":
    import django

    django.setup()
    from django.core.management import call_command

    from aboveboard.apps.accounts.signing import KDF
    from aboveboard.apps.keys.access import root_key_path
    from aboveboard.apps.keys.root import FileRootKey
    from aboveboard.apps.register.sample import lay_down_sample_group

    KDF.update(memory_kib=64, passes=1)
    for alias in ("default", "vault"):
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    FileRootKey(root_key_path()).lay_down()
    made = {one.login: one for one in lay_down_sample_group(now=datetime.now(UTC))}
    drain()
    return made


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def drain() -> int:
    """Sequence whatever is pending; how many leaves."""
    from aboveboard.apps.ledger.sequencer import Sequencer, sequencing

    with sequencing():
        return Sequencer().drain()


def take_in(stage: Stage, count: int) -> Sequence[bytes]:
    """Take in *count* more informed customers straight into the vault, with the contact tier; their ids.

    This goes round the gate, as only a bench may: it is the stage, not the play.
    """
    from django.db import connections, transaction

    from aboveboard.apps.vault.actions import take_in as into_vault

    now, before = datetime.now(UTC), len(stage.people)
    while len(stage.people) < before + count:
        made = _made(stage, min(AT_ONCE, before + count - len(stage.people)), now)
        with transaction.atomic(using="vault"):
            into_vault(made, now)
        stage.people.extend(person.id for person in made)
    with connections["vault"].cursor() as cursor:
        if connections["vault"].vendor == "postgresql":
            cursor.execute("ANALYZE")
    return stage.people[before:]


def take_in_through_gate(stage: Stage, count: int) -> Sequence[bytes]:
    """Take in *count* more as the product does, each with an entry; their ids."""
    from aboveboard.apps.gate.deeds import take_in as through_gate

    now = datetime.now(UTC)
    made = _made(stage, count, now)
    performed = through_gate(question(stage, "seller-cz", [one.id for one in made], "record", CONTACT, PURPOSE), made)
    if performed.decision.verdict != "permit":
        raise RuntimeError("people were refused")
    stage.people.extend(person.id for person in made)
    return [person.id for person in made]


def _made(stage: Stage, count: int, now: datetime) -> "list[NewPerson]":
    from aboveboard.apps.vault.actions import NewPerson, new_source
    from aboveboard.core.terms import Capacity

    source, today = new_source("made up for a bench", public=False), now.date()
    customer = ((Capacity.CUSTOMER, today, None),)
    return [
        NewPerson(os.urandom(16), customer, "informed", today, _facts(number, source), informed_on=today)
        for number in range(len(stage.people), len(stage.people) + count)
    ]


def question(
    stage: Stage, login: str, people: Sequence[bytes], operation: str, categories: Iterable[str], purpose: str
) -> "Question":
    """Give a question of one of the cast, at the machine itself, now."""
    from aboveboard.apps.gate import places
    from aboveboard.apps.gate.snapshot import snapshot
    from aboveboard.core.policy.question import Question
    from aboveboard.core.terms import CategoryId, Operation, PurposeId, StaffId, SubjectId

    now, staff = datetime.now(UTC), StaffId(stage.staff(login))
    return Question(
        snapshot(now=now).actor(staff),
        Operation(operation),
        tuple(map(SubjectId, people)),
        frozenset(map(CategoryId, categories)),
        PurposeId(purpose),
        places.place_of(staff, None, now),
        now,
    )


def values_of(number: int) -> dict[str, str]:
    """Give the made-up values of the person with this number, by category."""
    return {
        "T01": f"Person {number % 997:03} Number {number}",
        "T02": f"person-{number}@example.test",
        "T03": f"+420 000 {number:09}",
        "T23": "Buyer, an organisation of the bench",
    }


def _facts(number: int, source: bytes) -> "tuple[NewFact, ...]":
    from aboveboard.apps.vault.actions import NewFact

    return tuple(
        NewFact(category, value, PURPOSE, "legitimate-interest", "relation-3y", source)
        for category, value in values_of(number).items()
    )
