"""Whom to trust (c2sp.org/tlog-policy): logs, witnesses, and how many of these have to cosign."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.cosignature import COSIGNATURE_TYPES, cosigned_at, verifier_for, verifier_if_any
from aboveboard.core.tlog.note import (
    KeyType,
    SignedNote,
    Verifier,
    VerifierKey,
    open_note,
    verified_signatures,
)
from aboveboard.core.tlog.text import lines_of, parse_decimal

MAX_POLICY_SIZE = 512 * 1024  # room for far more than the 32 logs, witnesses and groups that have to pass
NO_QUORUM = "none"

# tlog-checkpoint and tlog-cosignature: the types a log signs with, of those read here
_LOG_TYPES = frozenset({KeyType.ED25519, KeyType.MLDSA44_COSIGNATURE})
# tlog-policy, Character set: bytes above 0x7F are opaque; those that are not UTF-8 become U+DC80 to U+DCFF
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ITEM = re.compile(r"[^\x00-\x20\x7f]+")


@dataclass(frozen=True)
class Log:
    """A trusted log; its key's name is the log's origin."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True)
class Witness:
    """A trusted witness, under the name the policy gives it."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """Witnesses and groups named before, of which *threshold* have to have cosigned."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class WitnessedCheckpoint:
    """A checkpoint that met a policy, and when each witness of the policy cosigned it."""

    checkpoint: Checkpoint
    cosigned: Mapping[str, datetime | None]


@dataclass(frozen=True)
class TrustPolicy:
    """The logs, witnesses and groups of one policy file, and the name its quorum rests on."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def __post_init__(self) -> None:
        """Refuse what the file format could not say or does not allow."""
        _require_keys([log.key for log in self.logs], _LOG_TYPES)
        _require_keys([witness.key for witness in self.witnesses], COSIGNATURE_TYPES)
        names = [witness.name for witness in self.witnesses] + [group.name for group in self.groups]
        urls = [known.url for known in self._known() if known.url is not None]
        key_names = [known.key.name for known in self._known()]
        if not all(_ITEM.fullmatch(item) for item in (*names, *urls, *key_names)):
            raise Invalid("a name or a URL in the policy is empty, or holds a space or a control character")
        if len({*names, NO_QUORUM}) != len(names) + 1:  # tlog-policy: one namespace, in which "none" is taken
            raise Invalid("two things in the policy have one name, or one is named none")
        _require_groups(self.groups, {witness.name for witness in self.witnesses})
        if self.quorum not in {*names, NO_QUORUM}:
            raise Invalid("the quorum rests on a name that is not defined")

    def _known(self) -> Iterator[Log | Witness]:
        yield from self.logs
        yield from self.witnesses

    @classmethod
    def parse(cls, source: bytes | str) -> Self:
        """Read a policy file."""
        if len(source) > MAX_POLICY_SIZE:
            raise Invalid(f"a policy is longer than {MAX_POLICY_SIZE} bytes")
        text = _octets(source).decode("utf-8", "surrogateescape")
        if _FORBIDDEN.search(text):
            raise Invalid("the policy contains a control character other than tab and newline")
        draft = _Draft()
        for line in lines_of(text):
            items = [item for item in re.split(r"[ \t]+", line) if item]
            if items and not items[0].startswith("#"):
                draft.add(items)
        if draft.quorum is None:
            raise Invalid("the policy has no quorum line")
        return cls(tuple(draft.logs), tuple(draft.witnesses), tuple(draft.groups), draft.quorum)

    def encode(self) -> bytes:
        """Write the policy file: logs, witnesses, groups, quorum; comments are not kept."""
        lines = [["log", log.key.encode(), log.url or ""] for log in self.logs]
        lines += [["witness", known.name, known.key.encode(), known.url or ""] for known in self.witnesses]
        lines += [["group", group.name, _threshold_word(group), *group.members] for group in self.groups]
        lines += [["quorum", self.quorum]]
        text = "".join(" ".join(items).rstrip(" ") + "\n" for items in lines)
        return text.encode("utf-8", "surrogateescape")

    def log_keys_for(self, origin: str) -> tuple[Verifier, ...]:
        """Give the verifiers of every key that may sign for the log *origin*; a type unknown here counts as no key."""
        keys = [log.key for log in self.logs if log.key.name == origin]
        if not keys:
            raise NotVerified("the policy does not know this log")
        known = [verifier for key in keys if (verifier := verifier_if_any(key)) is not None]
        return tuple(known or [verifier_for(keys[0])])

    def log_key_for(self, origin: str) -> Verifier:
        """Give the verifier of the log *origin*, which has to have a single key in this policy."""
        keys = self.log_keys_for(origin)
        if len(keys) > 1:
            raise Invalid("the policy has several keys for this log")
        return keys[0]

    def cosigned_by(self, note: SignedNote) -> dict[str, datetime | None]:
        """Tell which witnesses of this policy have cosigned *note*, and when.

        Raises:
            NotVerified: when a line of one of them does not verify (signed-note, Signatures).
        """
        found = verified_signatures(note, [verifier_for(witness.key) for witness in self.witnesses])
        times = {(signature.name, signature.key_id): cosigned_at(signature) for signature in found}
        keyed = {witness.name: (witness.key.name, witness.key.key_id) for witness in self.witnesses}
        return {name: times[line] for name, line in keyed.items() if line in times}

    def quorum_met(self, names: Collection[str]) -> bool:
        """Tell whether cosignatures of these witnesses are enough (tlog-policy, Defining the quorum)."""
        met = {NO_QUORUM, *(witness.name for witness in self.witnesses if witness.name in names)}
        for group in self.groups:  # each refers only to what stands before it, so one pass is enough
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group.name)
        return self.quorum in met

    def open_checkpoint(self, source: bytes | str) -> WitnessedCheckpoint:
        """Give the checkpoint in the note *source*, signed by a trusted log and cosigned by the quorum.

        Raises:
            Invalid: for a malformed note or checkpoint.
            NotVerified: for an unknown log, a missing or wrong signature, or too few cosignatures.
        """
        note = SignedNote.parse(source)
        checkpoint = Checkpoint.parse(note.text)
        open_note(source, self.log_keys_for(checkpoint.origin))
        cosigned = self.cosigned_by(note)
        if not self.quorum_met(cosigned):
            raise NotVerified("too few witnesses of the policy have cosigned the checkpoint")
        return WitnessedCheckpoint(checkpoint, cosigned)


def _require_keys(keys: Sequence[VerifierKey], types: Collection[KeyType]) -> None:
    if any(key.key_type not in types for key in keys):
        raise Invalid("the policy lists a key of a type that does not fit its role")
    # tlog-policy, Public key representation: duplicate is who has the same public key, whatever its name
    public_keys, lines = {key.public_key for key in keys}, {(key.name, key.key_id) for key in keys}
    if not len(public_keys) == len(lines) == len(keys):
        raise Invalid("two keys of one role are the same, or cannot be told apart")


def _require_groups(groups: Sequence[Group], defined: set[str]) -> None:
    used: set[str] = set()
    for group in groups:
        if not 1 <= group.threshold <= len(group.members):
            raise Invalid("a group's threshold lies outside its number of members")
        if not defined.issuperset(group.members):
            raise Invalid("a group has a member that is not defined before it")
        if len(used.union(group.members)) != len(used) + len(group.members):
            raise Invalid("a name is a member of a group more than once")
        used.update(group.members)
        defined.add(group.name)


def _octets(source: bytes | str) -> bytes:
    try:
        return source if isinstance(source, bytes) else source.encode()
    except UnicodeEncodeError:
        raise Invalid("the policy is not valid text") from None


def _threshold_word(group: Group) -> str:
    if group.threshold == len(group.members):
        return "all"
    return "any" if group.threshold == 1 else str(group.threshold)


class _Draft:
    """A policy as far as its lines have been read; what needs no order of lines is left to `TrustPolicy`."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: list[Witness] = []
        self.groups: list[Group] = []
        self.quorum: str | None = None
        self._defined = {NO_QUORUM}

    def add(self, items: list[str]) -> None:
        """Take one line, split into its items."""
        match items:
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(Log(VerifierKey.parse(vkey), *url))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self.witnesses.append(Witness(name, VerifierKey.parse(vkey), *url))
                self._defined.add(name)
            case ["group", name, threshold, *members]:
                count = {"all": len(members), "any": 1}.get(threshold)
                number = parse_decimal(threshold) if count is None else count
                self._require_defined(members)
                self.groups.append(Group(name, number, tuple(members)))
                self._defined.add(name)
            case ["quorum", name] if self.quorum is None:
                self._require_defined([name])
                self.quorum = name
            case _:
                raise Invalid("a policy line is none of log, witness, group and the one quorum")

    def _require_defined(self, names: Sequence[str]) -> None:
        """Refuse a name that no line above defines (tlog-policy, Structure)."""
        if not self._defined.issuperset(names):
            raise Invalid("a policy line uses a name before it is defined")
