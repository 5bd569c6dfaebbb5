"""A pack as it lies in a folder: read whole, with nothing passed over."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from aboveboard.core.errors import Invalid, NotVerified, expect
from aboveboard.core.tlog.note import MAX_NOTE_SIZE
from aboveboard.core.tlog.trust import MAX_POLICY_SIZE, TrustPolicy
from aboveboard.core.verify.authority import verify_authority
from aboveboard.core.verify.denial import NOTE as DENIAL
from aboveboard.core.verify.denial import verify_denial
from aboveboard.core.verify.pack import verify_pack
from aboveboard.core.verify.parts import LARGEST
from aboveboard.core.verify.press import PRESS, verify_press
from aboveboard.core.verify.ranges import verify_range
from aboveboard.core.verify.receipts import RECEIPT, Held, hold_receipt, verify_receipt
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.shape import EVIDENCE, GOVERNANCE
from aboveboard.core.verify.spans import RANGE
from aboveboard.core.verify.words import ALWAYS, UNWITNESSED

MOST_FILES = 100


def verify_folder(folder: Path, trust: Path, since: Sequence[Path] = ()) -> Report:
    """Check the pack or range in *folder* against the keys in file *trust* and the checkpoints in files *since*.

    Files that cannot be read end in a check that does not hold, never in an exception.
    """
    try:
        policy = TrustPolicy.parse(read_file(trust, MAX_POLICY_SIZE))
    except (Invalid, NotVerified) as error:
        return failed("trust", f"The file of trusted keys cannot be read: {error.sentence.rstrip('.')}.")
    try:
        files = read_folder(folder)
        kept = [read_file(path, LARGEST) for path in since]
    except Invalid as error:
        return failed("form", error.sentence)
    return verify_files(files, policy, kept)


def verify_files(files: Mapping[str, bytes], trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check *files*, by name, as the kind of evidence that they are."""
    if DENIAL in files:
        return verify_denial(files, trust, since)
    if RECEIPT in files and EVIDENCE not in files:
        return verify_receipt(files, trust)
    if PRESS in files:
        return verify_press(files, trust, since)
    if RANGE in files and GOVERNANCE in files:
        return verify_authority(files, trust, since)
    return verify_range(files, trust, since) if RANGE in files else verify_pack(files, trust, since)


def hold_receipts(folder: Path, trust: Path, receipts: Sequence[Path]) -> tuple[Held, ...]:
    """Hold each of the *receipts* against the pack in *folder*.

    Raises:
        Invalid: when a file cannot be read.
        NotVerified: when the file *trust* names what cannot be trusted.
    """
    policy, files = TrustPolicy.parse(read_file(trust, MAX_POLICY_SIZE)), read_folder(folder)
    return tuple(hold_receipt(read_file(path, MAX_NOTE_SIZE), files, policy) for path in receipts)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Give the files in *folder* by name; what is no plain file stands for itself, empty, so that it is noticed.

    Raises:
        Invalid: when the folder or a file cannot be read, or there are far too many.
    """
    try:
        found = sorted(folder.iterdir())
    except OSError:
        raise Invalid("The folder of the pack cannot be read.") from None
    expect(len(found) <= MOST_FILES, "The folder holds far more files than a pack has.")
    plain = {path.name: path for path in found if path.is_file() and not path.is_symlink()}
    others = {f"{path.name}/": b"" for path in found if path.name not in plain}
    return {name: read_file(path, LARGEST) for name, path in plain.items()} | others


def read_file(path: Path, most: int) -> bytes:
    """Give what a file holds.

    Raises:
        Invalid: when it cannot be read, or holds more than *most* bytes.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError:
        raise Invalid(f"The file {path.name[:100]!r} cannot be read.") from None
    expect(len(data) <= most, f"The file {path.name[:100]!r} is too long.")
    return data


def failed(name: str, sentence: str) -> Report:
    """Give the report of what could not even be read."""
    checks = Checks()
    checks.no(name, sentence)
    return checks.report(*ALWAYS, UNWITNESSED)
