"""What an operator has chosen about witnesses, as the log signs it: who is asked, how many, and what without them.

    text of the note (C2SP signed-note), each line ended by a newline:
        aboveboard/witnessing/v1
        <origin of the log>
        <since when, RFC 3339 in UTC>
        go-on, or stop-after-<seconds>
        <lines of c2sp.org/tlog-policy: the log's keys, the witnesses without their addresses, groups, quorum>

No origin reads like the first line, so this cannot be taken for a checkpoint signed with the same key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Self

from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.text import as_text, lines_of, parse_decimal
from aboveboard.core.tlog.trust import NO_QUORUM, TrustPolicy

FIRST_LINE = "aboveboard/witnessing/v1"
GO_ON, STOP_AFTER = "go-on", "stop-after-"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_HEAD = 4


@dataclass(frozen=True)
class Witnessing:
    """The choice: a policy, and after how many seconds without its quorum looks stop; None: they go on."""

    origin: str
    since: datetime
    stop_after: int | None
    policy: TrustPolicy

    def __post_init__(self) -> None:
        """Refuse what could not be published, or not be kept."""
        if self.stop_after is not None and (self.stop_after < 1 or self.policy.quorum == NO_QUORUM):
            raise Invalid("looks can stop without a quorum only where one is named")
        as_text(self.encode())

    @property
    def choice(self) -> str:
        """What becomes of looks without a quorum, as the option spells it."""
        return GO_ON if self.stop_after is None else f"{STOP_AFTER}{self.stop_after}"

    @property
    def names(self) -> tuple[str, ...]:
        """The witnesses' names in the policy."""
        return tuple(witness.name for witness in self.policy.witnesses)

    @property
    def wants_quorum(self) -> bool:
        """Whether any cosignature is needed for a checkpoint to count as witnessed."""
        return self.policy.quorum != NO_QUORUM

    def same_choice(self, other: "Witnessing") -> bool:
        """Tell whether the two differ in nothing but since when they hold."""
        return replace(self, since=other.since) == other

    def encode(self) -> str:
        """Write the text that is signed."""
        try:
            policy = self.policy.encode().decode()
        except UnicodeDecodeError:
            raise Invalid("a name in the policy is not valid UTF-8") from None
        since = self.since.astimezone(UTC).strftime(_TIME)
        return f"{FIRST_LINE}\n{self.origin}\n{since}\n{self.choice}\n{policy}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text; whoever trusts it has verified the log's signature."""
        first, *rest = lines_of(as_text(text))
        if first != FIRST_LINE or len(rest) < _HEAD:
            raise Invalid("this is not what a log says of its witnesses, version 1")
        origin, since, choice, *policy = rest
        try:
            moment = datetime.strptime(since, _TIME).replace(tzinfo=UTC)
        except ValueError:
            raise Invalid("it does not say since when it holds") from None
        found = cls(origin, moment, read_choice(choice), TrustPolicy.parse("".join(f"{line}\n" for line in policy)))
        if found.encode() != text:
            raise Invalid("what a log says of its witnesses is not written as it has to be")
        return found


def digest_of(text: str) -> str:
    """Name a statement, as the log's own line about it does: SHA-256 of its text, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def read_choice(choice: str) -> int | None:
    """Read what becomes of looks without a quorum: seconds until they stop, or None where they go on."""
    if choice == GO_ON:
        return None
    if not choice.startswith(STOP_AFTER):
        raise Invalid("what happens without a quorum is neither go-on nor stop-after-<seconds>")
    return parse_decimal(choice.removeprefix(STOP_AFTER))


def quorum_since(policy: TrustPolicy, cosigned: Mapping[str, datetime | None]) -> datetime | None:
    """Tell as of when the quorum had seen the checkpoint that *cosigned* are the times of; None without a quorum."""
    times = {name: at for name, at in cosigned.items() if at is not None}
    if policy.quorum == NO_QUORUM:
        return None
    for moment in sorted(set(times.values()), reverse=True):
        if policy.quorum_met([name for name, at in times.items() if at >= moment]):
            return moment
    return None
