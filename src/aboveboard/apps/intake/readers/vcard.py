"""vCard 2.1, 3.0 and 4.0 as rows: a card is a row, read twice, once for the names of its properties.

Libraries for vCards were not used: they lose values of the sample files (bare parameters, soft line breaks, folds
within a character, cards that are not closed), and what is lost there is lost without a word.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from aboveboard.apps.intake.readers.encoding import TOLERANT
from aboveboard.apps.intake.readers.source import (
    Format,
    PropertyIndex,
    Reason,
    Row,
    RowProblem,
    Source,
)
from aboveboard.apps.intake.readers.vcard_lines import LARGEST_CARD, Card, Lost, cards_of
from aboveboard.apps.intake.readers.vcard_property import (
    HEAD,
    LABELS_PROPERTY,
    Head,
    cells_of,
    decoded,
    known_label,
    parse_head,
    unescaped,
)

STRUCTURE = frozenset({"BEGIN", "END", "VERSION"})
HEADS_KEPT = 4096

Cells = list[tuple[str, str]]


class CardReader:
    """Turns cards into cells; heads of content lines repeat, so what was read of them is kept."""

    def __init__(self, encoding: str) -> None:
        """Read cards whose text is in *encoding* where they say nothing themselves."""
        self.encoding = "utf-8" if encoding.startswith("utf-") else encoding  # as the lines come
        self._heads: dict[bytes, Head] = {}

    def cells(self, card: Card) -> tuple[Cells, list[Reason]]:
        """The cells of *card* that hold a value, and a reason for each value that could not be read."""
        problems = list(card.problems)
        read: list[tuple[Head, str]] = []
        labels: dict[str, str] = {}
        told: set[str] = set()
        for line in card.content_lines():
            try:
                head, text = self._property(line)
            except UnicodeDecodeError:
                problems.append(Reason.UNDECODABLE)
                continue
            if head.name == LABELS_PROPERTY and head.group:
                labels[head.group.lower()] = text
            elif head.name not in STRUCTURE:
                read.append((head, text))
        version_2 = card.version.startswith(b"2")
        found: Cells = []
        for head, text in read:
            label = ""
            if head.group and (group := head.group.lower()) in labels:
                label, own = known_label(labels[group])
                if group not in told:
                    found.append((f"{head.name};label", own))
                told.add(group)
            if label or head.is_structured or head.values:
                found += cells_of(head, text, label, version_2=version_2)
            else:  # most properties; what cells_of would give, without its cost
                found.append((head.whole, text if head.encoding == "B" else unescaped(text, version_2=version_2)))
        found += ((LABELS_PROPERTY, text) for group, text in labels.items() if group not in told)
        return [(name, value) for name, value in found if value and not value.isspace()], problems

    def _property(self, line: bytes) -> tuple[Head, str]:
        """Head and text of one content line.

        Raises: UnicodeDecodeError, if either is no text.
        """
        raw, colon, value = line.partition(b":")
        if b'"' in raw and (whole := HEAD.match(line)):
            raw = whole[1]
            value = line[len(raw) + 1 :]
        head = self._heads.get(raw)
        if head is None:
            head = parse_head(raw, self.encoding)
            if len(self._heads) >= HEADS_KEPT:
                self._heads.clear()
            self._heads[raw] = head
        return head, decoded(value, head, self.encoding) if colon else ""


def vcard_source(path: Path, encoding: str) -> Source:
    """Find the properties of the cards in *path*, and be ready to read them."""
    index = PropertyIndex()
    reader = CardReader(encoding)
    for card in cards_of(_lines(path, encoding)):
        if isinstance(card, Card):
            for name, _ in reader.cells(card)[0]:
                index.add(name)
    return Source(
        format=Format.VCARD,
        encoding=encoding,
        properties=tuple(index.numbers),
        counts=tuple(index.counts),
        read=lambda: _rows(path, encoding, index),
    )


def _rows(path: Path, encoding: str, index: PropertyIndex) -> Iterator[Row | RowProblem]:
    """Each card as a row, numbered as the cards close, its problems behind it."""
    reader = CardReader(encoding)
    number = 0
    for card in cards_of(_lines(path, encoding)):
        number += 1
        if isinstance(card, Lost):
            yield RowProblem(number, card.reason, card.values)
            continue
        cells, problems = reader.cells(card)
        yield Row(number, [value for _, value in cells], [index.number(name) for name, _ in cells])
        for reason in dict.fromkeys(problems):
            yield RowProblem(number, reason, problems.count(reason), whole=False)


def _lines(path: Path, encoding: str) -> Iterator[bytes]:
    """Physical lines in an encoding in which ASCII bytes are ASCII; UTF-16 and UTF-32 become UTF-8."""
    if encoding.startswith(("utf-16", "utf-32")):
        with path.open(encoding=encoding, errors=TOLERANT, newline=None) as text:
            while line := text.readline(LARGEST_CARD):
                yield line.encode("utf-8", errors="surrogateescape")
        return
    with path.open("rb") as file:
        if encoding == "utf-8-sig":
            file.read(3)
        returns = b"\n" not in (start := file.peek(4096)[:4096]) and b"\r" in start
        if returns:  # lines end as on an old Macintosh
            with io.TextIOWrapper(file, encoding="latin-1", newline=None) as text:
                while line := text.readline(LARGEST_CARD):
                    yield line.encode("latin-1")
            return
        while raw := file.readline(LARGEST_CARD):
            yield raw
