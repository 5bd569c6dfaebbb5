"""Whom to trust (c2sp.org/tlog-policy): logs, witnesses, and how many of these have to cosign."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from aboveboard.core.errors import Invalid, expect, require
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.cosignature import COSIGNATURE_TYPES, Verifier, cosigned_at, verifier_if_any
from aboveboard.core.tlog.note import (
    KeyType,
    SignedNote,
    VerifierKey,
    open_note,
    verified_signatures,
)
from aboveboard.core.tlog.text import lines_of, parse_decimal

MAX_POLICY_SIZE = 512 * 1024  # room for far more than the 32 logs, witnesses and groups that have to pass
NO_QUORUM = "none"
TOO_FEW = "too few witnesses of the policy have cosigned the checkpoint"

# tlog-checkpoint and tlog-cosignature: the types a log signs with, of those read here
_LOG_TYPES = frozenset({KeyType.ED25519, KeyType.MLDSA44_COSIGNATURE})
# tlog-policy, Character set: bytes above 0x7F are opaque; those that are not UTF-8 become U+DC80 to U+DCFF
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Log(NamedTuple):
    """A trusted log; its key's name is the log's origin."""

    key: VerifierKey
    url: str | None = None


class Witness(NamedTuple):
    """A trusted witness, under the name the policy gives it."""

    name: str
    key: VerifierKey
    url: str | None = None


class Group(NamedTuple):
    """Witnesses and groups named before, of which *threshold* have to have cosigned."""

    name: str
    threshold: int
    members: tuple[str, ...]


class WitnessedCheckpoint(NamedTuple):
    """A checkpoint that met a policy, and when each witness of the policy cosigned it."""

    checkpoint: Checkpoint
    cosigned: Mapping[str, datetime | None]


class TrustPolicy(NamedTuple):
    """The logs, witnesses and groups of one policy file, and the name its quorum rests on.

    The rules of the format are held where a policy is read; writing one reads it back.
    """

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str

    @classmethod
    def parse(cls, source: bytes | str) -> Self:
        """Read a policy file.

        Raises:
            Invalid: for what the format (tlog-policy) does not allow.
        """
        logs, witnesses, groups, quorum = list[Log](), list[Witness](), list[Group](), list[str]()
        names, members = [NO_QUORUM], [NO_QUORUM]  # tlog-policy: one namespace, in which "none" is taken
        for items in _lines_with_items(source):
            used: list[str] = []
            match items:
                case ["log", vkey, *url] if len(url) <= 1:
                    logs.append(Log(VerifierKey.parse(vkey), *url))
                case ["witness", name, vkey, *url] if len(url) <= 1:
                    witnesses.append(Witness(name, VerifierKey.parse(vkey), *url))
                    names.append(name)
                case ["group", name, word, *used]:
                    count = len(used) if word == "all" else 1 if word == "any" else parse_decimal(word)
                    expect(1 <= count <= len(used), "a group's threshold lies outside its number of members")
                    groups.append(Group(name, count, tuple(used)))
                    members += used
                case ["quorum", *used] if not quorum and len(used) == 1:
                    quorum = used
                case _:
                    raise Invalid("a policy line is none of log, witness, group and the one quorum")
            # tlog-policy, Structure
            expect(set(names).issuperset(used), "a policy line uses a name before it is defined")
            names += [name for name in items[1:2] if items[0] == "group"]
        expect(quorum, "the policy has no quorum line")
        expect(len(set(names)) == len(names), "two things in the policy have one name, or one is named none")
        expect(len(set(members)) == len(members), "a name is a member of a group more than once, or is none")
        _require_keys([log.key for log in logs], _LOG_TYPES)
        _require_keys([witness.key for witness in witnesses], COSIGNATURE_TYPES)
        return cls(tuple(logs), tuple(witnesses), tuple(groups), quorum[0])

    def encode(self) -> bytes:
        """Write the policy file: logs, witnesses, groups, quorum; comments are not kept.

        Raises:
            Invalid: when the file could not say it, or the format does not allow it.
        """
        lines = [["log", log.key.encode(), log.url or ""] for log in self.logs]
        lines += [["witness", known.name, known.key.encode(), known.url or ""] for known in self.witnesses]
        lines += [["group", group.name, _threshold_word(group), *group.members] for group in self.groups]
        lines += [["quorum", self.quorum]]
        text = "".join(" ".join(items).rstrip(" ") + "\n" for items in lines)
        data = text.encode("utf-8", "surrogateescape")
        expect(type(self).parse(data) == self, "a name or an address in the policy is one that its file cannot hold")
        return data

    def log_keys_for(self, origin: str) -> tuple[Verifier, ...]:
        """Give the verifiers of every key that may sign for the log *origin*; a type unknown here counts as no key."""
        keys = [log.key for log in self.logs if log.key.name == origin]
        require(keys, "the policy does not know this log")
        known = [verifier for key in keys if (verifier := verifier_if_any(key)) is not None]
        return tuple(known or [Verifier(keys[0])])

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
        found = verified_signatures(note, [Verifier(witness.key) for witness in self.witnesses])
        return {one.name: cosigned_at(found[one.key]) for one in self.witnesses if one.key in found}

    def quorum_met(self, names: Collection[str]) -> bool:
        """Tell whether cosignatures of these witnesses are enough (tlog-policy, Defining the quorum)."""
        met = {NO_QUORUM, *(witness.name for witness in self.witnesses if witness.name in names)}
        for group in self.groups:  # each refers only to what stands before it, so one pass is enough
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group.name)
        return self.quorum in met

    def open_signed(self, source: bytes | str) -> WitnessedCheckpoint:
        """Give the checkpoint in the note *source*, signed by a trusted log, cosigned by as many as there are.

        Raises:
            Invalid: for a malformed note or checkpoint.
            NotVerified: for an unknown log, or a missing or wrong signature.
        """
        note = SignedNote.parse(source)
        checkpoint = Checkpoint.parse(note.text)
        open_note(source, self.log_keys_for(checkpoint.origin))
        return WitnessedCheckpoint(checkpoint, self.cosigned_by(note))

    def open_checkpoint(self, source: bytes | str) -> WitnessedCheckpoint:
        """Give the checkpoint in the note *source*, signed by a trusted log and cosigned by the quorum.

        Raises:
            Invalid: for a malformed note or checkpoint.
            NotVerified: for an unknown log, a missing or wrong signature, or too few cosignatures.
        """
        witnessed = self.open_signed(source)
        require(self.quorum_met(witnessed.cosigned), TOO_FEW)
        return witnessed


def _require_keys(keys: Sequence[VerifierKey], types: Collection[KeyType]) -> None:
    expect(all(key.key_type in types for key in keys), "the policy lists a key of a type that does not fit its role")
    # tlog-policy, Public key representation: duplicate is who has the same public key, whatever its name
    apart = len({key.public_key for key in keys}) == len({(key.name, key.key_id) for key in keys}) == len(keys)
    expect(apart, "two keys of one role are the same, or cannot be told apart")


def _lines_with_items(source: bytes | str) -> Iterator[list[str]]:
    """Split a policy into lines and these into items, without comments and blank lines."""
    expect(len(source) <= MAX_POLICY_SIZE, f"a policy is longer than {MAX_POLICY_SIZE} bytes")
    try:
        text = (source if isinstance(source, bytes) else source.encode()).decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise Invalid("the policy is not valid text") from None
    expect(not _FORBIDDEN.search(text), "the policy contains a control character other than tab and newline")
    for line in lines_of(text):
        items = [item for item in re.split(r"[ \t]+", line) if item]
        if items and not items[0].startswith("#"):
            yield items


def _threshold_word(group: Group) -> str:
    if group.threshold == len(group.members):
        return "all"
    return "any" if group.threshold == 1 else str(group.threshold)
