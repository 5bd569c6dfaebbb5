"""What the gate needs to decide and then to open, in one statement: persons, what holds for them, sealed facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.ledger import rows
from aboveboard.apps.vault.models import Fact, Person, Source
from aboveboard.apps.vault.permit import SealedFact
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import place, unseal_often
from aboveboard.core.policy.question import ConsentHeld, Standing
from aboveboard.core.terms import Capacity, CategoryId, NoticeExemption, NoticeState, PurposeId, SubjectId

CELL = "vault"

_SELECT = (
    "SELECT (SELECT governance FROM ledger_cell WHERE id = 1), p.id, p.version, p.erasing_at, p.capacities, p.notice,"
    " p.exemption, p.obtained_on, p.contacted_on, p.restricted_on, p.choices, p.collected_directly,"
    " f.id, f.person_id, f.source_id, f.retention, f.sealed, f.category, f.purpose, f.basis, f.expires_on,"
    " f.exception, f.cleared"
    " FROM vault_person p LEFT JOIN vault_fact f ON f.person_id = p.id"
)


@dataclass(slots=True)
class Held:
    """One person as the gate sees them before deciding."""

    version: int
    columns: tuple[object, ...]
    """What the standing was made of: equal columns, equal standing."""
    standing: Standing
    gone: bool
    """An erasure has begun or is complete."""
    facts: list[SealedFact]


def held(subjects: Sequence[bytes], categories: Iterable[str] | None) -> tuple[int | None, dict[bytes, Held]]:
    """Give what is held about *subjects* in *categories* (None: all), with one SELECT; unknown ids are missing.

    The first value is the governance version of that moment, None where no subject was found.
    """
    found: dict[bytes, Held] = {}
    if not subjects:
        return None, found
    query, values = _SELECT, []
    if categories is not None:
        values = sorted(categories)
        # PostgreSQL knows no empty list; a person without a fact is asked about all the same.
        query += f" AND f.category IN ({', '.join(['%s'] * len(values))})" if values else " AND 1 = 0"
    condition, ids = rows.among("p.id", subjects)
    fetched = rows.fetch(f"{query} WHERE {condition}", [*values, *ids])
    as_fact = partial(tuple.__new__, SealedFact) if rows.is_postgresql() else _sealed_fact
    for row in fetched:
        known = found.get(row[1])
        if known is None:
            known = found[row[1]] = Held(row[2], row[4:12], standing_of(*row[4:12]), row[3] is not None, [])
        if row[12] is not None:
            known.facts.append(as_fact(row[12:]))
    return (fetched[0][0] if fetched else None), found


def standings(subjects: Sequence[bytes]) -> dict[bytes, Standing]:
    """Give what holds for persons, without their facts."""
    query = (
        "SELECT id, capacities, notice, exemption, obtained_on, contacted_on, restricted_on, choices,"
        " collected_directly FROM vault_person WHERE id {}"
    )
    return {bytes(row[0]): standing_of(*row[1:]) for row in rows.select_in(query, subjects)}


def _sealed_fact(row: Sequence[Any]) -> SealedFact:
    """Read a fact from SQLite, which keeps a day as text and a yes as a number."""
    return SealedFact._make((*row[:8], as_date(row[8]), row[9], bool(row[10])))


def recorded_at(facts: Iterable[bytes]) -> dict[bytes, datetime]:
    """Give when each of the *facts* was recorded, by id."""
    return {bytes(key): at for key, at in Fact.objects.filter(id__in=list(facts)).values_list("id", "recorded_at")}


@lru_cache(maxsize=50_000)
def standing_of(
    capacities: str,
    notice: str,
    exemption: str,
    obtained_on: date | str,
    contacted_on: date | str | None,
    restricted_on: date | str | None,
    choices: str,
    collected_directly: object,
) -> Standing:
    """Give what holds for a person from the columns of their row; equal columns give the very same object."""
    obtained = as_date(obtained_on)
    if obtained is None:
        raise ValueError("obtained_on")
    consents, objections = _choices(choices)
    return Standing(
        capacities=parse_capacities(capacities),
        notice=NoticeState(notice),
        notice_exemption=NoticeExemption(exemption) if exemption else None,
        obtained_on=obtained,
        contacted=contacted_on is not None,
        restricted=restricted_on is not None,
        objections=objections,
        consents=consents,
        # SQLite keeps a yes as a number.
        collected_directly=bool(collected_directly),
    )


def parse_capacities(text: str) -> tuple[tuple[Capacity, date, date | None], ...]:
    """Read ``capacity:since:until`` parts, separated by commas."""
    found = []
    for part in filter(None, text.split(",")):
        name, since, until = part.split(":")
        found.append((Capacity(name), date.fromisoformat(since), date.fromisoformat(until) if until else None))
    return tuple(found)


def encode_capacities(held_in: Iterable[tuple[Capacity, date, date | None]]) -> str:
    """Write capacities as `parse_capacities` reads them."""
    return ",".join(
        f"{c.value}:{since.isoformat()}:{until.isoformat() if until else ''}" for c, since, until in held_in
    )


def _choices(text: str) -> tuple[tuple[ConsentHeld, ...], frozenset[PurposeId]]:
    consents, objections = [], set()
    for line in filter(None, text.split("\n")):
        kind, purpose, *rest = line.split("|")
        if kind == "objection":
            objections.add(PurposeId(purpose))
        else:
            category, given, withdrawn = rest
            consents.append(
                ConsentHeld(
                    PurposeId(purpose),
                    datetime.fromisoformat(given),
                    datetime.fromisoformat(withdrawn) if withdrawn else None,
                    CategoryId(category) if category else None,
                )
            )
    return tuple(consents), frozenset(objections)


def encode_choices(consents: Iterable[ConsentHeld], objections: Iterable[str]) -> str:
    """Write consents and objections in force as the column ``choices`` of a person holds them."""
    lines = [
        "|".join(
            (
                "consent",
                consent.purpose,
                consent.explicit_for or "",
                consent.given_at.isoformat(),
                consent.withdrawn_at.isoformat() if consent.withdrawn_at else "",
            )
        )
        for consent in consents
    ]
    return "\n".join(lines + [f"objection|{purpose}" for purpose in sorted(objections)])


def as_date(value: date | str | None) -> date | None:
    """Give a day as a date, however the database hands it over."""
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def version_guard(subjects: Sequence[bytes], found: dict[bytes, Held]) -> tuple[str, list[Any]]:
    """Give SQL that holds only while none of *subjects* has changed (versions only grow, so their sum tells)."""
    if not subjects:
        return "1=1", []
    condition, ids = rows.among("id", subjects)
    total = sum(person.version for person in found.values())
    return f"(SELECT coalesce(sum(version), 0) FROM vault_person WHERE {condition}) = %s", [*ids, total]


def source_texts(ids: Iterable[bytes], cell: str) -> dict[bytes, str]:
    """Give the texts of sources; they name origins, not persons, and are sealed under the cell's own key."""
    key = keys.store().cell_key(KeyKind.CELL)
    return {
        bytes(row.id): unseal_often(key, bytes(row.text), place(b"aboveboard/source/v1", cell, bytes(row.id))).decode()
        for row in Source.objects.filter(id__in=list(set(ids)))
    }


def person_row(subject: bytes) -> Person | None:
    """Give the plain row of one person (no values), or None."""
    return Person.objects.filter(id=subject).first()


def categories_held(subject: bytes) -> frozenset[str]:
    """Give the categories of the facts held about one person."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT DISTINCT category FROM vault_fact WHERE person_id = %s", [subject])
        return frozenset(row[0] for row in cursor.fetchall())


def erased_since(moment: datetime) -> list[SubjectId]:
    """Give the opaque ids of persons whose erasure was finished since *moment*."""
    found = Person.objects.filter(erased_at__gte=moment).values_list("id", flat=True)
    return [SubjectId(bytes(person)) for person in found]
