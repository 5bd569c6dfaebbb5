"""The place of an act: the strictest of the workplace on record, the entity's law, and the network's country.

An operator may give a dated list of networks with their countries. Where there is a list, an address it does not know
is an unknown place, and that counts as a third country without adequacy. Where there is none, the network says nothing
and the workplace on record decides; the entry says which it was (Art. 44; EDPB Guidelines 05/2021).
"""

import csv
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from django.conf import settings

from aboveboard.apps.gate.snapshot import Snapshot, snapshot
from aboveboard.core.catalogue import catalogue
from aboveboard.core.errors import Invalid
from aboveboard.core.policy.question import Place, Question
from aboveboard.core.terms import UNKNOWN_COUNTRY, CountryCode, PlaceSource, StaffId


@dataclass(frozen=True, slots=True)
class NetworkList:
    """The operator's list of networks: first and last address of each as numbers, by family, in order."""

    starts: tuple[tuple[int, int], ...]
    ends: tuple[tuple[int, int], ...]
    countries: tuple[CountryCode, ...]

    def country(self, address: IPv4Address | IPv6Address) -> CountryCode:
        """Give the country of *address*, `ZZ` where the list does not know it."""
        number = (address.version, int(address))
        at = bisect_right(self.starts, number) - 1
        return self.countries[at] if at >= 0 and number <= self.ends[at] else UNKNOWN_COUNTRY


@lru_cache(maxsize=4)
def network_list(path: Path) -> NetworkList:
    """Read the list at *path*: CSV of ``network,country``.

    Raises:
        Invalid: naming the line that cannot be read.
    """
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file), 1):
            if not row or row[0] == "network":
                continue
            try:
                network = ip_network(row[0].strip())
                rows.append((network.version, int(network[0]), int(network[-1]), CountryCode(row[1].strip())))
            except (ValueError, IndexError):
                raise Invalid(f"The list of places, line {number}: a network and a country code are wanted.") from None
    rows.sort()
    return NetworkList(
        tuple((version, first) for version, first, _, _ in rows),
        tuple((version, last) for version, _, last, _ in rows),
        tuple(country for _, _, _, country in rows),
    )


def network_country(address: str) -> CountryCode | None:
    """Give the country of a network address by the operator's list; None where there is no list."""
    if settings.OPTIONS.places is None:
        return None
    try:
        return network_list(settings.OPTIONS.places).country(ip_address(address))
    except ValueError:
        return UNKNOWN_COUNTRY


def strictness(country: str, scopes: frozenset[str], on: date) -> int:
    """Rank a place: 0 the EEA, 1 adequate, 2 another third country, 3 one an authority warns of, 4 unknown."""
    known = catalogue()
    if country not in known.countries:
        return 4
    if known.is_eea(country):
        return 0
    if known.adequate(country, scopes, on):
        return 1
    return 3 if known.warned_of(country) else 2


def strictest(
    workplace: CountryCode,
    entity_country: CountryCode,
    network: CountryCode | None,
    scopes: frozenset[str],
    on: date,
) -> Place:
    """Give the place that counts: of equal ranks the workplace first, then the entity, then the network."""
    found = [(workplace, PlaceSource.WORKPLACE), (entity_country, PlaceSource.ENTITY)]
    if network is not None:
        found.append((network, PlaceSource.NETWORK))
    country, source = max(found, key=lambda item: strictness(item[0], scopes, on))
    if country not in catalogue().countries:
        source = PlaceSource.UNKNOWN
    return Place(country, source, workplace, network or UNKNOWN_COUNTRY)


def place_of(staff: StaffId, address: str | None, now: datetime) -> Place:
    """Give the place of an employee who acts from network *address* (None: at the machine itself)."""
    return place_under(snapshot(now=now), staff, address)


def place_under(current: Snapshot, staff: StaffId, address: str | None) -> Place:
    """Give the place as `place_of` does, under governance that was read before."""
    return _place(current, staff, network_country(address) if address is not None else None)


def put_anew(question: Question, current: Snapshot) -> Question:
    """Put a question of staff under the governance of *current*: role, entity and place as they are now on record.

    Raises:
        Denied: when whoever asks is not appointed (any more).
    """
    staff, known = question.actor.staff, question.place.network
    if staff is None or question.seen_under in (0, current.version):
        return question
    place = _place(current, staff, known if settings.OPTIONS.places is not None else None)
    return replace(question, actor=current.actor(staff), place=place, seen_under=current.version)


def _place(current: Snapshot, staff: StaffId, network: CountryCode | None) -> Place:
    record = current.member(staff)
    entity = current.register.entities[record.entity]
    return strictest(CountryCode(record.workplace), entity.country, network, entity.adequacy_scopes, current.day)


def place_of_person(address: str | None) -> Place:
    """Give the place of the person concerned reading their own record: only the network could tell."""
    network = network_country(address) if address is not None else None
    country = network or UNKNOWN_COUNTRY
    return Place(country, PlaceSource.NETWORK if network else PlaceSource.UNKNOWN, UNKNOWN_COUNTRY, country)
