"""What is held, against the log: the keyed digest that stands in a line is made anew from the values shown.

digest = HMAC-SHA256(digest key, "aboveboard/recorded/v1" || for each fact, in the order of ids:
         u32len id || u32len category || u32len value)
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence

from aboveboard.core.errors import NotVerified
from aboveboard.core.verify.lines import ReadLine
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Evidence, PackedFact, Recording

HELD = "facts"
_CONTEXT = b"aboveboard/recorded/v1"


def recorded_digest(digest_key: bytes, facts: Iterable[tuple[bytes, str, str]]) -> str:
    """Give the digest of facts recorded at once, each as id, category and value."""
    text = _CONTEXT
    for fact_id, category, value in sorted(facts):
        said, held = category.encode(), value.encode()
        text += len(fact_id).to_bytes(4, "big") + fact_id
        text += len(said).to_bytes(4, "big") + said + len(held).to_bytes(4, "big") + held
    return hmac.digest(digest_key, text, "sha256").hex()


def check_recordings(evidence: Evidence, read: Sequence[ReadLine | None], checks: Checks) -> tuple[int, int]:
    """Make each digest anew; how many facts the log vouches for, and how many are shown without that."""
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
    return len(vouched), len(shown - vouched)


def _check_recording(
    digest_key: bytes, facts: Mapping[bytes, PackedFact], recording: Recording, line: ReadLine | None
) -> set[bytes]:
    if line is None or line.side is None:
        raise NotVerified("values are said to be recorded in a line that is not shown, or does not hold")
    values = []
    for fact_id in recording.facts:
        fact = facts.get(fact_id)
        if fact is None or fact.value is None:
            raise NotVerified("a value that was recorded here is not shown")
        if fact.category not in line.said.categories:
            raise NotVerified("a value is shown under a category that was not recorded here")
        values.append((fact.id, fact.category, fact.value))
    if recorded_digest(digest_key, values) not in line.side.digests:
        raise NotVerified("a value shown is not the one that was recorded")
    return set(recording.facts)
