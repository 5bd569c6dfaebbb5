"""An evidence pack, checked: what the person holds against what the log has signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.trust import TrustPolicy, WitnessedCheckpoint
from aboveboard.core.verify import shape, words
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
from aboveboard.core.verify.witnessed import OUTSIDE, check_outside, choice_words, open_signed

SIGNED, FORM, ERASED, CONTROLLER = "checkpoint", "form", "certificate", "controller"


@dataclass(frozen=True, slots=True)
class _Pack:
    """The files of a pack, read."""

    evidence: shape.Evidence
    entries: shape.PackedEntries
    governance: shape.Governance
    earlier: tuple[shape.Earlier, ...]
    index: shape.PackedIndex
    erase_entry: str | None


def verify_pack(files: Mapping[str, bytes], trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check the *files* of a pack, by name, trusting the keys in *trust* only; *since*: checkpoints kept earlier.

    Bad, missing and foreign files end in checks that do not hold, never in an exception.
    """
    checks = Checks()
    witnessed = _checkpoint(files, trust, checks)
    check_manifest(files, witnessed.checkpoint.origin if witnessed else None, trust, checks)
    pack = _read(files, checks)
    if witnessed is None or pack is None:
        return Report(tuple(checks.done), (), words.not_proved(None, None))
    found = _check(pack, witnessed, checks)
    proved = check_growth(pack.earlier, witnessed.checkpoint, trust, since, checks)
    outside = check_outside(witnessed, pack.earlier, proved, trust, checks)
    # An overdue opening is the controller's failure, not the proof's: the rest stands, and says so.
    said = () if checks.failed_besides(OVERDUE) else words.proved(found, witnessed, len(since), outside)
    return Report(tuple(checks.done), said, words.not_proved(found, witnessed, outside))


def _checkpoint(files: Mapping[str, bytes], trust: TrustPolicy, checks: Checks) -> WitnessedCheckpoint | None:
    with checks.part(SIGNED):
        witnessed = open_signed(_file(files, shape.CHECKPOINT), trust)
        origin, size = witnessed.checkpoint.origin, witnessed.checkpoint.size
        checks.settle(SIGNED, f"The log {origin} has signed a checkpoint over {size} entries.")
        return witnessed
    return None


def _read(files: Mapping[str, bytes], checks: Checks) -> _Pack | None:
    parts = {}
    readers = (
        (shape.EVIDENCE, shape.read_evidence),
        (shape.ENTRIES, shape.read_entries),
        (shape.GOVERNANCE, shape.read_governance),
        (shape.CONSISTENCY, shape.read_consistency),
        (shape.INDEX, shape.read_index),
        *([(shape.CERTIFICATE, shape.read_certificate)] if shape.CERTIFICATE in files else []),
    )
    for name, reader in readers:
        try:
            parts[name] = reader(_file(files, name))
        except (Invalid, NotVerified) as error:
            checks.no(FORM, f"The file {name} cannot be read: {error.sentence.rstrip('.')}.")
    if not checks.settle(FORM, "Every file has the form it must have."):
        return None
    return _Pack(*(parts.get(name) for name in (*_NAMES, shape.CERTIFICATE)))  # type: ignore[arg-type]


_NAMES = (shape.EVIDENCE, shape.ENTRIES, shape.GOVERNANCE, shape.CONSISTENCY, shape.INDEX)


def _check(pack: _Pack, witnessed: WitnessedCheckpoint, checks: Checks) -> words.Found:
    checkpoint = witnessed.checkpoint
    evidence, governed = pack.evidence, pack.governance.lines
    roots = {evidence.log: Tree(checkpoint.size, checkpoint.root)}
    acts = check_governance(governed, roots, checks)
    lines = with_proofs(pack.entries, roots, checks)
    for line in lines:
        check_inclusion(line, roots, checks)
    read = [check_openings(line, checks) for line in lines]
    uncovered = uncover(evidence, lines, read, roots, checks)
    checks.settle(IN_LOG, f"{len(lines) + len(governed)} lines stand in the log where the pack says.")
    checks.settle(OPENED, "Every opened field is what its line committed to.")
    check_completeness(evidence, lines, read, checks)
    checks.settle(WHOLE, f"{len(lines)} of them are about the person, counted from 0, none left out in between.")
    tally = check_index(evidence, lines, pack.index, checkpoint, checks)
    known = statements_of([line.said for line in acts if line.kind == EntryKind.GOVERNANCE])
    if evidence.origin != checkpoint.origin:
        checks.no(CONTROLLER, "The evidence names another log than the one that signed the checkpoint.")
    if not known.controller or evidence.controller != known.controller:
        checks.no(CONTROLLER, "The controller the evidence names is not the one the log was founded for.")
    checks.settle(CONTROLLER, f"The log was founded for the controller {known.controller!r}.")
    granted = check_grants([*read, *(one.look for one in uncovered)], pack.governance, known, checks)
    check_orders(evidence, uncovered, pack.governance, known, checks)
    check_outstanding(tally, day_of_pack(evidence, read, filter(None, witnessed.cosigned.values())), checks)
    vouched, unvouched = check_recordings(evidence, read, checks)
    if pack.erase_entry is not None:
        _check_erased(pack, read, checks)
    erased, choice = pack.erase_entry is not None, ""
    with checks.part(OUTSIDE):
        choice = choice_words(known.witnessing)
    return words.Found(len(lines), granted, vouched, unvouched, evidence.log, erased, tally, len(uncovered), choice)


def _check_erased(pack: _Pack, read: Sequence[ReadLine | None], checks: Checks) -> None:
    gone = False
    for line in read:
        if line is None or line.side is None:
            continue
        if line.kind == EntryKind.ERASE and line.side.entry_hash.hex() == pack.erase_entry:
            gone = True
        elif gone and line.said.categories:
            checks.no(ERASED, "Something was released after the erasure.", line.index)
    if not gone:
        checks.no(ERASED, "No line of the person says, under the entry of the certificate, that their keys are gone.")
    if pack.evidence.facts:
        checks.no(ERASED, "The certificate of an erasure shows facts as held.")
    checks.settle(ERASED, "A line of the person says that their keys are gone, and nothing was released after it.")


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise Invalid("it is missing")
    return files[name]
