"""What is asked of an import, read from words: who the people are to us, what for, where from, and the notice."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from aboveboard.core import canonical
from aboveboard.core.envelope.blind import fold
from aboveboard.core.errors import Invalid
from aboveboard.core.terms import Capacity, EntityId, NoticeExemption, NoticeState, PurposeId

VERSION = re.compile(r"[\w.+-]{1,60}")
_BLOCK = 1 << 20

CAPACITY_WORDS = {
    Capacity.CUSTOMER: (
        "customer customers client clients buyer kunde kunden zakaznik zakaznice klient klientka odberatel"
    ),
    Capacity.PARTNER: (
        "partner partners supplier suppliers vendor vendors dodavatel dodavatelka lieferant lieferanten partnerka"
        " reseller distributor"
    ),
    Capacity.OFFICIAL: (
        "official officials politician deputy mp minister mayor urednik urednice poslanec poslankyne senator starosta"
        " ministr beamter beamtin abgeordneter abgeordnete behorde government authority"
    ),
}
_BY_WORD = {word: capacity for capacity, words in CAPACITY_WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Notice:
    """Whether the people of the file have been told (Arts 13, 14)."""

    state: NoticeState
    version: str = ""
    on: date | None = None
    exemption: NoticeExemption | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """In what capacity the people are known: one for all, or by the words of a column."""

    capacity: Capacity | None
    column: str = ""

    def __str__(self) -> str:
        """Give the relation as it was written."""
        return f"column:{self.column}" if self.capacity is None else self.capacity.value


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Everything that is said about one file before a value of it is looked at."""

    path: Path
    entity: EntityId
    relation: Relation
    purpose: PurposeId
    source: str
    notice: Notice
    mapping: Path | None = None
    collected_directly: bool = False
    """The people gave these data themselves: they were told then (Art. 13(1)), or nobody is taken in."""


def parse_notice(text: str, today: date) -> Notice:
    """Read ``informed:VERSION@DATE``, ``send`` or ``exempt:CODE``.

    Raises:
        Invalid: for anything else, a day to come, or a code Art. 14(5) does not know.
    """
    kind, _, rest = text.partition(":")
    if kind == "send" and not rest:
        return Notice(NoticeState.OWED)
    if kind == "exempt":
        codes = {code.value: code for code in NoticeExemption}
        if rest not in codes:
            raise Invalid(f"Art. 14(5) knows the exemptions {', '.join(codes)}.")
        return Notice(NoticeState.EXEMPT, exemption=codes[rest])
    version, _, day = rest.rpartition("@")
    if kind != "informed" or VERSION.fullmatch(version) is None:
        raise Invalid("The notice is said as informed:VERSION@DATE, send, or exempt:CODE.")
    return Notice(NoticeState.INFORMED, version, _day_past(day, today))


def _day_past(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid("The day of the notice is written as 2026-11-22.") from None
    if day > today:
        raise Invalid("Nobody has been informed on a day that is still to come.")
    return day


def parse_relation(text: str) -> Relation:
    """Read ``customer``, ``official``, ``partner`` or ``column:NAME``.

    Raises:
        Invalid: for anything else.
    """
    kind, _, column = text.partition(":")
    if kind == "column" and column.strip():
        return Relation(None, column.strip())
    if text not in {capacity.value for capacity in Capacity}:
        raise Invalid("The relation is customer, official, partner, or column:NAME.")
    return Relation(Capacity(text))


def capacity_of(word: str) -> Capacity | None:
    """Give the capacity a cell names, None where it names none that is known."""
    return _BY_WORD.get(fold(word).strip())


def digest_of(order: ImportOrder, key: bytes) -> bytes:
    """Give the keyed digest of the file's bytes and of all that was said about it."""
    said: dict[str, Any] = {
        "entity": order.entity,
        "relation": str(order.relation),
        "purpose": order.purpose,
        "source": order.source,
        "notice": [order.notice.state.value, order.notice.version, str(order.notice.on), str(order.notice.exemption)],
    }
    if order.collected_directly:
        said["directly"] = True
    digest = hmac.new(key, b"aboveboard/import/v1" + canonical.encode(said), hashlib.sha256)
    for path in filter(None, (order.path, order.mapping)):
        whole = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                whole.update(block)
        digest.update(whole.digest())
    return digest.digest()
