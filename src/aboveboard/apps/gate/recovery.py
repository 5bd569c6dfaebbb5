"""Declaring a gap: two signatories end a log that ran ahead of the database, and every erasure since is completed.

Whatever has no key left in today's key store was erased after the copy was made: its ciphertext goes again, and the
person stays erased (Art. 17; Art. 32(1)(c) asks for restoring, not for bringing back what had to go).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aboveboard.apps import keys
from aboveboard.apps.accounts import acts
from aboveboard.apps.accounts.queries import active_staff
from aboveboard.apps.accounts.signing import Signer
from aboveboard.apps.gate.deeds import erased_entry
from aboveboard.apps.ledger import recovering
from aboveboard.apps.ledger.actions import CELL, append
from aboveboard.apps.ledger.models import Gap, GapPerson
from aboveboard.apps.ledger.recovering import Ended
from aboveboard.apps.ledger.sequencer import sequencing
from aboveboard.apps.ledger.standstill import standstill
from aboveboard.apps.vault import actions as vault
from aboveboard.apps.vault.erasing import forget_elsewhere
from aboveboard.apps.vault.models import Fact, Person
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Denied
from aboveboard.core.terms import Role, StaffId

KIND = "declare-gap"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Declared:
    """A gap that was declared: the log that ended, how many persons it affects, whose erasure was completed."""

    ended: Ended
    affected: int
    erased: int


def declare_gap(*, proposer: Signer, signatory: Signer, now: datetime) -> Declared:
    """End the log that ran ahead, complete the erasures since, open the next log; alone, and again after a crash.

    Raises:
        Denied: when the two are not two signatories of the controller; nothing was touched then.
        Conflict: when the database is not set back, or something else runs on this home.
    """
    with standstill(), sequencing():
        ended = recovering.survey()
        if not recovering.is_declared(ended):
            _require_two_signatories(proposer, signatory, now)
            recovering.leave_old_head(ended)
            _declare(ended, proposer, signatory, now)
        recovering.publish_new_log(ended)
    return Declared(ended, _affected(ended), _erased_since(ended))


def finish_declared() -> Ended | None:
    """Finish a declaration whose transaction was done when it was cut short; None where signatures are needed first."""
    ended = recovering.survey()
    if not recovering.is_declared(ended):
        return None
    with standstill(), sequencing():
        recovering.publish_new_log(ended)
    return ended


def shred_again() -> int:
    """Shred what a copy of the key store brought back: every key of whoever the cell says is erased; how many."""
    store, count = keys.store(), 0
    for row in Person.objects.exclude(erased_at=None):
        person = bytes(row.id)
        gone = store.shred(person, KeyKind.FACTS) if store.has(KeyKind.FACTS, person) else 0
        if row.erase_entry is None and store.has(KeyKind.LOG, person):
            gone += store.shred(person, KeyKind.LOG)
        count += gone > 0
    return count


def _declare(ended: Ended, proposer: Signer, signatory: Signer, now: datetime) -> None:
    with transaction.atomic(using=CELL, durable=True):
        recovering.end_log(ended, now)
        proposed = acts.propose(kind=KIND, body=ended.facts(), by=proposer, now=now)
        signed = acts.sign_act(act=proposed.act, by=signatory, now=now) if proposed.done else proposed
        if not signed.done:
            # Nothing of it stays: the transaction, and with it the new log, is undone.
            raise Denied(f"The act was refused ({signed.refusals[0].rule}: {signed.refusals[0].reason}).")
        with acts.applying(act=proposed.act, kind=KIND, now=now):
            Gap.objects.filter(number=ended.number).update(act=proposed.act)
            _complete_erasures(now)


def _require_two_signatories(proposer: Signer, signatory: Signer, now: datetime) -> None:
    members = [active_staff(StaffId(signer.staff), now=now) for signer in (proposer, signatory)]
    roles = [member.role if member else None for member in members]
    if roles != [Role.SIGNATORY, Role.SIGNATORY] or proposer.staff == signatory.staff:
        raise Denied("A gap is declared by two different signatories of the controller.")


def _complete_erasures(now: datetime) -> None:
    # Whoever was erased in the lost range is recognised by the tokens beside the keys, and not taken in again.
    vault.suppress_again()
    people = [bytes(person) for person in Person.objects.values_list("id", flat=True)]
    for start in range(0, len(people), _CHUNK):
        _complete_some(people[start : start + _CHUNK], now)


def _complete_some(people: Sequence[bytes], now: datetime) -> None:
    store = keys.store()
    log_keys = {person for person, _ in store.parts_of(KeyKind.LOG, people)}
    held = store.parts_of(KeyKind.FACTS, people)
    sealed: dict[bytes, set[str]] = {}
    for person, retention in Fact.objects.filter(person_id__in=people).values_list("person_id", "retention"):
        sealed.setdefault(bytes(person), set()).add(retention)
    for row in Person.objects.filter(id__in=people):
        person = bytes(row.id)
        gone = {retention for retention in sealed.get(person, ()) if (person, retention) not in held}
        if row.erased_at is not None:
            if row.erase_entry is not None:
                vault.touch(person, erase_entry=_erase_leaf(person, has_log_key=person in log_keys))
        elif person not in log_keys or (gone and gone == sealed[person]):
            _mark_erased(person, now, has_log_key=person in log_keys)
        elif gone:
            Fact.objects.filter(person_id=person, retention__in=gone).delete()
            vault.touch(person)


def _mark_erased(person: bytes, now: datetime, *, has_log_key: bool) -> None:
    Fact.objects.filter(person_id=person).delete()
    forget_elsewhere([person], recognise=True)
    vault.touch(
        person, erasing_at=now, erased_at=now, capacities="", choices="", notice="exempt", exemption="14-5-a",
        contacted_on=None, restricted_on=None, informed_on=None, relation_ended_on=None,
        erase_entry=_erase_leaf(person, has_log_key=has_log_key),
    )  # fmt: skip


def _erase_leaf(person: bytes, *, has_log_key: bool) -> bytes | None:
    """Append the erase entry anew; its hash only where K_log is still to be forgotten after it."""
    entry_hash = append(erased_entry(person))
    return entry_hash if has_log_key else None


def _affected(ended: Ended) -> int:
    return GapPerson.objects.filter(gap_id=ended.number).count()


def _erased_since(ended: Ended) -> int:
    return Person.objects.filter(erased_at=Gap.objects.get(number=ended.number).declared_at).count()
