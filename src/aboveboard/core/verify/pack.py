"""An evidence pack, checked: what the person holds against what the log has signed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.sealed import Tally, day_of
from aboveboard.core.errors import expect
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.trust import TrustPolicy, WitnessedCheckpoint
from aboveboard.core.verify import shape
from aboveboard.core.verify.acts import statements_of
from aboveboard.core.verify.delays import OVERDUE, check_orders, check_outstanding, day_of_pack, uncover
from aboveboard.core.verify.grants import check_grants
from aboveboard.core.verify.growth import check_growth
from aboveboard.core.verify.index import check_index
from aboveboard.core.verify.lines import (
    IN_LOG,
    OPENED,
    WHOLE,
    ReadLine,
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


def verify_pack(files: Mapping[str, bytes], trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check the *files* of a pack, by name, trusting the keys in *trust* only; *since*: checkpoints kept earlier.

    Bad, missing and foreign files end in checks that do not hold, never in an exception.
    """
    checks = Checks()
    witnessed = check_signed(trust.open_signed, files.get, checks)
    check_manifest(files, witnessed.checkpoint.origin if witnessed else None, trust, checks)
    parts = _read(files, checks)
    if witnessed is None or not parts:
        return checks.report(*ALWAYS, UNWITNESSED)
    _check(parts, witnessed, checks)
    earlier = parts[shape.CONSISTENCY]
    proved = check_growth(earlier, witnessed.checkpoint, trust, since, checks)
    check_outside(witnessed, earlier, proved, trust, checks)
    # An overdue opening is the controller's failure, not the proof's: the rest stands, and says so.
    return checks.report(*ALWAYS, but=OVERDUE)


def _read(files: Mapping[str, bytes], checks: Checks) -> dict[str, Any]:
    """Read every file into what `shape` makes of it; nothing where one cannot be read."""
    parts: dict[str, Any] = {shape.CERTIFICATE: None}
    for name, reader in _READERS.items():
        if name in files or name not in parts:
            with checks.part(FORM, about=f"The file {name} cannot be read"):
                expect(name in files, "it is missing")
                parts[name] = reader(files[name])
    return parts if checks.settle(FORM, "Every file has the form it must have.") else {}


_READERS: Mapping[str, Callable[[bytes], object]] = {
    shape.EVIDENCE: shape.read_evidence,
    shape.ENTRIES: shape.read_entries,
    shape.GOVERNANCE: shape.read_governance,
    shape.CONSISTENCY: shape.read_consistency,
    shape.INDEX: shape.read_index,
    shape.CERTIFICATE: shape.read_certificate,
}


def _check(parts: Mapping[str, Any], witnessed: WitnessedCheckpoint, checks: Checks) -> None:
    evidence: shape.Evidence = parts[shape.EVIDENCE]
    governance: shape.Governance = parts[shape.GOVERNANCE]
    checkpoint, subject = witnessed.checkpoint, evidence.subject
    roots = {evidence.log: Tree(checkpoint.size, checkpoint.root)}
    acts = check_governance(governance.lines, roots, checks)
    lines = with_proofs(parts[shape.ENTRIES], roots, checks)
    for line in lines:
        check_inclusion(line, roots, checks)
    read = [check_openings(line, checks) for line in lines]
    uncovered = uncover(subject, lines, read, roots, checks)
    checks.settle(IN_LOG, f"{len(lines) + len(governance.lines)} lines stand in the log where the pack says.")
    checks.settle(OPENED, "Every opened field is what its line committed to.")
    check_completeness(evidence, lines, read, checks)
    checks.settle(WHOLE, f"{len(lines)} of them are about the person, counted from 0, none left out in between.")
    tally = check_index(evidence, lines, parts[shape.INDEX], checkpoint, checks)
    _say_lines(checkpoint, len(lines), tally, checks)
    known = statements_of([line.said for line in acts if line.kind == EntryKind.GOVERNANCE], governance.acts)
    if evidence.origin != checkpoint.origin:
        checks.no(CONTROLLER, "The evidence names another log than the one that signed the checkpoint.")
    if not known.controller or evidence.controller != known.controller:
        checks.no(CONTROLLER, "The controller the evidence names is not the one the log was founded for.")
    checks.settle(CONTROLLER, f"The log was founded for the controller {known.controller!r}.")
    check_grants([*read, *(one.look for one in uncovered)], known, checks)
    check_orders(subject, uncovered, known, checks)
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
        some = f"{some}, except that {until}: nobody is told yet whom these are about. The log's index has no other."
    else:
        some = f"{some}: the log's index has none."
    each = "Each says when, for what, from which entity and country, which categories, and whether it was allowed."
    checks.proved += [f"{stands} contradicts this checkpoint.", some + late, each]


def _check_erased(entry: str, evidence: shape.Evidence, read: Sequence[ReadLine | None], checks: Checks) -> None:
    gone = False
    for line in read:
        if line and line.side and line.kind == EntryKind.ERASE and line.side.entry_hash.hex() == entry:
            gone = True
        elif line and line.side and gone and line.said.categories:
            checks.no(ERASED, "Something was released after the erasure.", line.index)
    if not gone:
        checks.no(ERASED, "No line of the person says, under the entry of the certificate, that their keys are gone.")
    if evidence.facts:
        checks.no(ERASED, "The certificate of an erasure shows facts as held.")
    checks.settle(ERASED, "A line of the person says that their keys are gone, and nothing was released after it.")
    checks.proved.append("The log says that this person's keys were shredded, and released nothing about them after.")
    checks.not_proved.append(COPIES)
