"""What is held, against the log: the keyed digest that stands in a line is made anew from the values shown.

digest = HMAC-SHA256(digest key, "aboveboard/recorded/v1" || for each fact, in the order of ids:
         u32len id || u32len category || u32len value)
"""

from collections.abc import Iterable, Mapping

from aboveboard.core.envelope.mac import mac
from aboveboard.core.errors import NotVerified, require
from aboveboard.core.verify.lines import Read, ReadLine
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Evidence, PackedFact, Recording
from aboveboard.core.verify.words import UNTIED

HELD = "facts"
_CONTEXT = b"aboveboard/recorded/v1"


def recorded_digest(digest_key: bytes, facts: Iterable[tuple[bytes, str, str]]) -> str:
    """Give the digest of facts recorded at once, each as id, category and value."""
    text = _CONTEXT
    for fact_id, category, value in sorted(facts):
        for part in (fact_id, category.encode(), value.encode()):
            text += len(part).to_bytes(4, "big") + part
    return mac(digest_key, text).hex()


_Facts = Mapping[bytes, PackedFact]


def check_recordings(evidence: Evidence, read: Read, checks: Checks) -> None:
    """Make each digest anew, and say how many facts the log vouches for, and how many are shown without that."""
    facts = {fact.id: fact for fact in evidence.facts}
    if len(facts) != len(evidence.facts):
        checks.no(HELD, "A fact is shown twice.")
    vouched: set[bytes] = set()
    for recording in evidence.recordings:
        line = read[recording.line] if recording.line < len(read) else None
        with checks.part(HELD, line.index if line else None):
            vouched |= _check_recording(evidence.digest_key, facts, recording, line)
    shown = {fact.id for fact in evidence.facts if fact.value is not None}
    checks.settle(HELD, f"{len(vouched)} of the {len(shown)} values shown are those whose digest was logged.")
    if vouched:
        checks.proved.append(f"{len(vouched)} of the values shown are, letter by letter, those that were recorded.")
    if shown - vouched:
        checks.not_proved.append(UNTIED.format(len(shown - vouched)))


def _check_recording(key: bytes, facts: _Facts, recording: Recording, line: ReadLine | None) -> set[bytes]:
    if line is None or line.side is None:
        raise NotVerified("values are said to be recorded in a line that is not shown, or does not hold")
    shown = [facts[one] for one in recording.facts if one in facts]
    values = [(fact.id, fact.category, fact.value) for fact in shown if fact.value is not None]
    require(len(values) == len(recording.facts), "a value that was recorded here is not shown")
    require({category for _, category, _ in values} <= set(line.said.categories), "a category shown was not recorded")
    require(recorded_digest(key, values) in line.side.digests, "a value shown is not the one that was recorded")
    return set(recording.facts)
