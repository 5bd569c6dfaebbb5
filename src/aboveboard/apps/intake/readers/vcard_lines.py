"""Cards of a vCard file as logical content lines (RFC 6350, 3.2), in bytes, for a fold may cut a character in two.

Real files break the rules, so these count as one line too: soft line breaks of quoted-printable (vCard 2.1), base64
that goes on without the leading space. A card within a card (AGENT, or plainly nested) is a card of its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aboveboard.apps.intake.readers.source import Reason

BEGIN = re.compile(rb"^(?:AGENT[^:]*:)?\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE)
END = re.compile(rb"^\s*END\s*:\s*VCARD\s*$", re.IGNORECASE)
CONTENT_LINE = re.compile(rb"^[!-9<-~]{1,100}(?:;[^:]*)?:")
NAME_ALONE = re.compile(
    rb"^(?:FN|N|NICKNAME|BDAY|ADR|LABEL|TEL|EMAIL|URL|ORG|TITLE|ROLE|NOTE|PHOTO|UID|REV)(?:;[A-Za-z0-9=;,-]*)?$",
    re.IGNORECASE,
)
"""A property without its colon and value; any other lone word could be a lost piece of a text."""
BASE64_PARAMETER = re.compile(rb";(?:ENCODING=)?(?:BASE64|B)[;:]", re.IGNORECASE)
BASE64_TEXT = re.compile(rb"^[A-Za-z0-9+/]+={0,2}$")
FOLD = b"\x00"
"""Stands before a continuation line until the version of the card is known; no text has this byte."""
LARGEST_CARD = 1 << 23
DEEPEST = 8
LONGEST_MARK = 60
FIRST_OF_MARK = frozenset((b"B", b"b", b"E", b"e", b"A", b"a", b" ", b"\t"))


@dataclass(frozen=True, slots=True)
class Lost:
    """Something between or instead of cards: the reason, and how many values went with it."""

    reason: Reason
    values: int


@dataclass(slots=True)
class Card:
    """The lines of one card as met; *problems* says what of it could not be taken, a value each."""

    lines: list[list[bytes]] = field(default_factory=list)
    version: bytes = b""
    problems: list[Reason] = field(default_factory=list)
    size: int = 0
    soft: bool = False
    """The line taken last ends in a soft line break."""

    def take(self, text: bytes) -> None:
        """Add one physical line without its end."""
        self.size += len(text)
        if self.size > LARGEST_CARD:
            self.lines.clear()
            return
        if self.soft:
            last = self.lines[-1]
            last[-1] = last[-1][:-1]
            last.append(text)
            self.soft = text.endswith(b"=")
        elif text[:1] in {b" ", b"\t"} and self.lines:
            self.lines[-1].append(FOLD + text)
        elif CONTENT_LINE.match(text):
            self.lines.append([text])
            if text[-1:] == b"=":
                self.soft = b"QUOTED-PRINTABLE" in text.partition(b":")[0].upper()
            elif text[:8].upper() == b"VERSION:":
                self.version = text[8:].strip()
        elif text.strip():
            self._take_odd(text)

    def lost(self) -> Lost:
        """Report the card as one that cannot be handed over."""
        return Lost(Reason.BROKEN_CARD, max(1, len(self.lines)))

    def _take_odd(self, text: bytes) -> None:
        """A line that is no property: more base64, an empty property without its colon, or something lost."""
        if self.lines and BASE64_PARAMETER.search(self.lines[-1][0]) and BASE64_TEXT.match(text.strip()):
            self.lines[-1].append(text.strip())
        elif not NAME_ALONE.match(text.strip()):
            self.problems.append(Reason.BROKEN_LINE)

    def content_lines(self) -> Iterator[bytes]:
        """The unfolded lines; vCard 2.1 folds before white space that belongs to the text, later ones add it."""
        keep = self.version.startswith(b"2")
        for chunks in self.lines:
            if len(chunks) == 1:
                yield chunks[0]
            elif keep:
                yield b"".join(chunks).replace(FOLD, b"")
            else:
                yield b"".join(chunk[2:] if chunk.startswith(FOLD) else chunk for chunk in chunks)


def cards_of(lines: Iterable[bytes]) -> Iterator[Card | Lost]:
    """Give each card when it closes, and what lies outside of cards or is never closed."""
    open_cards: list[Card] = []
    outside = 0
    for line in lines:
        text = line.rstrip(b"\r\n").replace(b"\x00", b"")
        mark = _mark_of(text)
        if mark == "begin":
            if outside:
                yield Lost(Reason.OUTSIDE_CARD, outside)
                outside = 0
            open_cards.append(Card())
            if len(open_cards) > DEEPEST:
                yield open_cards.pop(0).lost()
        elif mark == "end" and open_cards:
            card = open_cards.pop()
            yield card if card.size <= LARGEST_CARD else card.lost()
        elif open_cards:
            open_cards[-1].take(text)
        elif text.strip():
            outside += 1
    if outside:
        yield Lost(Reason.OUTSIDE_CARD, outside)
    yield from (card.lost() for card in open_cards)


def _mark_of(text: bytes) -> str:
    """Whether a line begins or ends a card; long lines do neither."""
    if text[:1] in FIRST_OF_MARK and len(text) <= LONGEST_MARK:
        if BEGIN.match(text):
            return "begin"
        if END.match(text):
            return "end"
    return ""
