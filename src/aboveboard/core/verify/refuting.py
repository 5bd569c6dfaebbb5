"""A denial held against a record: whether a pack proves that the controller signed what was not so.

It does when both verify, both come from one log, a line before the checkpoint that the denial names vouches for a value
held under one of its identifiers, and the pack was made at that checkpoint or later: what was erased in between, and
entered again, would have a later line. An older pack leaves open whether the record was erased in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from aboveboard.core.envelope.identifiers import BIRTH_CATEGORY, IdentifierKind, held_under
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify import shape
from aboveboard.core.verify.denial import (
    IDENTIFIERS,
    KINDS,
    NOT_PROVED,
    NOTE,
    Denial,
    Shown,
    parse_denial,
    read_shown,
    verify_denial,
)
from aboveboard.core.verify.folder import read_folder
from aboveboard.core.verify.pack import verify_pack
from aboveboard.core.verify.report import Check, Report


class Outcome(StrEnum):
    """What a pack says about a denial."""

    REFUTED = "refuted"
    OPEN = "open"
    NOT_REFUTED = "not-refuted"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Refutation:
    """A denial held against a pack: both reports, the outcome, and why, in sentences."""

    denial: Report
    pack: Report
    outcome: Outcome
    sentences: tuple[str, ...]


def refute_folder(denial: Path, pack: Path, trust: Path, since: Sequence[Path] = ()) -> Refutation:
    """Do what `refute` does for folders, the file of trusted keys and checkpoints that were kept.

    Raises:
        Invalid: when one of them cannot be read.
        NotVerified: when the file of keys is none.
    """
    policy, kept = _trusted(trust, since)
    return refute(read_folder(denial), read_folder(pack), policy, kept)


def verify_denial_folder(folder: Path, trust: Path, since: Sequence[Path] = ()) -> Report:
    """Check the denial in *folder*; what cannot be read ends in a check that does not hold."""
    try:
        policy, kept = _trusted(trust, since)
        return verify_denial(read_folder(folder), policy, kept)
    except (Invalid, NotVerified) as error:
        return Report((Check("form", holds=False, sentence=error.sentence),), (), NOT_PROVED)


def _trusted(trust: Path, since: Sequence[Path]) -> tuple[TrustPolicy, list[bytes]]:
    try:
        return TrustPolicy.parse(trust.read_bytes()), [path.read_bytes() for path in since]
    except OSError:
        raise Invalid("The file of trusted keys, or a checkpoint, cannot be read.") from None


def refute(
    denial_files: Mapping[str, bytes], pack_files: Mapping[str, bytes], trust: TrustPolicy, since: Sequence[bytes] = ()
) -> Refutation:
    """Hold a denial against the pack of a record; bad files end in reports that do not hold, never in an exception."""
    reports = verify_denial(denial_files, trust, since), verify_pack(pack_files, trust, since)
    if not all(report.holds for report in reports):
        return Refutation(*reports, Outcome.UNVERIFIED, ("Only evidence that holds can refute, or be refuted.",))
    denial, _ = parse_denial(SignedNote.parse(denial_files[NOTE]).text)
    evidence = shape.read(shape.EVIDENCE, pack_files[shape.EVIDENCE])
    if evidence.origin != denial.origin:
        why = "The denial and the pack come from two logs, so that neither says anything of the other."
        return Refutation(*reports, Outcome.NOT_REFUTED, (why,))
    held = _Held.of(evidence, shape.read(shape.ENTRIES, pack_files[shape.ENTRIES]).lines, denial)
    asked = read_shown(denial_files[IDENTIFIERS])
    found = [(one.kind, index) for one in asked if (index := held.line_for(one)) is not None]
    if not found:
        return Refutation(*reports, Outcome.NOT_REFUTED, (_why_not(asked, evidence),))
    made_at = Checkpoint.parse(SignedNote.parse(pack_files[shape.CHECKPOINT]).text).size
    said = tuple(_said(denial, kind, index) for kind, index in found)
    if made_at < denial.size:
        more = (
            f"The pack is older than the denial (it shows the first {made_at} entries): the controller still has to"
            " show the line that says this record was erased in between. Without one the denial is false."
        )
        return Refutation(*reports, Outcome.OPEN, (*said, more))
    return Refutation(*reports, Outcome.REFUTED, said)


@dataclass(frozen=True, slots=True)
class _Held:
    """The values that lines before the denial's checkpoint vouch for: index of the line, category, value."""

    facts: tuple[tuple[int, str, str], ...]
    born: tuple[tuple[str, str], ...]
    """Days of birth among them."""
    born_later: bool
    """Whether a day of birth is held that none of them vouches for: nobody can say what stood there before."""

    @classmethod
    def of(cls, evidence: shape.Evidence, lines: Sequence[shape.PackedLine], denial: Denial) -> "_Held":
        known = {one.id: one for one in evidence.facts}
        facts: list[tuple[int, str, str]] = []
        for recording in evidence.recordings:
            line = lines[recording.line]
            if line.log < evidence.log or line.index < denial.size:
                facts += [(line.index, known[name].category, known[name].value or "") for name in recording.facts]
        born = tuple((category, value) for _, category, value in facts if category == BIRTH_CATEGORY)
        all_born = sum(one.category == BIRTH_CATEGORY for one in evidence.facts)
        return cls(tuple(facts), born, all_born > len(born))

    def line_for(self, asked: Shown) -> int | None:
        """Give the line that vouches for a value held under an identifier."""
        if asked.kind is IdentifierKind.NAME_AND_BIRTH and self.born_later:
            return None
        for index, category, value in self.facts:
            if category != BIRTH_CATEGORY and held_under(asked.kind, asked.compared, [(category, value), *self.born]):
                return index
        return None


def _why_not(asked: Sequence[Shown], evidence: shape.Evidence) -> str:
    shown = [(one.category, one.value) for one in evidence.facts if one.value is not None]
    if any(held_under(one.kind, one.compared, shown) for one in asked):
        return (
            "A value is held under an identifier of the denial, but no line before its checkpoint vouches for it: it"
            " was entered later, or something entered together with it is gone."
        )
    return "No value in the pack is held under an identifier of the denial."


def _said(denial: Denial, kind: IdentifierKind, index: int) -> str:
    return (
        f"The denial of {denial.at:%Y-%m-%d %H:%M} UTC names {KINDS[kind]} and the checkpoint over {denial.size}"
        f" entries; the pack shows a record under it, entered by line {index} of the same log."
    )
