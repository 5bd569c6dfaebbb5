"""What an authority reads of a period, as tables made from opened lines alone, so that anybody makes them anew."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.said import Said
from aboveboard.core.terms import Operation

LOOKS, DISCLOSURES, ERASURES, RULE_SETS = "looks.csv", "disclosures.csv", "erasures.csv", "rule-sets.csv"
_LOOKS = ("entity", "country", "established", "purpose", "operation", "verdict", "transfer", "looks")
_DISCLOSURES = (
    "line",
    "time",
    "entity",
    "country",
    "operation",
    "purpose",
    "categories",
    "verdict",
    "transfer",
    "grant",
)
_PASSED_ON = frozenset({Operation.DISCLOSE.value, Operation.TRANSFER.value})

Told = tuple[int, int, Said]
"""Index, kind and words of an opened line."""
Row = tuple[str, ...]


def tables(lines: Sequence[Told]) -> Mapping[str, tuple[Row, ...]]:
    """Give the tables of a period, each with its head, by the name of its file."""
    looks = [(index, said) for index, kind, said in lines if kind in (EntryKind.LOOK, EntryKind.SEALED)]
    return {
        LOOKS: (_LOOKS, *_counted(said for _, said in looks)),
        DISCLOSURES: (_DISCLOSURES, *(_passed_on(*one) for one in looks if one[1].operation in _PASSED_ON)),
        ERASURES: (("line", "time"), *((str(i), _time(said)) for i, kind, said in lines if kind == EntryKind.ERASE)),
        RULE_SETS: (
            ("rule_set", "first", "last", "decisions"),
            *_rule_sets([said for _, _, said in lines if said.rules]),
        ),
    }


def table_file(rows: Iterable[Row]) -> bytes:
    """Write a table as CSV (RFC 4180): UTF-8, commas, lines ended by CR LF."""
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode()


def _counted(looks: Iterable[Said]) -> list[Row]:
    counts = Counter(
        (said.entity, said.country, said.established, said.purpose, said.operation, said.verdict, said.transfer)
        for said in looks
    )
    return [(*names, str(count)) for names, count in sorted(counts.items())]


def _passed_on(index: int, said: Said) -> Row:
    return (
        str(index), _time(said), said.entity, said.country, said.operation, said.purpose, " ".join(said.categories),
        said.verdict, said.transfer, said.grant,
    )  # fmt: skip


def _rule_sets(decided: Sequence[Said]) -> list[Row]:
    found: dict[str, list[Said]] = {}
    for said in decided:
        found.setdefault(said.rules, []).append(said)
    ordered = sorted((min(map(_time, of_set)), name, of_set) for name, of_set in found.items())
    return [(name, first, max(map(_time, of_set)), str(len(of_set))) for first, name, of_set in ordered]


def _time(said: Said) -> str:
    return f"{said.at:%Y-%m-%dT%H:%M:%SZ}"
