"""The evidence pack: everything about one person, with the proofs, in a folder that verifies without this house.

A pack is itself a look: its entry is committed before any value is opened, and stands in the next pack. The folder is
checked like a stranger would before it gets its name, and never written over another.
"""

import os
import secrets
import shutil
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.accounts.queries import controller
from aboveboard.apps.evidence.governance import GovernanceLine, acts_of, governance_lines, packed_act, relied_on
from aboveboard.apps.evidence.held import held_facts, recordings
from aboveboard.apps.evidence.lines import History, Line, opened_with, texts_of
from aboveboard.apps.evidence.logs import Log, Prover, all_logs, signed_state
from aboveboard.apps.evidence.names import names_for
from aboveboard.apps.evidence.packing import packed_entries
from aboveboard.apps.evidence.readme import readme
from aboveboard.apps.evidence.waiting import nothing_signed, pending_about
from aboveboard.apps.files.durable import sync_folder
from aboveboard.apps.gate.asking import Asked, ask
from aboveboard.apps.ledger.actions import signed_size
from aboveboard.apps.ledger.confirmed import standing_if_sound, witnessed_note
from aboveboard.apps.ledger.index import last_index_leaf
from aboveboard.apps.ledger.models import Gap
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.apps.ledger.receipts import receipt
from aboveboard.apps.ledger.signers import trusted_keys
from aboveboard.core import canonical
from aboveboard.core.catalogue import catalogue
from aboveboard.core.entries.entry import CELL_OWNER
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.entries.sealed import DELAY_OWNER, UNTOLD
from aboveboard.core.envelope.keys import KeyKind, log_keys
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import Conflict, Denied, Invalid, NotVerified, Shredded
from aboveboard.core.policy.question import Actor, Place, Question
from aboveboard.core.terms import Operation, PurposeId, Role, SubjectId, Verdict
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.trust import NO_QUORUM, TrustPolicy
from aboveboard.core.tlog.trust import Log as TrustedLog
from aboveboard.core.verify import Report, shape, verify_pack
from aboveboard.core.verify.acts import texts
from aboveboard.core.verify.delays import OVERDUE
from aboveboard.core.verify.index import AHEAD
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.receipts import RECEIPT

README = "READ-ME.txt"
MAY_HAVE = frozenset({Role.PERSON, Role.DPO})
"""To nobody else belong a person's whole record and the key that finds their lines."""


@dataclass(frozen=True, slots=True)
class Proved:
    """The answer to a request for evidence: the committed look, and the folder, or None where it was refused."""

    asked: Asked
    folder: Path | None
    report: Report | None
    lines: int = 0
    """How many lines about the person the pack shows."""
    waiting: int = 0
    """How many entries about the person are committed and not yet signed, this look apart: the next pack shows them."""


@dataclass(frozen=True, slots=True)
class Made:
    """A pack in memory: the committed look, the files by name, or None where it was refused."""

    asked: Asked
    files: Mapping[str, bytes] | None
    report: Report | None
    lines: int = 0
    waiting: int = 0


def prove(
    subject: SubjectId,
    out: Path,
    *,
    actor: Actor,
    purpose: PurposeId,
    place: Place,
    now: datetime,
    since: Sequence[bytes] = (),
) -> Proved:
    """Write the evidence about *subject* into the new folder *out*, for the person or the officer.

    Raises:
        Denied: for any other role.
        Invalid: for an id that no person has.
        Shredded: after the person's erasure.
        Conflict: when *out* exists.
        NotSignedYet: while nothing about the person is signed.
        NotVerified: when the log does not prove itself any more, or a checkpoint in *since* is not one of its own.
    """
    require_new(out)
    made = make_pack(subject, actor=actor, purpose=purpose, place=place, now=now, since=since)
    if made.files is None:
        return Proved(made.asked, None, None)
    lay_down(out, made.files)
    return Proved(made.asked, out, made.report, made.lines, made.waiting)


def make_pack(
    subject: SubjectId,
    *,
    actor: Actor,
    purpose: PurposeId,
    place: Place,
    now: datetime,
    since: Sequence[bytes] = (),
) -> Made:
    """Make the evidence about *subject* in memory, for the person or the officer; nothing touches a disk.

    Raises:
        Denied: for any other role.
        Shredded: after the person's erasure.
        NotSignedYet: while nothing about the person is signed.
        NotVerified: when the log does not prove itself any more, or a checkpoint in *since* is not one of its own.
    """
    if subject in (CELL_OWNER, DELAY_OWNER):
        raise Invalid("This id stands for the cell itself and for nobody; `aboveboard find` gives a person's.")
    if actor.role not in MAY_HAVE:
        raise Denied("Evidence is handed to the person concerned and to the data protection officer.")
    question = Question(
        actor, Operation.DISCLOSE, (subject,), frozenset(catalogue().categories), purpose, place, now
    )  # fmt: skip
    asked = ask(question)
    if subject in asked.gone:
        raise Shredded("This person was erased; what they took along before stays valid.")
    if asked.decision.verdict is Verdict.REFUSE and asked.decision.refusals:
        return Made(asked, None, None)
    log_key = _log_key_of(subject)
    # Read before the lines: what is sequenced in between is then found twice, never missed.
    pending = pending_about(subject)
    if not signed_size():
        raise nothing_signed(len(pending - {asked.entry_hash}))
    with signed_state() as state:
        logs = all_logs(state[0])
        found, waiting = _signed_and_waiting(opened_with(subject, log_key, logs=logs), logs, pending, asked.entry_hash)
        facts = held_facts(subject, asked.opened())
        head = {
            "made_at": now.isoformat(),
            "entry": asked.entry_hash.hex(),
            "facts": [fact.shown() for fact in facts],
            "recordings": recordings(log_keys(log_key).digest, facts, found.lines),
        }
        made = pack_files(subject, log_key, found, head, logs, state, since)
    if (promised := receipt(asked.entry_hash, now, person=subject)) is not None:
        # For the look that this pack is: its line stands in the next pack, or the promise was broken.
        made[RECEIPT] = promised.note.encode()
    files, report = checked_pack(made, since)
    return Made(asked, files, report, len(found.lines), waiting)


def _log_key_of(subject: SubjectId) -> bytes:
    try:
        return keys.store().key(KeyKind.LOG, subject)
    except Shredded:
        raise Shredded(
            "There is no key under this id: the person was erased, or nobody has the id. What they took along before"
            " stays valid; `aboveboard find` gives ids."
        ) from None


def _signed_and_waiting(
    found: History, logs: Sequence[Log], pending: frozenset[bytes], own_look: bytes
) -> tuple[History, int]:
    """Part what is signed from what is not; how many entries besides the pack's own look wait for a signature."""
    sizes = {log.number: log.size for log in logs}
    signed = tuple(line for line in found.lines if line.index < sizes[line.log])
    names = {line.entry_hash for line in signed}
    waiting = (pending | {line.entry_hash for line in found.lines}) - names - {own_look}
    if not signed and not found.missing:
        raise nothing_signed(len(waiting))
    return History(signed, found.missing), len(waiting)


def pack_files(
    subject: SubjectId,
    log_key: bytes,
    found: History,
    head: Mapping[str, Any],
    logs: Sequence[Log],
    state: tuple[bytes, PrefixTree],
    since: Sequence[bytes],
) -> dict[str, bytes]:
    """Give the files of a pack, the manifest apart; *state* is the checkpoint and the index behind it."""
    if found.missing:
        raise NotVerified(f"Line {found.missing[0]} of this person is gone from the ledger; run `aboveboard doctor`.")
    provers = {log.number: log.prover() for log in logs}
    current, entity, (note, index) = logs[-1], controller() or "", state
    seen = witnessed_note(current.origin, current.size)
    acts = acts_of(name for line in found.lines for name in _acts_behind(line))
    governed = [line for log in logs for line in relied_on(governance_lines(log), acts) if line.index < log.size]
    about = {
        "format": shape.FORMAT,
        "cell": settings.OPTIONS.cell,
        "origin": current.origin,
        "log": current.number,
        "controller": entity,
        "subject": subject.hex(),
        "label_keys": {str(log.number): log_keys(log_key, log.number).label.hex() for log in logs},
        "digest_key": log_keys(log_key).digest.hex(),
        "keys": [log.key.encode() for log in own_trust().logs],
        "names": names_for(entity, found.lines, head["facts"]),
    }
    return {
        shape.EVIDENCE: canonical.encode({**about, **head}),
        shape.ENTRIES: canonical.encode(packed_entries(found.lines, provers)),
        shape.GOVERNANCE: canonical.encode(
            {
                "acts": [packed_act(act) for act in acts],
                "lines": [packed_governance(line, provers[line.log]) for line in governed],
            }
        ),
        shape.CHECKPOINT: seen if seen and _text(seen) == _text(note) else note,
        shape.INDEX: canonical.encode(_index(index, log_key, found, current, provers[current.number])),
        shape.CONSISTENCY: canonical.encode(
            [earlier(kept, provers[current.number], current) for kept in (*_before(note, seen), *since)]
        ),
        README: readme(entity, current.origin, current.size, standing_if_sound()),
    }


def _text(note: bytes) -> str:
    return SignedNote.parse(note).text


def _before(note: bytes, seen: bytes | None) -> list[bytes]:
    """Give the witnessed checkpoint where it is earlier than *note*: the pack proves how far outsiders saw it."""
    return [seen] if seen and _text(seen) != _text(note) else []


def _acts_behind(line: Line) -> Iterator[str]:
    """Name the grant that a look rests on, and the orders that kept it from the person for a time."""
    look = line.look or line.said
    if look.grant:
        yield look.grant
    if line.sealed:
        yield from texts(line.said.body.get("acts"))


def _index(index: PrefixTree, log_key: bytes, found: History, log: Log, prover: Prover) -> dict[str, Any]:
    """Show that the person's labels up to the last line are in the index of *log*, and that those after it are not."""
    own, count = log_keys(log_key, log.number).label, sum(line.log == log.number for line in found.lines)
    last = last_index_leaf(log.size)
    leaf = IndexLeaf(index.root(), log.size - 1, last.tally if last else UNTOLD)
    return {
        "leaf": leaf.encode().hex(),
        "proof": [one.hex() for one in prover.inclusion(log.size - 1)],
        "tree": b64encode(index.prove(label(own, number) for number in range(count + AHEAD))).decode(),
    }


def packed_governance(line: GovernanceLine, prover: Prover) -> dict[str, Any]:
    """Give a line of governance as a pack shows it: neither whose it is nor who acted, and its proof."""
    audit = line.audit
    hidden = {"subject": audit.subject_commitment.hex(), "actor": audit.actor_commitment.hex()}
    return {
        "log": line.log,
        "index": line.index,
        "leaf": line.leaf.hex(),
        "opened": _audit_fields(line),
        "hidden": hidden,
        "proof": [one.hex() for one in prover.inclusion(line.index)],
    }


def _audit_fields(line: GovernanceLine) -> dict[str, list[str]]:
    texts = texts_of(line.audit)
    return {name: [blind.hex(), texts[name]] for name, blind in zip(texts, line.audit.blinds, strict=True)}


def earlier(kept: bytes, prover: Prover, log: Log) -> dict[str, Any]:
    """Give a checkpoint somebody kept, and the proof that *log* only grew since.

    Raises:
        Invalid: when it is no checkpoint.
        NotVerified: when it is not an earlier one of this log.
    """
    try:
        old = Checkpoint.parse(SignedNote.parse(kept).text)
    except Invalid as error:
        raise Invalid(f"What is given as an earlier checkpoint is none: {error.sentence.rstrip('.')}.") from None
    if old.origin != log.origin or old.size > log.size:
        raise NotVerified("A checkpoint given is not an earlier one of this log; nothing can be proved from it.")
    return {"checkpoint": kept.decode(), "proof": [one.hex() for one in prover.consistency(old.size)]}


def own_trust() -> TrustPolicy:
    """Give the policy that trusts this cell's own logs, ended ones too: what ``verify --trust`` wants, as a file."""
    origins = [*Gap.objects.order_by("number").values_list("origin", flat=True), log_origin()]
    keys_of_logs = [TrustedLog(key) for origin in origins for key in trusted_keys(origin)]
    return TrustPolicy(tuple(keys_of_logs), (), (), NO_QUORUM)


def checked_pack(files: Mapping[str, bytes], since: Sequence[bytes]) -> tuple[Mapping[str, bytes], Report]:
    """Sign the manifest and check the pack as a stranger would.

    Raises:
        NotVerified: when it does not hold, naming what does not.
    """
    origin = SignedNote.parse(files[shape.CHECKPOINT]).text.partition("\n")[0]
    whole = {**files, MANIFEST: sign_manifest(origin, files, log_signer(origin))}
    report = verify_pack(whole, own_trust(), since)
    # An overdue opening is no reason to keep the pack back: it is what the pack has to say.
    if any(check.name != OVERDUE for check in report.failures):
        raise NotVerified(f"The log does not prove itself: {report.failures[0].sentence} Run `aboveboard doctor`.")
    return whole, report


def write_pack(out: Path, files: Mapping[str, bytes], since: Sequence[bytes]) -> Report:
    """Check the pack and lay it down whole or not at all.

    Raises:
        NotVerified: when it does not hold, naming what does not.
        Conflict: when *out* exists.
    """
    whole, report = checked_pack(files, since)
    lay_down(out, whole)
    return report


def require_new(out: Path) -> None:
    """Refuse a folder that exists.

    Raises:
        Conflict: when it does.
    """
    if out.exists() or out.is_symlink():
        raise Conflict("The folder for the evidence exists already; name a new one.")


def lay_down(out: Path, files: Mapping[str, bytes]) -> None:
    """Write *files* into the new folder *out*, whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.{secrets.token_hex(4)}.new")
    draft.mkdir(mode=0o700)
    try:
        for name, data in files.items():
            descriptor = os.open(draft / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        sync_folder(draft)
        require_new(out)
        # rename(2) refuses a folder that holds anything, so a pack is never mixed with another.
        draft.rename(out)
        sync_folder(out.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
