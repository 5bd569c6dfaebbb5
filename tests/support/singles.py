"""Single proofs and ZIPs, sound ones and bad ones."""

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO

from aboveboard.core.tlog.merkle import inclusion_proof, leaf_hash, root_of
from aboveboard.core.tlog.proof import TlogProof
from tests.support.mirrors import log_of, note_of

LEAVES = log_of(9, 3)


def proof_of(index: int, extra: bytes | None) -> bytes:
    """A single proof, with its entry or without."""
    hashes = inclusion_proof(index, len(LEAVES), lambda start, end: root_of(map(leaf_hash, LEAVES[start:end])))
    return TlogProof(index, tuple(hashes), note_of(LEAVES).decode(), extra).encode().encode()


def zipped(files: Mapping[str, bytes] | Iterable[tuple[str, bytes]], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of *files*."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, data in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, data)
    return made.getvalue()


BAD = {
    "nothing": b"",
    "no archive": b"PK\x03\x04" + b"x" * 50,
    "an archive cut short": zipped({"evidence.json": b"{}" * 500})[:-9],
    "a bomb": zipped({"evidence.json": bytes(70 * 1024 * 1024)}),
    "far too many files": zipped({f"{at}.json": b"" for at in range(500)}),
    "an unusual packing": zipped({"evidence.json": b"{}"}, zipfile.ZIP_LZMA),
    "a broken proof": b"c2sp.org/tlog-proof@v1\nindex 99999999999999999999999\n\n",
    "deep": zipped({"entries.json": b"[" * 100_000, "checkpoint": b"\n\n" * 1000}),
    "huge numbers": zipped({"evidence.json": b'{"log":' + b"9" * 100_000 + b"}", "checkpoint": b"a\n" + b"9" * 90_000}),
    "up and out": zipped({"../../evidence.json": b"{}", "/etc/passwd": b""}),
}
"""What somebody may give a verifier who wants it to fall over."""
