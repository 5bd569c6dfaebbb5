"""A contiguous stretch of the log as an authority gets it: every line from start to end, each opened only as asked.

    range.json       what was asked, where the range lies, the hashes that tie it to the checkpoint
    lines-000.json   the lines in their order, and on in lines-001.json ...; a line is one of
                     [leaf]                    nothing of it is opened
                     [leaf, why]               it cannot be opened, or not yet
                     [leaf, opened, hidden]    opened: field to [blind, value]; hidden: the other commitments in order

The range is tied to the checkpoint by two short lists: the peaks of the tree before it (a compact range), to which the
lines are appended, and the proof that the tree so made is the beginning of the checkpoint's (RFC 9162, 2.1.4.2).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import FIELDS, LEAF_SIZE
from aboveboard.core.envelope.commitments import commitment, field_commitment
from aboveboard.core.errors import Invalid, NotVerified, expect
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import CompactRange, leaf_hash, verify_consistency
from aboveboard.core.tlog.text import HASH_SIZE
from aboveboard.core.verify import parts
from aboveboard.core.verify.asked import Asked

RANGE, FORMAT = "range.json", "aboveboard-range/1"
KEY_GONE, SEALED = "key-gone", "sealed"
"""Why a line is not opened: its month's key was destroyed; a law forbids telling for a time."""
MOST_LINES = 10_000
"""Lines in one file."""
MOST_LOGS = 999
"""As in the keys of a pack: nobody declares a thousand gaps."""
LONG_KINDS, LONG_SIZE = frozenset({8, 9, 10}), 110
"""Leaves about sealed looks have twelve public bytes more."""
ASKED, ALL = "asked", "all"
"""What is opened: of looks as much as was asked; of every line everything but whom it is about and who acted."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where the range lies, what was asked, and what ties it to the checkpoint."""

    cell: str
    origin: str
    log: int
    opens: str
    asked: Asked
    entry: str
    """Hash of the entry that says that this was opened."""
    start: int
    end: int
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    files: int


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of the range: its public bytes, why it is not opened (or nothing), and what is opened of it."""

    leaf: bytes
    why: str
    opened: Mapping[str, tuple[bytes, str]]
    hidden: tuple[bytes, ...]

    @property
    def kind(self) -> int:
        """Give its public kind."""
        return self.leaf[1]

    def values(self) -> dict[str, str]:
        """Give what is opened, after holding it against the line's commitment.

        Raises:
            NotVerified: when it is not what the line commits to.
        """
        if not self.opened:
            return {}
        rest = iter(self.hidden)
        made = [_commitment(self.opened[name], name) if name in self.opened else next(rest, b"") for name in FIELDS]
        known = self.opened.keys() <= set(FIELDS) and next(rest, None) is None
        if not known or commitment(made) != self.leaf[66:LEAF_SIZE]:
            raise NotVerified("an opened field is not what the line commits to")
        return {name: value for name, (_, value) in self.opened.items()}


def _commitment(opened: tuple[bytes, str], name: str) -> bytes:
    return field_commitment(opened[0], name, opened[1].encode())


def file_name(number: int) -> str:
    """Name the file with the lines of this number."""
    return f"lines-{number:03}.json"


def read_span(data: bytes) -> Span:
    """Read ``range.json``."""
    value = parts.object_of(parts.decoded(data))
    if value.get("format") != FORMAT or value.get("opens") not in (ASKED, ALL):
        raise Invalid("it is not of the format this verifier knows")
    asked = parts.object_of(value.get("asked"))
    if not all(isinstance(one, str) for one in asked.values()):
        raise Invalid("it does not say what was asked")
    return Span(
        parts.text_of(value.get("cell")),
        parts.text_of(value.get("origin")),
        _log_of(value.get("log")),
        parts.text_of(value.get("opens")),
        Asked.read(asked),
        parts.hex_of(value.get("entry"), HASH_SIZE).hex(),
        parts.number_of(value.get("start")),
        parts.number_of(value.get("end")),
        parts.read_as(parts.Hashes, value.get("before")),
        parts.read_as(parts.Hashes, value.get("after")),
        parts.number_of(value.get("files")),
    )


def _log_of(value: object) -> int:
    """Read the number of a log; of each that is missing a sentence is made, so nobody may name any number."""
    number = parts.number_of(value)
    expect(number <= MOST_LOGS, parts.FORM)
    return number


def read_lines(files: Mapping[str, bytes], span: Span) -> Iterator[ShownLine]:
    """Read the lines of all files, in order.

    Raises:
        Invalid: when a file is missing or of another form.
    """
    for number in range(min(span.files, len(files))):
        name = file_name(number)
        if name not in files:
            raise Invalid(f"the file {name} is missing")
        yield from map(_line, parts.array_of(parts.decoded(files[name])))


def _line(value: object) -> ShownLine:
    match value:
        case [leaf]:
            return ShownLine(leaf_of(leaf), "", {}, ())
        case [leaf, str(why)] if why in (KEY_GONE, SEALED):
            return ShownLine(leaf_of(leaf), why, {}, ())
        case [leaf, dict(opened), list(hidden)] if opened:
            pairs = {name: parts.opening_of(pair) for name, pair in opened.items()}
            return ShownLine(leaf_of(leaf), "", pairs, tuple(parts.hex_of(one, HASH_SIZE) for one in hidden))
        case _:
            raise Invalid("it does not have the form it must have")


def leaf_of(value: object) -> bytes:
    """Read the public bytes of a line, as long as its kind has them."""
    data = parts.hex_of(value)
    expect(len(data) >= LEAF_SIZE and data[0] == 1, parts.FORM)
    expect(len(data) == (LONG_SIZE if data[1] in LONG_KINDS else LEAF_SIZE), parts.FORM)
    return data


def check_place(span: Span, lines: Sequence[ShownLine], checkpoint: Checkpoint) -> None:
    """Show that these are the lines from start to end of the log, all of them.

    Raises:
        NotVerified: when they are not.
        Invalid: when there are more or fewer, or the peaks are not as many as the place has.
    """
    if span.origin != checkpoint.origin:
        raise NotVerified("the range names another log than the one that signed the checkpoint")
    if not lines or span.end - span.start != len(lines):
        raise Invalid("the range does not show as many lines as it says")
    # Only a log that follows on another begins with such a line; a range of the first would hide those before it.
    if span.start == 0 and span.log == 1 and lines[0].kind == EntryKind.CELL:
        raise NotVerified(
            "the range says that it is of the first log of the cell, and begins with the first line of a later one"
        )
    whole = CompactRange(span.start, span.before).extend(leaf_hash(line.leaf) for line in lines)
    verify_consistency(span.end, checkpoint.size, span.after, whole.root(), checkpoint.root)
