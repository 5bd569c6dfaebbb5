"""Builds `aboveboard-verify.pyz`: the same bytes each time, since nothing in it depends on the machine or the day."""

from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from verifier.merge import merged
from verifier.reach import reached_from
from verifier.sources import module_of

HERE = Path(__file__).resolve().parent
NAME = "aboveboard-verify.pyz"
ALL = "aboveboard-verify-all.pyz"
"""The same for whoever is shown ranges, denials, receipts and files for an authority or the press, too."""
SOURCE, LAUNCH = "aboveboard_verify.py", "__main__.py"
_INTERPRETER = b"#!/usr/bin/env python3\n"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16

DOCSTRING = """The standalone verifier of Aboveboard: Python 3.11 and the package `cryptography`, nothing else.

Below stands, room by room, what checking evidence needs of `aboveboard.core`, letter by letter as it stands there. What
it does not need was left out; names that two rooms use for two things carry the name of their room in front. Read it
from the bottom up to follow a check, from the top down to see what each rests on. Nothing in it reaches for a network.
"""


KINDS = {
    "a pack": ("pack", "verify_plain_pack"),
    "a mirrored log": ("mirror", "verify_mirror"),
    "a single proof": ("single", "verify_proof"),
}
"""What can be shown, and where in `core.verify` the check of it begins."""


_LARGER = (
    (
        "verify.pack import verify_plain_pack",
        "verify.archive import read_archive\nfrom aboveboard.core.verify.folder import verify_files",
    ),
    ("import refuse_archive, verify_shown", "import verify_shown"),
    ("verify_plain_pack, refuse_archive", "verify_files, read_archive"),
    ("a pack or a mirrored log (a folder)", "a pack or the like (a folder or a ZIP), a mirrored log (a folder)"),
)
"""What the command of the larger one has instead."""


def source(name: str = NAME) -> str:
    """Give the text of the verifier *name* as one module."""
    text = (HERE / "main.py").read_text(encoding="utf-8")
    if name == ALL:
        for small, large in _LARGER:
            text = text.replace(small, large)
    return merged(reached_from(module_of("__main__", text)), DOCSTRING)


def source_for(kind: str) -> str:
    """Give that part of the verifier which checks one of `KINDS`, without the command around it."""
    room, begins = KINDS[kind]
    text = f'"""Checks {kind}."""\n\nfrom aboveboard.core.verify.{room} import {begins}\n\nCHECK = {begins}\n'
    return merged(reached_from(module_of("__main__", text)), DOCSTRING)


def build(folder: Path, name: str = NAME) -> tuple[Path, str]:
    """Write the verifier *name* into *folder*; its path, and its SHA-256 in hexadecimal digits."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {
        LAUNCH: (HERE / "launch.py").read_bytes(),
        SOURCE: source(name).encode(),
        "LICENSE": (HERE.parent / "LICENSE").read_bytes(),
    }
    made = folder / name
    with made.open("wb") as file:
        file.write(_INTERPRETER)
        with ZipFile(file, "a", ZIP_STORED) as archive:
            for part, data in parts.items():
                info = ZipInfo(part, _EARLIEST)
                info.create_system, info.external_attr = 3, _PLAIN_FILE
                archive.writestr(info, data)
    made.chmod(0o755)
    return made, sha256(made.read_bytes()).hexdigest()
