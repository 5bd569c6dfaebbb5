"""The keys of a witness: a file of private lines that its owner alone can read.

    <folder>/keys    PRIVATE+KEY+<name>+<key id, 8 hex digits>+<base64 of type byte || 32-byte seed>, one line a key

That is the form of Go's note package, which other witnesses read and write too.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.tlog.cosignature import COSIGNATURE_TYPES, Cosigner
from aboveboard.core.tlog.note import SEED_SIZE, KeyType, require_key_name
from aboveboard.core.tlog.text import encode_base64, lines_of, parse_base64

KEYS = "keys"
_PRIVATE = "PRIVATE+KEY+"
_LARGEST = 64 * 1024


def lay_down(folder: Path, name: str, types: Sequence[KeyType]) -> tuple[Cosigner, ...]:
    """Make a key of each of *types* under *name* in *folder*, and keep them durably.

    Raises:
        Conflict: when there are keys already; a witness that loses its memory needs new ones.
        Invalid: for a name that no signature line can carry.
    """
    require_key_name(name)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = [(kind, os.urandom(SEED_SIZE)) for kind in types]
    cosigners = tuple(Cosigner(name, seed, kind) for kind, seed in made)
    lines = [_line(cosigner, seed) for cosigner, (_, seed) in zip(cosigners, made, strict=True)]
    try:
        descriptor = os.open(folder / KEYS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict("This folder holds the keys of a witness already; they are never replaced.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    return cosigners


def read_keys(folder: Path) -> tuple[Cosigner, ...]:
    """Read the keys of the witness in *folder*.

    Raises:
        Invalid: when there are none, or a line is not a private key that cosigns.
    """
    try:
        with (folder / KEYS).open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8")
    except FileNotFoundError:
        raise Invalid(
            "There are no keys of a witness in this folder; make them with `aboveboard witness init`."
        ) from None
    except (OSError, UnicodeDecodeError):
        raise Invalid("The file of the witness's keys cannot be read.") from None
    return tuple(_cosigner(line) for line in lines_of(text))


def _line(cosigner: Cosigner, seed: bytes) -> str:
    key = cosigner.key
    return f"{_PRIVATE}{key.name}+{key.key_id.hex()}+{encode_base64(bytes([key.key_type]) + seed)}\n"


def _cosigner(line: str) -> Cosigner:
    if not line.startswith(_PRIVATE):
        raise Invalid("A line in the file of the witness's keys is not a private key.")
    name, _, rest = line.removeprefix(_PRIVATE).partition("+")
    stated, _, encoded = rest.partition("+")
    material = parse_base64(encoded)
    if material[:1] not in {bytes([kind]) for kind in COSIGNATURE_TYPES}:
        raise Invalid("A key of the witness is of a type that does not cosign.")
    cosigner = Cosigner(name, material[1:], KeyType(material[0]))
    if cosigner.key.key_id.hex() != stated:
        raise Invalid("A key of the witness states another key id than it has.")
    return cosigner
