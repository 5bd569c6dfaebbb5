"""A stretch of a log as files: its lines, opened as far as was asked, and what ties them to the log's signed root."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from aboveboard.apps.evidence.logs import Log
from aboveboard.apps.evidence.spans import AuditReader, line_of
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.core import canonical
from aboveboard.core.tlog.tiles import subtree_reader
from aboveboard.core.verify.asked import Asked
from aboveboard.core.verify.spans import FORMAT, MOST_LINES, RANGE, file_name


def opened_lines(
    reader: AuditReader, start: int, end: int, asked: Asked, at_edge: frozenset[int], *, sealed: bool
) -> tuple[list[list[Any]], int]:
    """Give the lines from *start* to *end*, each opened as far as was asked, and how many looks are as asked for."""
    lines, asked_for = [], 0
    for row in reader.rows(start, end):
        line, counts = line_of(row, asked, everything=False, at_edge=row.index in at_edge, sealed=sealed)
        lines.append(line)
        asked_for += counts
    return lines, asked_for


def span_files(
    lines: Sequence[list[Any]], start: int, asked: Asked, opens: str, entry_hash: bytes, log: Log, now: datetime
) -> dict[str, bytes]:
    """Give the files of a range, with what ties it to the log's signed root."""
    end = start + len(lines)
    parts = [lines[at : at + MOST_LINES] for at in range(0, len(lines), MOST_LINES)]
    span = {
        "format": FORMAT,
        "cell": settings.OPTIONS.cell,
        "origin": log.origin,
        "log": log.number,
        "opens": opens,
        "asked": asked.told(),
        "entry": entry_hash.hex(),
        "made_at": now.isoformat(),
        "start": start,
        "end": end,
        "before": [one.hex() for one in peaks(log, start)],
        "after": [one.hex() for one in log.prover().consistency(end)],
        "files": len(parts),
    }
    return {
        RANGE: canonical.encode(span),
        **{file_name(number): canonical.encode(part) for number, part in enumerate(parts)},
    }


def peaks(log: Log, size: int) -> list[bytes]:
    """Give the roots of the largest whole subtrees of the log's first *size* lines, left to right."""
    subtree, found, at = subtree_reader(FileTiles(log.folder).get, log.size), [], 0
    for bit in range(size.bit_length() - 1, -1, -1):
        if size >> bit & 1:
            found.append(subtree(at, at + (1 << bit)))
            at += 1 << bit
    return found
