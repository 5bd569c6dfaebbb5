"""Whatever is shown to a verifier: a pack as folder or ZIP, a mirror, a single proof; told apart by what is in it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.proof import PROOF_HEADER
from aboveboard.core.tlog.tiles import MAX_ENTRY_SIZE, TILE_WIDTH, TileSource
from aboveboard.core.tlog.trust import MAX_POLICY_SIZE, TrustPolicy
from aboveboard.core.verify.archive import read_archive
from aboveboard.core.verify.folder import failed, read_file, read_folder
from aboveboard.core.verify.mirror import Spread, verify_mirror
from aboveboard.core.verify.parts import LARGEST
from aboveboard.core.verify.report import Report
from aboveboard.core.verify.single import verify_proof

Verify = Callable[[Mapping[str, bytes], TrustPolicy, Sequence[bytes]], Report]
"""Checks evidence by its files: `verify_pack`, or the like of it."""
_BUNDLE = TILE_WIDTH * (MAX_ENTRY_SIZE + 2)
"""The longest file of a mirror."""


def verify_shown(
    verify: Verify,
    shown: Path,
    trust: Path,
    since: Sequence[Path] = (),
    entry: Path | None = None,
    spread: Spread = map,
) -> Report:
    """Check what lies at *shown* against the keys in the file *trust* and the checkpoints in the files *since*.

    *verify* checks what is neither a mirror nor a single proof. *entry*: the file with the entry that a single proof is
    about. *spread*: how the work on a mirror is shared out among processes. Files that cannot be read end in a check
    that does not hold, never in an exception.
    """
    try:
        policy = TrustPolicy.parse(read_file(trust, MAX_POLICY_SIZE))
    except (Invalid, NotVerified) as error:
        return failed("trust", f"The file of trusted keys cannot be read: {error.sentence.rstrip('.')}.")
    try:
        kept = [read_file(path, LARGEST) for path in since]
        if (shown / "tile").is_dir():
            return verify_mirror(files_below(shown), policy, kept, spread)
        if shown.is_dir():
            return verify(read_folder(shown), policy, kept)
        data = read_file(shown, LARGEST)
        if data.startswith(PROOF_HEADER.encode()):
            return verify_proof(data, read_file(entry, MAX_ENTRY_SIZE) if entry else None, policy, kept)
        return verify(read_archive(data), policy, kept)
    except Invalid as error:
        return failed("form", error.sentence)


def files_below(folder: Path) -> TileSource:
    """Give what reads a mirror's files below *folder*."""

    def get(path: str) -> bytes | None:
        file = folder / path
        return read_file(file, _BUNDLE) if file.is_file() else None

    return get
