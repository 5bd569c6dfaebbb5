"""Answering a stranger: is anything held under what you go by? Where not, a denial that a record would refute.

The search goes through the blind index; whoever is found is asked of the gate like any look, and nothing is compared
before its entry is committed. The checkpoint a denial names is read first: whoever is in the log under it is in the
index by then, because tokens are durable before the line that takes somebody in.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.accounts.queries import controller
from aboveboard.apps.evidence.logs import published_note
from aboveboard.apps.gate.asking import ask
from aboveboard.apps.gate.finding import MOST_FOUND, found_under
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.actions import append_if, signed_size
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.apps.vault.models import Suppression
from aboveboard.apps.vault.phones import index_phones_once
from aboveboard.core import canonical
from aboveboard.core.entries import governance
from aboveboard.core.envelope.blind import suppression_token
from aboveboard.core.envelope.identifiers import CATEGORIES, IdentifierKind, held_under, normalised
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import place as bound
from aboveboard.core.envelope.seal import seal, unseal
from aboveboard.core.errors import Denied, Invalid, NotSignedYet, NotVerified
from aboveboard.core.policy.question import Actor, Place, Question
from aboveboard.core.terms import CategoryId, Operation, PurposeId, Role, SubjectId
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote, sign_note
from aboveboard.core.verify import denial as form

OVERSIGHT = PurposeId("data-protection-oversight")
MOST_IDENTIFIERS = 8
BEING_ERASED = "being-erased"
"""Stands for the kind where somebody is found whose erasure has begun and is not finished."""
_ONLY_THE_OFFICER = "Whether anything is held about a stranger is answered by the controller's data protection officer."
_SEALED = b"aboveboard/denial-handed-over/v1"

Given = tuple[IdentifierKind, str]
Waits = Callable[[IdentifierKind, str], bool]
"""Tells whether somebody waits under an identifier in a room that this one cannot see."""


@dataclass(frozen=True, slots=True)
class DenialGiven:
    """A denial, committed and signed; *shown* belongs to whoever asked and is kept nowhere here."""

    note: str
    earlier: str
    """The checkpoint it names, as it was published."""
    entry_hash: bytes
    shown: tuple[form.Shown, ...] = field(repr=False)
    erased: Mapping[str, date] = field(default_factory=dict)
    """Kinds under which a keyed mark of an erasure is left, with its day."""

    def handed_over(self) -> str:
        """Seal it for the page that hands it out: what a browser holds meanwhile tells nobody anything."""
        value = [self.note, self.earlier, self.entry_hash.hex(), form.encode_shown(self.shown).decode()]
        return seal(keys.store().cell_key(KeyKind.CELL), canonical.encode(value), _place()).hex()

    @classmethod
    def taken_back(cls, text: str) -> "DenialGiven":
        """Open what `handed_over` gave.

        Raises:
            Invalid: when it is not that.
        """
        try:
            plain = unseal(keys.store().cell_key(KeyKind.CELL), bytes.fromhex(text), _place())
        except (ValueError, NotVerified):
            raise Invalid("This is no denial that was given here; ask once more.") from None
        note, earlier, entry_hash, shown = canonical.decode(plain)
        return cls(note, earlier, bytes.fromhex(entry_hash), form.read_shown(shown.encode()))


@dataclass(frozen=True, slots=True)
class Answered:
    """What a stranger is told: the kinds of identifier under which there is a record, or the denial."""

    met: tuple[str, ...]
    look: bytes | None
    """Hash of the entry of the look at whoever was found, also where they were somebody else."""
    denial: DenialGiven | None


def answer(given: Sequence[Given], *, actor: Actor, place: Place, now: datetime, waits: Waits) -> Answered:
    """Search for a stranger by what they go by, and deny that anything is held where nothing is.

    Raises:
        Denied: for anybody but the controller's officer; nothing was searched.
        Invalid: for no identifier, too many, one that is none, or a name that more than fifty people have.
        NotVerified: before the log has signed anything.
    """
    if actor.role is not Role.DPO or actor.entity != controller():
        raise Denied(_ONLY_THE_OFFICER)
    asked = _compared(given)
    note = published_note().decode()
    index_phones_once()
    found = {kind: _living(found_under(kind, compared)) for kind, compared in asked}
    met = {kind.value for kind, compared in asked if waits(kind, compared)}
    look, more = _look(asked, found, actor=actor, place=place, now=now)
    met |= more
    if met:
        return Answered(tuple(sorted(met)), look, None)
    return Answered((), look, _deny(given, asked, note, actor=actor, place=place, now=now))


def _compared(given: Sequence[Given]) -> tuple[Given, ...]:
    if not 1 <= len(given) <= MOST_IDENTIFIERS or len({kind for kind, _ in given}) != len(given):
        raise Invalid("Give at least one of e-mail address, telephone number and name, each once.")
    if {IdentifierKind.NAME, IdentifierKind.NAME_AND_BIRTH} <= {kind for kind, _ in given}:
        raise Invalid("A name is asked about with a date of birth or without one, not both.")
    return tuple((kind, normalised(kind, text)) for kind, text in given)


def _look(
    asked: Sequence[Given],
    found: Mapping[IdentifierKind, AbstractSet[SubjectId]],
    *,
    actor: Actor,
    place: Place,
    now: datetime,
) -> tuple[bytes | None, set[str]]:
    """Ask the gate about whoever was found, then compare; who cannot be compared counts as met."""
    subjects = sorted(set().union(*found.values()))
    if not subjects:
        return None, set()
    if len(subjects) >= MOST_FOUND:
        raise Invalid("Too many people have this name; ask by e-mail address or telephone number instead.")
    categories = frozenset(CategoryId(one) for kind, of in found.items() if of for one in CATEGORIES[kind])
    question = Question(actor, Operation.CONSULT, tuple(subjects), categories, OVERSIGHT, place, now)
    looked = ask(question)
    opened: dict[bytes, list[tuple[str, str]]] = {}
    for fact in looked.opened():
        opened.setdefault(bytes(fact.fact.person), []).append((fact.fact.category, fact.value))
    met = {BEING_ERASED} if looked.gone else set()
    for kind, compared in asked:
        for subject in found[kind] - set(looked.gone):
            whole = not looked.decision.outcomes[subject].refused
            if not whole or held_under(kind, compared, opened.get(subject, [])):
                met.add(kind.value)
    return looked.entry_hash, met


def _deny(
    given: Sequence[Given], asked: Sequence[Given], note: str, *, actor: Actor, place: Place, now: datetime
) -> DenialGiven:
    checkpoint, origin = Checkpoint.parse(SignedNote.parse(note).text), log_origin()
    if checkpoint.origin != origin:
        raise NotVerified("The published checkpoint belongs to another log; run `aboveboard doctor`.")
    shown = tuple(sorted((form.Shown(kind, text, os.urandom(32)) for kind, text in given), key=lambda one: one.kind))
    erased = {kind.value: day for kind, compared in asked if (day := _erased_on(kind, compared)) is not None}
    denied = form.Denial(
        origin,
        actor.entity,
        now,
        checkpoint.size,
        checkpoint.root,
        tuple(form.Denied(one.kind, erased.get(one.kind.value), one.commitment()) for one in shown),
    )
    entry = governance(form.OPERATION, {"denial": denied.digest()}, actor=actor, place=place, at=now)
    entry_hash = append_if(entry, "1=1", [])
    if entry_hash is None:
        raise Invalid("The cell is not founded yet; run `aboveboard init`.")
    # Committed; only now is anything signed or told.
    signed = sign_note(denied.text(entry_hash), log_signer(origin)).encode()
    return DenialGiven(signed, note, entry_hash, shown, erased)


def _living(subjects: Sequence[SubjectId]) -> set[SubjectId]:
    """Leave out tokens of nobody, and of those whose erasure is complete."""
    if not subjects:
        return set()
    query = "SELECT id FROM vault_person WHERE erased_at IS NULL AND id {}"
    return {SubjectId(bytes(person)) for (person,) in rows.select_in(query, list(subjects))}


def _erased_on(kind: IdentifierKind, compared: str) -> date | None:
    """Give the day of the erasure whose keyed mark an identifier still meets, or None."""
    key = keys.store().cell_key(KeyKind.SUPPRESSION)
    if kind is IdentifierKind.PHONE:
        return None  # no mark is made of a telephone number
    name = "email" if kind is IdentifierKind.EMAIL else "name"
    token = suppression_token(key, name, compared.partition("|")[0])
    return Suppression.objects.filter(token=token).values_list("erased_on", flat=True).first()


def is_signed(given: DenialGiven) -> bool:
    """Tell whether the line of a denial is signed, so that it can be handed out with its proof."""
    from aboveboard.apps.ledger.queries import settled

    place = settled(given.entry_hash)
    return place is not None and place.index < signed_size()


def not_signed() -> NotSignedYet:
    """Say that the line of a denial waits for the log's signature."""
    return NotSignedYet(
        "The denial is committed and its line is not signed yet. `aboveboard serve` signs within a second while it"
        " runs; `aboveboard sequence --once` signs now. Then take it."
    )


def _place() -> bytes:
    return bound(_SEALED, settings.OPTIONS.cell)
