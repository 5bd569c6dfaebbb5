"""A press file: a checkpoint, counts with small cells folded, and limits; the counts themselves are not proved."""

from collections.abc import Mapping, Sequence

from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify import parts, shape
from aboveboard.core.verify.growth import check_growth
from aboveboard.core.verify.manifest import check_manifest
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.witnessed import check_signed
from aboveboard.core.verify.words import UNWITNESSED

PRESS, FORMAT = "press.json", "aboveboard-press/1"
THRESHOLD = 5
"""A number below this is not told: too few looks could be about one person, or by one."""
NOT_PROVED = (
    (
        "The counts. They are the company's, signed by its log; an authority has them proved line by line, and a single"
        " question about a period is answered by a range."
    ),
    "Anything about one person: a person asks for their own pack.",
    "That every look left a line, that places are true, or that nobody read past the log.",
    UNWITNESSED,
)


def verify_press(files: Mapping[str, bytes], trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check the *files* of a press file, by name, trusting the keys in *trust* only."""
    checks = Checks()
    witnessed = check_signed(trust, files.get(shape.CHECKPOINT), checks)
    check_manifest(files, witnessed.checkpoint.origin if witnessed else None, trust, checks)
    earlier = None
    with checks.part("form"):
        value = parts.object_of(parts.decoded(files[PRESS]))
        if value.get("format") != FORMAT:
            raise Invalid("it is not of the format this verifier knows")
        if witnessed is not None and value.get("origin") != witnessed.checkpoint.origin:
            raise Invalid("it is about another log than the one that signed the checkpoint")
        earlier = shape.read(shape.CONSISTENCY, files.get(shape.CONSISTENCY, b""))
        checks.settle("form", "Every file has the form it must have.")
    if witnessed is None or earlier is None:
        return Report(tuple(checks.done), (), NOT_PROVED)
    check_growth(earlier, witnessed.checkpoint, trust, since, checks)
    size = witnessed.checkpoint.size
    said = (
        f"The log {witnessed.checkpoint.origin} stands for {size} entries; keep this checkpoint to compare it later.",
    )
    return Report(tuple(checks.done), () if checks.failed else said, NOT_PROVED)
