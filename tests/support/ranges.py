"""A range made by hand, without a database: a stretch of a small log, each line opened as far as it was asked for."""

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta

from aboveboard.core import canonical
from aboveboard.core.entries.entry import EntryKind, SubjectLine
from aboveboard.core.entries.leaf import AUDIT_FIELDS, FIELDS, Leaf, leaf_key, open_audit
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import CompactRange, consistency_proof, leaf_hash
from aboveboard.core.tlog.note import NoteSigner
from aboveboard.core.verify.asked import AFTER, BEFORE, Asked
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.ranges import verify_range
from tests.support.packs import AUDIT, CELL, NOW, ORIGIN, SUBJECT, SmallLog, governance_entry, look, trust

ASKED = Asked(NOW, NOW + timedelta(hours=1), country="US", entity="hq")


@dataclass
class RangeDraft:
    """The parts of a range before they are written and signed, to be changed by a test."""

    range: dict
    lines: list
    checkpoint: Checkpoint
    consistency: list = field(default_factory=list)
    extra: dict = field(default_factory=dict)

    def copy(self) -> "RangeDraft":
        """A draft of its own, to be changed freely."""
        return deepcopy(self)

    def files(self, seed: bytes = b"L" * 32) -> dict[str, bytes]:
        """Write and sign the range."""
        signer = NoteSigner(ORIGIN, seed)
        files = {
            "range.json": canonical.encode(self.range),
            "lines-000.json": canonical.encode(self.lines),
            "consistency.json": canonical.encode(self.consistency),
            "checkpoint": sign_checkpoint(self.checkpoint, signer).encode().encode(),
            "READ-ME.txt": b"Read me.\n",
            **self.extra,
        }
        return {**files, MANIFEST: sign_manifest(ORIGIN, files, signer)}

    def verified(self, since=()):
        """Check the range as an authority would."""
        return verify_range(self.files(), trust(), since)


def log_of_looks() -> SmallLog:
    """A log with looks before, in and behind the hour that is asked about, ended by an index."""
    log = SmallLog()
    log.add(governance_entry("cell.founded", {"controller": "cz"}, NOW - 3 * BEFORE))
    log.add(look(NOW - BEFORE - timedelta(minutes=5)))
    abroad = {minutes: look(NOW + timedelta(minutes=minutes), entity="hq") for minutes in (-1, 12, 60)}
    abroad[12] = replace(abroad[12], verdict="refuse", subjects=(SubjectLine(SUBJECT, (), (), ("T03",)),))
    abroad[20] = look(NOW + timedelta(minutes=20))
    abroad = {minutes: replace(one, country="US") for minutes, one in abroad.items()}
    for one in (abroad[-1], look(NOW + timedelta(minutes=10)), abroad[12], abroad[20], abroad[60]):
        log.add(one)
    log.add(governance_entry("range.opened", {}, NOW + timedelta(hours=1) + AFTER))
    log.end()
    return log


def line(log: SmallLog, index: int, names) -> list:
    """One line with these fields opened."""
    names = set(names)
    if not names:
        return [log.leaves[index].hex()]
    leaf = Leaf.decode(log.leaves[index])
    audit = open_audit(CELL, leaf, log.openings[index][1].audit, leaf_key(AUDIT, leaf.subject_label))
    known = dict(zip(AUDIT_FIELDS, zip(audit.blinds, audit.values, strict=True), strict=True))
    opened = {name: [known[name][0].hex(), known[name][1].decode()] for name in AUDIT_FIELDS if name in names}
    hidden = [one.hex() for name, one in zip(FIELDS, audit.field_commitments(), strict=True) if name not in names]
    return [log.leaves[index].hex(), opened, hidden]


def drafted(
    log: SmallLog, asked: Asked = ASKED, start: int = 0, end: int | None = None, timed: Collection[int] = ()
) -> RangeDraft:
    """A range in which everything holds, from *start* to *end*, or to the end of the log's lines that speak.

    *timed*: lines that open their time though nobody asked for them.
    """
    end = len(log.leaves) - 1 if end is None else end
    lines = []
    for index in range(start, end):
        names = {"time"} if index in (1, end - 1, *timed) else set()
        if log.leaves[index][1] == EntryKind.LOOK:
            leaf = Leaf.decode(log.leaves[index])
            audit = open_audit(CELL, leaf, log.openings[index][1].audit, leaf_key(AUDIT, leaf.subject_label))
            names |= set(asked.decided({name: audit.text(name) for name in AUDIT_FIELDS})[0])
        lines.append(line(log, index, names))
    before = CompactRange().extend(map(leaf_hash, log.leaves[:start])).peaks
    proof = consistency_proof(end, len(log.leaves), log.subtree)
    told = {
        "format": "aboveboard-range/1",
        "cell": CELL,
        "origin": ORIGIN,
        "log": log.number,
        "opens": "asked",
        "asked": asked.told(),
        "entry": "00" * 32,
        "start": start,
        "end": end,
        "before": [one.hex() for one in before],
        "after": [one.hex() for one in proof],
        "files": 1,
    }
    return RangeDraft(told, lines, log.checkpoint())
