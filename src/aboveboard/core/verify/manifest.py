"""The manifest: a note signed by the log that lists every other file of a pack with its SHA-256.

    aboveboard.evidence/manifest@v1
    <origin>
    <64 hexadecimal digits> <name>      one line a file, sorted by name

The first line keeps it apart from a checkpoint, which begins with the origin and holds a size in its second line.
"""

import re
from collections.abc import Mapping
from hashlib import sha256

from aboveboard.core.errors import expect, require
from aboveboard.core.tlog.note import SignedNote, Signer, open_note, sign_note
from aboveboard.core.tlog.text import lines_of
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify.report import Checks

MANIFEST = "manifest"
"""Name of the file, and of the check."""
_HEADER = "aboveboard.evidence/manifest@v1"
_LINE = re.compile(r"[0-9a-f]{64} [A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def sign_manifest(origin: str, files: Mapping[str, bytes], signer: Signer) -> bytes:
    """Give the signed manifest over *files*, by name."""
    text = _written(origin, {name: sha256(data).hexdigest() for name, data in files.items()})
    expect(all(map(_LINE.fullmatch, lines_of(text)[2:])), "a file's name cannot stand in a manifest")
    return sign_note(text, signer).encode().encode()


def check_manifest(files: Mapping[str, bytes], origin: str | None, trust: TrustPolicy, checks: Checks) -> None:
    """Hold every file against the manifest: none changed, none missing, none added, signed by the log of *origin*."""
    with checks.part(MANIFEST):
        expect(MANIFEST in files, "the manifest is missing, so nobody can tell whether other files were changed")
        note = SignedNote.parse(files[MANIFEST])
        _, named, *lines = [*lines_of(note.text), ""]
        listed = {name: digest for digest, _, name in (line.partition(" ") for line in lines[:-1])}
        plain = all(map(_LINE.fullmatch, lines[:-1])) and note.text == _written(named, listed)
        expect(plain, "the manifest is not one of an evidence pack, version 1")
        require(origin in {None, named}, "the manifest belongs to another log than the checkpoint")
        open_note(files[MANIFEST], trust.log_keys_for(named))
        require(len(note.signatures) == 1, "the manifest carries a second signature, which was added later")
        for name in sorted(listed.keys() | files.keys() - {MANIFEST}):
            if name not in listed:
                checks.no(MANIFEST, f"A file was added that the log did not sign: {name[:100]!r}.")
            elif name not in files or sha256(files[name]).hexdigest() != listed[name]:
                checks.no(MANIFEST, f"The file {name} {'was changed' if name in files else 'is missing'}.")
    checks.settle(MANIFEST, f"The pack is whole: {len(files)} files, each as the log signed it.")


def _written(origin: str, digests: Mapping[str, str]) -> str:
    return "\n".join([_HEADER, origin, *(f"{digests[name]} {name}" for name in sorted(digests)), ""])
