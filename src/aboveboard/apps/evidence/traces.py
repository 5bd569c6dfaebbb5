"""Whether a marked value lies anywhere in the bytes of a folder: plain, folded, encoded, or inside a compressed stream.

It finds what a value leaves behind when it is written as such. It cannot find what was encrypted, and of PostgreSQL's
own compression of long values only the parts that stay literal.
"""

import base64
import bz2
import html
import json
import lzma
import quopri
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aboveboard.core.envelope.blind import fold
from aboveboard.core.errors import Invalid

SHORTEST = 4
"""Shorter values lie in any file by chance."""
_LARGEST_STREAM = 64 * 1024 * 1024
_CHUNK = 32 * 1024 * 1024
_OVERLAP = 4096
_CODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1250", "latin-1")
_GZIP = b"\x1f\x8b\x08"
_ZLIB = tuple(bytes(pair) for pair in ((0x78, 0x01), (0x78, 0x5E), (0x78, 0x9C), (0x78, 0xDA)))
_OTHER = {b"BZh": bz2.BZ2Decompressor, b"\xfd7zXZ\x00": lzma.LZMADecompressor}
_ZIP_ENTRY = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a value was found: the file, the place in it, in what form; never the value itself."""

    path: Path
    offset: int
    form: str


def search_files_for(text: str | Iterable[str], folders: Iterable[Path]) -> list[Found]:
    """Search every file below *folders* for *text* (one or several values) in every form.

    Raises:
        Invalid: for a value so short that chance would find it.
    """
    needles = needles_of([text] if isinstance(text, str) else text)
    found: list[Found] = []
    for folder in folders:
        for path in sorted([folder] if folder.is_file() else folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                found += _in_file(path, needles)
    return found


def search_bytes_for(data: bytes, needles: Mapping[bytes, str], *, inside: str = "") -> Iterator[tuple[int, str]]:
    """Give place and form of everything found in *data*, also inside streams that are compressed in it."""
    lowered = data.lower()
    for needle, form in needles.items():
        haystack = data if form == "base64" else lowered
        at = haystack.find(needle)
        while at >= 0:
            yield at, f"{inside}{form}"
            at = haystack.find(needle, at + 1)
    if len(inside) < 3 * len("gzip: "):  # a stream in a stream in a stream is deep enough
        for at, name, unpacked in _streams(data):
            for _, form in search_bytes_for(unpacked, needles, inside=f"{inside}{name}: "):
                yield at, form


def needles_of(texts: Iterable[str]) -> dict[bytes, str]:
    """Give every form in which *texts* may lie in a file, each with its name."""
    needles: dict[bytes, str] = {}
    for text in texts:
        if len(text) < SHORTEST:
            raise Invalid(f"A value to search for has at least {SHORTEST} characters.")
        for variant, name in ((text, "plain"), (fold(text), "folded"), (text.upper(), "plain")):
            for needle, form in _forms(variant, name):
                needles.setdefault(needle, form)
    return needles


def _forms(text: str, name: str) -> Iterator[tuple[bytes, str]]:
    for coding in _CODINGS:
        try:
            encoded = text.encode(coding)
        except UnicodeEncodeError:
            continue
        yield encoded.lower(), name if coding == "utf-8" else coding
        yield encoded.hex().encode(), "hexadecimal"
    utf8 = text.encode()
    yield quote(text).lower().encode(), "percent-encoded"
    yield json.dumps(text)[1:-1].lower().encode(), "json"
    yield html.escape(text).lower().encode(), "html"
    yield quopri.encodestring(utf8).lower().rstrip(b"\n="), "quoted-printable"
    for shift in range(3):
        # The same bytes look different in base64 at each of three places; what touches the neighbours is cut off.
        encoded = base64.b64encode(bytes(shift) + utf8)
        core = encoded[-(-8 * shift // 6) : (8 * (shift + len(utf8))) // 6]
        if len(core) > SHORTEST:
            yield core, "base64"
            yield core.translate(bytes.maketrans(b"+/", b"-_")), "base64"


def _in_file(path: Path, needles: Mapping[bytes, str]) -> Iterator[Found]:
    seen = set()
    with path.open("rb") as file:
        base, rest = 0, b""
        while chunk := file.read(_CHUNK):
            data = rest + chunk
            for at, form in search_bytes_for(data, needles):
                if (base + at, form) not in seen:
                    seen.add((base + at, form))
                    yield Found(path, base + at, form)
            rest = data[-_OVERLAP:]
            base += len(data) - len(rest)


def _streams(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    view = memoryview(data)
    for magic, name, bits in ((_GZIP, "gzip", 31), *((magic, "zlib", 15) for magic in _ZLIB)):
        for at in _places(data, magic):
            unpacked = _inflate(view[at:], bits)
            if unpacked:
                yield at, name, unpacked
    for at in _places(data, _ZIP_ENTRY):
        # A local header: 30 bytes, then a name and an extra field, whose lengths stand at 26 and 28.
        name_size, extra_size = (int.from_bytes(data[at + place : at + place + 2], "little") for place in (26, 28))
        unpacked = _inflate(view[at + 30 + name_size + extra_size :], -15)
        if unpacked:
            yield at, "zip", unpacked
    for magic, decompressor in _OTHER.items():
        for at in _places(data, magic):
            try:
                unpacked = decompressor().decompress(view[at:], _LARGEST_STREAM)
            except (OSError, EOFError, ValueError, lzma.LZMAError):
                continue
            if unpacked:
                yield at, "bzip2" if magic == b"BZh" else "xz", unpacked


def _inflate(data: memoryview, bits: int) -> bytes:
    """Unpack as much as can be unpacked; two bytes that only look like a header give nothing, or noise."""
    unpacker, parts, size = zlib.decompressobj(bits), [], 0
    try:
        for start in range(0, len(data), 65536):
            parts.append(unpacker.decompress(data[start : start + 65536], _LARGEST_STREAM))
            size += len(parts[-1])
            if unpacker.eof or size > _LARGEST_STREAM:
                break
    except zlib.error:
        pass
    return b"".join(parts)


def _places(data: bytes, magic: bytes) -> Iterator[int]:
    at = data.find(magic)
    while at >= 0:
        yield at
        at = data.find(magic, at + 1)
