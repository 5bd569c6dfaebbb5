"""Marked values: words that stand nowhere by chance, and a search for them in every disguise bytes can wear.

One random stem a run, written with accents in values and without them in addresses; the category stands behind it.
Whatever holds the stem, however it is spelled, folded, escaped, encoded or compressed, holds personal data.
"""

import base64
import random
import re
import sys
import time
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PLAIN = "acdeinorstuyz"
ACCENTED = str.maketrans(PLAIN, "áčďěíňóřšťúýž")
LENGTH = 16
WORD = 8
"""Bytes at once; no needle is shorter than fifteen, so that a whole one of these, aligned, lies in each."""
MOST = 1 << 22
"""As much of a compressed stream as is looked into."""
ADDRESSES = frozenset({"T02", "T04"})
COMPRESSED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04")
ZIP_HEADER = 30
ZIP_IN_BASE64 = re.compile(rb"UEsDB[A-Za-z0-9+/]{40,}")
LAST_ASCII = 126
CLOCK_STEP = 2
"""Seconds by which the clock of a file system may lie behind: the coarsest known writes down every other second."""


@dataclass(frozen=True, slots=True)
class Found:
    """A marked value where it must not be: in what, and in which disguise; never around it."""

    where: str
    disguise: str


class Marks:
    """The stem of a run, values made of it, and the search for it."""

    def __init__(self, seed: str) -> None:
        """Draw the stem from *seed*, so that a failure can be had again."""
        self.drawn_at = time.time()
        chance = random.Random(seed)  # noqa: S311 - a word, not a key
        self.stem = "".join(chance.choice(PLAIN) for _ in range(LENGTH))
        self._needles = _told_apart(self.stem)
        self._words = frozenset(word for needle in self._needles for word in _words(needle.lower()))

    def value(self, category: str) -> str:
        """Give the marked value of a category."""
        if category in ADDRESSES:
            return f"{self.stem}.{category.lower()}@example.test"
        return f"{self.stem.translate(ACCENTED).title()} {category}"

    def is_in(self, text: str | bytes) -> bool:
        """Tell whether *text* holds a marked value."""
        return self.disguise_in(text.encode() if isinstance(text, str) else text) is not None

    def search(self, where: str, data: str | bytes) -> list[Found]:
        """Look through *data*; empty where nothing is found."""
        disguise = self.disguise_in(data.encode() if isinstance(data, str) else data)
        return [] if disguise is None else [Found(where, disguise)]

    def search_files(self, *places: Path) -> list[Found]:
        """Look through the names and the bytes of every file at or below *places*.

        A file last written before the stem was drawn cannot know it, so of such a file only the name is read.
        """
        return [found for path in _files(places) for found in self._search_file(path)]

    def _search_file(self, path: Path) -> list[Found]:
        try:
            data = path.read_bytes() if path.stat().st_mtime >= self.drawn_at - CLOCK_STEP else b""
        except FileNotFoundError:
            return []  # a running server takes files away while they are listed
        return self.search(f"the name of {path.parent}/...", path.name) + self.search(str(path), data)

    def disguise_in(self, data: bytes) -> str | None:
        """Give the disguise in which *data* holds a marked value, None where it does not."""
        known = self._plainly(data)
        if known is not None:
            return known
        inside = (f"{kind}, {found}" for kind, part in unpacked(data) if (found := self._plainly(part)))
        written = (f"base64, {found}" for part in _written_out(data) if (found := self.disguise_in(part)))
        return next(inside, None) or next(written, None)

    def _plainly(self, data: bytes) -> str | None:
        lowered = data.lower()
        if not self._may_be_in(lowered):
            return None
        for needle, (disguise, any_case) in self._needles.items():
            if needle in (lowered if any_case else data):
                return disguise
        return None

    def _may_be_in(self, lowered: bytes) -> bool:
        """Tell at a glance, over aligned words, what holds none of the needles: nearly all there is."""
        whole = len(lowered) // WORD * WORD
        return not self._words.isdisjoint(memoryview(lowered)[:whole].cast("Q"))


def _words(needle: bytes) -> Iterator[int]:
    assert len(needle) >= 2 * WORD - 1, needle
    for at in range(len(needle) - WORD + 1):
        yield int.from_bytes(needle[at : at + WORD], sys.byteorder)


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give every compressed stream within *data*, opened as far as it opens."""
    for match in COMPRESSED.finditer(data):
        at, magic = match.start(), match.group()
        if magic.startswith(b"PK"):
            name, extra = (int.from_bytes(data[at + o : at + o + 2], "little") for o in (26, 28))
            opened = _inflated(data, at + ZIP_HEADER + name + extra, -zlib.MAX_WBITS)
        else:
            opened = _inflated(data, at, zlib.MAX_WBITS | 32)
        if opened:
            yield ("zip" if magic.startswith(b"PK") else "deflate"), opened


def _written_out(data: bytes) -> Iterator[bytes]:
    """Give every ZIP that is written out in base64 within *data*, as a page of evidence holds one."""
    for match in ZIP_IN_BASE64.finditer(data):
        letters = match.group()
        # What follows by chance may look like one letter more, which is no byte.
        whole = letters if len(letters) % 4 != 1 else letters[:-1]
        yield base64.b64decode(whole + b"===")


def _inflated(data: bytes, at: int, bits: int) -> bytes:
    stream, opened = zlib.decompressobj(bits), bytearray()
    # In pieces: of two magic bytes by chance nearly all break within the first.
    for start in range(at, len(data), 4096):
        try:
            opened += stream.decompress(data[start : start + 4096], MOST)
        except zlib.error:
            break
        if stream.eof or len(opened) > MOST:
            break
    return bytes(opened)


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from sorted(path for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file())


def _told_apart(stem: str) -> dict[bytes, tuple[str, bool]]:
    told: dict[bytes, tuple[str, bool]] = {}
    for name, needle, any_case in _needles(stem):
        told.setdefault(needle, (name, any_case))
    return told


def _needles(stem: str) -> Iterator[tuple[str, bytes, bool]]:
    """Give every way to write the stem: its name, the bytes, whether they are sought in lower case."""
    accented = stem.translate(ACCENTED)
    spelled = {stem: "folded", accented: "plain", accented.upper(): "upper case", accented.title(): "as written"}
    spelled |= {stem.upper(): "folded, upper case", stem.title(): "folded, as written"}
    apart = {unicodedata.normalize("NFD", text): f"{name}, decomposed" for text, name in spelled.items()}
    spelled |= {text: name for text, name in apart.items() if text not in spelled}
    for text, name in spelled.items():
        yield from _written(name, text)
        yield from _written(f"{name}, backwards", text[::-1])


def _written(name: str, text: str) -> Iterator[tuple[str, bytes, bool]]:
    raw = text.encode()
    yield name, raw.lower(), True
    yield f"{name}, UTF-16", text.encode("utf-16-le").lower(), True
    yield f"{name}, UTF-16 big-endian", text.encode("utf-16-be").lower(), True
    for encoding in ("iso8859-2", "cp1250"):
        yield f"{name}, {encoding}", text.encode(encoding, "replace"), False
    yield f"{name}, percent-encoded", quote(text).lower().encode(), True
    yield f"{name}, percent-encoded throughout", "".join(f"%{byte:02x}" for byte in raw).encode(), True
    yield f"{name}, HTML entities", "".join(f"&#{ord(c)};" for c in text).encode(), True
    yield f"{name}, HTML entities in hex", "".join(f"&#x{ord(c):x};" for c in text).encode(), True
    yield f"{name}, HTML entities beside ASCII", text.encode("ascii", "xmlcharrefreplace").lower(), True
    yield f"{name}, JSON escapes", _escaped(text, every=False).encode(), True
    yield f"{name}, JSON escapes throughout", _escaped(text, every=True).encode(), True
    yield f"{name}, Python escapes", text.encode("ascii", "backslashreplace").lower(), True
    yield f"{name}, Python bytes", repr(raw)[2:-1].lower().encode(), True
    yield f"{name}, quoted-printable", _quoted_printable(raw), True
    yield f"{name}, hex", raw.hex().encode(), True
    for before in range(3):
        inside = _base64_inside(raw, before)
        yield f"{name}, base64", inside, False
        yield f"{name}, base64 for addresses", inside.translate(bytes.maketrans(b"+/", b"-_")), False


def _escaped(text: str, *, every: bool) -> str:
    return "".join(f"\\u{ord(c):04x}" if every or ord(c) > LAST_ASCII else c for c in text).lower()


def _quoted_printable(raw: bytes) -> bytes:
    return "".join(f"={byte:02x}" if byte > LAST_ASCII else chr(byte) for byte in raw).lower().encode()


def _base64_inside(raw: bytes, before: int) -> bytes:
    """Give the part of the base64 text that is the same whatever stands around *raw*, *before* bytes into a group."""
    whole = base64.b64encode(b"\0" * before + raw)
    start = (before * 4 + 2) // 3 if before else 0
    end = len(whole) - 4 if (before + len(raw)) % 3 else len(whole)
    return whole[start:end]
