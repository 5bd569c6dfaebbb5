"""Whatever is shown to a verifier: a pack as folder or ZIP, a mirror, a single proof; told apart by what is in it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.proof import PROOF_HEADER
from aboveboard.core.tlog.tiles import MAX_ENTRY_SIZE, TILE_WIDTH
from aboveboard.core.tlog.trust import MAX_POLICY_SIZE, TrustPolicy
from aboveboard.core.verify.folder import read_file, read_folder
from aboveboard.core.verify.mirror import verify_mirror
from aboveboard.core.verify.parts import LARGEST
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.single import verify_proof
from aboveboard.core.verify.words import ALWAYS, UNWITNESSED

Unpack = Callable[[bytes], Mapping[str, bytes]]
"""Gives the files in a ZIP: `read_archive`, or `refuse_archive`."""
Verify = Callable[[Mapping[str, bytes], TrustPolicy, Sequence[bytes]], Report]
"""Checks evidence by its files: `verify_pack`, or the like of it."""
_BUNDLE = TILE_WIDTH * (MAX_ENTRY_SIZE + 2)
"""The longest file of a mirror."""


def verify_shown(
    verify: Verify, unpack: Unpack, shown: Path, trust: Path, since: Sequence[Path] = (), entry: Path | None = None
) -> Report:
    """Check what lies at *shown* against the keys in the file *trust* and the checkpoints in the files *since*.

    *verify* checks what is neither a mirror nor a single proof; *unpack* reads any other file. *entry*: the file with
    the entry that a single proof is about. Files that cannot be read end in a check that does not hold, never in an
    exception.
    """
    checks = Checks()
    with checks.part("trust", about="The file of trusted keys cannot be read"):
        policy = TrustPolicy.parse(read_file(trust, MAX_POLICY_SIZE))
        with checks.part("form"):
            kept = [read_file(path, LARGEST) for path in since]
            if (shown / "tile").is_dir():
                return verify_mirror(lambda path: _file_below(shown, path), policy, kept)
            if shown.is_dir():
                return verify(read_folder(shown), policy, kept)
            data = read_file(shown, LARGEST)
            if data.startswith(PROOF_HEADER.encode()):
                return verify_proof(data, read_file(entry, MAX_ENTRY_SIZE) if entry else None, policy, kept)
            return verify(unpack(data), policy, kept)
    return checks.report(*ALWAYS, UNWITNESSED)


def refuse_archive(_data: bytes) -> Mapping[str, bytes]:
    """Say that a file is not looked into."""
    raise Invalid("The file is no single proof; unpack a ZIP first, or show it to aboveboard-verify-all.pyz.")


def _file_below(folder: Path, path: str) -> bytes | None:
    """Give one file of the mirror in *folder*."""
    return read_file(folder / path, _BUNDLE) if (folder / path).is_file() else None
