"""An evidence pack, checked: what the person holds against what the log has signed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.sealed import Tally, day_of
from aboveboard.core.errors import expect, require
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.trust import NO_QUORUM, TrustPolicy, WitnessedCheckpoint
from aboveboard.core.verify import shape
from aboveboard.core.verify.acts import statements_of
from aboveboard.core.verify.delays import OVERDUE, check_outstanding, day_of_pack, refuse, uncover
from aboveboard.core.verify.grants import check_grants
from aboveboard.core.verify.growth import check_growth
from aboveboard.core.verify.index import check_index
from aboveboard.core.verify.lines import (
    IN_LOG,
    OPENED,
    WHOLE,
    Lines,
    Read,
    Roots,
    Tree,
    check_completeness,
    check_governance,
    check_inclusion,
    check_openings,
    with_proofs,
)
from aboveboard.core.verify.manifest import check_manifest
from aboveboard.core.verify.recordings import check_recordings
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.witnessed import OUTSIDE, check_outside, check_signed, choice_words
from aboveboard.core.verify.words import ALWAYS, COPIES, GAP, UNWITNESSED

SIGNED, FORM, ERASED, CONTROLLER = "checkpoint", "form", "certificate", "controller"


Files = Mapping[str, bytes]
Sealed = Callable[[bytes, Lines, Read, Roots, Checks], Any]
"""What is made of lines that open a sealed one: `delays.uncover` or `delays.refuse`."""


def verify_pack(files: Files, trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check the *files* of a pack, by name, trusting the keys in *trust* only; *since*: checkpoints kept earlier.

    Bad, missing and foreign files end in checks that do not hold, never in an exception.
    """
    return verify_plain_pack(files, trust, since, uncover)


def verify_plain_pack(files: Files, trust: TrustPolicy, since: Sequence[bytes] = (), sealed: Sealed = refuse) -> Report:
    """Do what `verify_pack` does, but refuse a pack with lines that were sealed for a time."""
    checks = Checks()
    # The quorum may have seen an earlier checkpoint only, to which this one leads.
    witnessed = check_signed(trust._replace(quorum=NO_QUORUM), files.get(shape.CHECKPOINT), checks)
    check_manifest(files, witnessed.checkpoint.origin if witnessed else None, trust, checks)
    parts = _read(files, checks)
    if witnessed is None or not parts:
        return checks.report(*ALWAYS, UNWITNESSED)
    _check(parts, witnessed, sealed, checks)
    proved = check_growth(parts[shape.CONSISTENCY], witnessed.checkpoint, trust, since, checks)
    check_outside(witnessed, proved, trust, checks)
    # An overdue opening is the controller's failure, not the proof's: the rest stands, and says so.
    return checks.report(*ALWAYS, but=OVERDUE)


def _read(files: Mapping[str, bytes], checks: Checks) -> dict[str, Any]:
    """Read every file into what `shape` makes of it; nothing where one cannot be read."""
    parts: dict[str, Any] = {shape.CERTIFICATE: None}
    for name in shape.FILES:
        if name in files or name not in parts:
            with checks.part(FORM, about=f"The file {name} cannot be read"):
                expect(name in files, "it is missing")
                parts[name] = shape.read(name, files[name])
    return parts if checks.settle(FORM, "Every file has the form it must have.") else {}


def _check(parts: Mapping[str, Any], witnessed: WitnessedCheckpoint, sealed: Sealed, checks: Checks) -> None:
    evidence, governance = parts[shape.EVIDENCE], parts[shape.GOVERNANCE]
    checkpoint, subject = witnessed.checkpoint, evidence.subject
    roots = {evidence.log: Tree(checkpoint.size, checkpoint.root)}
    acts = check_governance(governance.lines, roots, checks)
    lines = with_proofs(parts[shape.ENTRIES], roots, checks)
    for line in lines:
        check_inclusion(line, roots, checks)
    read = [check_openings(line, checks) for line in lines]
    delayed = sealed(subject, lines, read, roots, checks)
    checks.settle(IN_LOG, f"{len(lines) + len(governance.lines)} lines stand in the log where the pack says.")
    checks.settle(OPENED, "Every opened field is what its line committed to.")
    check_completeness(evidence, lines, read, checks)
    checks.settle(WHOLE, f"{len(lines)} of them are about the person, counted from 0, none left out in between.")
    tally = check_index(evidence, lines, parts[shape.INDEX], checkpoint, checks)
    _say_lines(checkpoint, len(lines), tally, checks)
    known = statements_of([line.said for line in acts if line.kind == EntryKind.GOVERNANCE], governance.acts)
    with checks.part(CONTROLLER):
        require(evidence.origin == checkpoint.origin, "it is not the evidence of the log that signed the checkpoint")
        named = known.controller and evidence.controller == known.controller
        require(named, "the controller the evidence names is not the one the log was founded for")
    checks.settle(CONTROLLER, f"The log was founded for the controller {known.controller!r}.")
    check_grants([*read, *delayed.looks] if delayed else read, known, checks)
    if delayed:
        delayed.check_orders(known, checks)
    check_outstanding(tally, day_of_pack(evidence, read, filter(None, witnessed.cosigned.values())), checks)
    check_recordings(evidence, read, checks)
    if parts[shape.CERTIFICATE] is not None:
        _check_erased(parts[shape.CERTIFICATE], evidence, read, checks)
    with checks.part(OUTSIDE):
        checks.proved += [choice_words(line.body) for line in known.on("log.witnessing")[-1:]]
    if evidence.log > 1:
        checks.not_proved.append(GAP)


def _say_lines(checkpoint: Checkpoint, count: int, tally: Tally, checks: Checks) -> None:
    stands = f"The log {checkpoint.origin} stands for {checkpoint.size} entries; who changes, removes or inserts one"
    some = f"{count} of them are about this person, and no other up to this checkpoint"
    late = f" {tally.late} in this log were opened after their day." if tally.late else ""
    if tally.outstanding:
        until = f"{tally.outstanding} lines of this log are sealed by law until {day_of(tally.last)} at the latest"
        some = f"{some}, except that {until}: nobody is told yet whom these are about"
    each = "Each says when, for what, from which entity and country, which categories, and whether it was allowed."
    checks.proved += [f"{stands} contradicts this checkpoint.", f"{some}. The log's index has no other.{late}", each]


def _check_erased(entry: str, evidence: shape.Evidence, read: Read, checks: Checks) -> None:
    sides = [(line.kind, line.side.entry_hash.hex(), line.said.categories) for line in read if line and line.side]
    gone = [kind == EntryKind.ERASE and named == entry for kind, named, _ in sides]
    with checks.part(ERASED):
        require(True in gone, "no line of the person says, under that entry, that their keys are gone")
        later = any(categories for *_, categories in sides[gone.index(True) + 1 :])
        require(not later, "something was released after the erasure")
        require(not evidence.facts, "the certificate of an erasure shows facts as held")
    checks.settle(ERASED, "A line of the person says that their keys are gone, and nothing was released after it.")
    checks.proved.append("The log says that this person's keys were shredded, and released nothing about them after.")
    checks.not_proved.append(COPIES)
