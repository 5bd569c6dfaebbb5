"""The manifest: a note signed by the log that lists every other file of a pack with its SHA-256.

    aboveboard.evidence/manifest@v1
    <origin>
    <64 hexadecimal digits> <name>      one line a file, sorted by name

The first line keeps it apart from a checkpoint, which begins with the origin and holds a size in its second line.
"""

import hashlib
import re
from collections.abc import Mapping

from aboveboard.core.errors import expect, require
from aboveboard.core.tlog.note import SignedNote, Signer, open_note, sign_note
from aboveboard.core.tlog.text import lines_of
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify.report import Checks

MANIFEST = "manifest"
NAME = "manifest"
_HEADER = "aboveboard.evidence/manifest@v1"
_FIRST = 2  # lines before the first file
_FILE = re.compile(r"(?P<digest>[0-9a-f]{64}) (?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99})")


def sign_manifest(origin: str, files: Mapping[str, bytes], signer: Signer) -> bytes:
    """Give the signed manifest over *files*, by name."""
    lines = [_HEADER, origin, *(f"{_digest(files[name])} {name}" for name in sorted(files))]
    text = "\n".join(lines) + "\n"
    _listed(text)
    return sign_note(text, signer).encode().encode()


def check_manifest(files: Mapping[str, bytes], origin: str | None, trust: TrustPolicy, checks: Checks) -> None:
    """Hold every file against the manifest: none changed, none missing, none added, signed by the log of *origin*."""
    if MANIFEST not in files:
        checks.no(NAME, "The manifest is missing, so nobody can tell whether other files were changed.")
        return
    with checks.part(NAME):
        note = SignedNote.parse(files[MANIFEST])
        listed_origin, listed = _listed(note.text)
        require(origin in {None, listed_origin}, "the manifest belongs to another log than the checkpoint")
        open_note(files[MANIFEST], trust.log_keys_for(listed_origin))
        require(len(note.signatures) == 1, "the manifest carries a second signature, which was added later")
        _compare(files, listed, checks)
    checks.settle(NAME, f"The pack is whole: {len(files)} files, each as the log signed it.")


def _compare(files: Mapping[str, bytes], listed: Mapping[str, str], checks: Checks) -> None:
    for name, digest in listed.items():
        if name not in files:
            checks.no(NAME, f"The file {name} is missing.")
        elif _digest(files[name]) != digest:
            checks.no(NAME, f"The file {name} was changed.")
    for name in sorted(files.keys() - listed.keys() - {MANIFEST}):
        checks.no(NAME, f"A file was added that the log did not sign: {name[:100]!r}.")


def _listed(text: str) -> tuple[str, dict[str, str]]:
    lines = lines_of(text)
    expect(lines[0] == _HEADER and len(lines) >= _FIRST, "the manifest is not one of an evidence pack, version 1")
    origin, found = lines[1], [_FILE.fullmatch(line) for line in lines[_FIRST:]]
    listed = {match["name"]: match["digest"] for match in found if match is not None}
    in_order = len(listed) == len(found) and MANIFEST not in listed and list(listed) == sorted(listed)
    expect(in_order, "the manifest does not list its files once each, in order")
    return origin, listed


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
