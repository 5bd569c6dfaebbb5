"""A prefix tree that grows batch by batch, kept in pages, so that neither memory nor a batch grows with the log.

A page holds what stands under a prefix of whole hexadecimal digits, which is its key ("" for all there is): up to
`MOST_IN_PAGE` entries, or what is known of the sixteen parts one digit further on.

    page of entries = 0x00 || for each in order: label (32) || leaf index (u64be)
    page of parts   = 0x01 || for each of 31 nodes: hash (32) || number of entries (u64be)
                           || for each of the 16 parts: SHA-256 of its page (32)

The nodes of a page of parts are the prefix itself, its halves, quarters, pairs, and the sixteen parts: node n stands
above nodes 2n and 2n+1.

What is read is held against the digest in the page above it: a page that somebody changed, left out or brought from
elsewhere makes no root, it makes an error.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.prefix import (
    EMPTY,
    LABEL_SIZE,
    MOST_IN_BUCKET,
    Entry,
    Label,
    cut,
    hidden,
    in_order,
    shown_bucket,
    shown_node,
    split_labels,
)

MOST_IN_PAGE = 64
DIGITS = "0123456789abcdef"
_ENTRIES, _PARTS = b"\x00", b"\x01"
_ENTRY = _NODE = 40
_HASH = 32
_DIGESTS = 1 + 31 * _NODE
_PARTS_SIZE = _DIGESTS + 16 * _HASH
_NO_PAGE = bytes(_HASH)


class PrefixStore(Protocol):
    """Where a tree is kept: its pages by key."""

    def pages(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Give the pages that are there."""

    def put(self, pages: Mapping[str, bytes]) -> None:
        """Keep pages, in place of those before."""


class _Part(NamedTuple):
    """What stands under a prefix: its hash, how many entries, and the digest of its page."""

    hash: bytes
    entries: int
    digest: bytes


class _Parts:
    """A page of parts, to be read and changed in place."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)

    def hash(self, node: int) -> bytes:
        at = 1 + (node - 1) * _NODE
        return bytes(self.data[at : at + _HASH])

    def count(self, node: int) -> int:
        at = 1 + (node - 1) * _NODE + _HASH
        return int.from_bytes(self.data[at : at + 8], "big")

    def digest(self, number: int) -> bytes:
        at = _DIGESTS + number * _HASH
        return bytes(self.data[at : at + _HASH])

    def put(self, number: int, part: _Part) -> None:
        at, digest_at = 1 + (15 + number) * _NODE, _DIGESTS + number * _HASH
        self.data[at : at + _NODE] = part.hash + part.entries.to_bytes(8, "big")
        self.data[digest_at : digest_at + _HASH] = part.digest

    def join(self, node: int) -> int:
        """Put the hash of the two nodes below above them, and their number of entries, which is given."""
        at, below = 1 + (node - 1) * _NODE, 1 + (2 * node - 1) * _NODE
        data = self.data
        left, right = data[below : below + _HASH], data[below + _NODE : below + _NODE + _HASH]
        count = int.from_bytes(data[below + _HASH : below + _NODE], "big")
        count += int.from_bytes(data[below + _NODE + _HASH : below + 2 * _NODE], "big")
        data[at : at + _NODE] = sha256(b"\x03" + left + right).digest() + count.to_bytes(8, "big")
        return count

    def put_hash(self, node: int, hash_: bytes) -> None:
        at = 1 + (node - 1) * _NODE
        self.data[at : at + _HASH] = hash_


class PrefixTree:
    """The prefix tree in *store*."""

    def __init__(self, store: PrefixStore) -> None:
        """Take the tree up as it is kept in *store*."""
        self._store = store

    def extend(self, entries: Iterable[Entry]) -> bytes:
        """Add *entries*, whose labels are new, and give the root.

        Raises:
            Invalid: when one label stands in the tree twice.
            NotVerified: when a page is not the one that was kept.
        """
        coming = [label + index.to_bytes(8, "big") for label, index in in_order(entries)]
        if not coming:
            return self.root()
        changed: dict[str, bytes] = {}
        made: dict[str, _Part] = {}
        # Every page stands behind those above it, so the way back meets each after those below it.
        for key, page, some in reversed(self._reached(coming)):
            if isinstance(page, _Parts):
                made[key] = self._joined(key, page, made, changed)
            else:
                made[key] = self._laid(key, _merged(page, some), changed)
        self._store.put(changed)
        return made[""].hash

    def root(self) -> bytes:
        """Give the root."""
        page = self._page("")
        return page.hash(1) if isinstance(page, _Parts) else _hash_of(page, 0)

    def prove(self, labels: Iterable[Label]) -> bytes:
        """Give the tree cut down to the paths of *labels*.

        Raises:
            NotVerified: when a page is not the one that was kept.
        """
        return self._cut("", self._page(""), sorted(set(labels)))

    # -- growing ----------------------------------------------------------------------------------------------------

    def _reached(self, coming: list[bytes]) -> list[tuple[str, "_Page", list[bytes]]]:
        """Give the pages under which entries come, each before those below it, and the entries."""
        reached: list[tuple[str, _Page, list[bytes]]] = []
        level: dict[str, tuple[bytes | None, list[bytes]]] = {"": (None, coming)}
        while level:
            pages = self._store.pages(list(level))
            below: dict[str, tuple[bytes | None, list[bytes]]] = {}
            for key, (digest, some) in level.items():
                page = _read(pages.get(key), digest)
                reached.append((key, page, some))
                if isinstance(page, _Parts):
                    for number, of_part in _apart(some, len(key)):
                        below[key + DIGITS[number]] = page.digest(number), of_part
            level = below
        return reached

    def _laid(self, key: str, entries: list[bytes], changed: dict[str, bytes]) -> _Part:
        """Put *entries* into the page of *key*, and into pages below it where they are too many."""
        if len(entries) <= MOST_IN_PAGE:
            page = changed[key] = _ENTRIES + b"".join(entries)
            return _Part(_hash_of(entries, 4 * len(key)), len(entries), sha256(page).digest())
        made = {}
        for number, some in _apart(entries, len(key)):
            below = key + DIGITS[number]
            made[below] = self._laid(below, some, changed)
        return self._joined(key, _Parts(_PARTS + bytes(_PARTS_SIZE - 1)), made, changed)

    def _joined(self, key: str, page: _Parts, made: dict[str, _Part], changed: dict[str, bytes]) -> _Part:
        """Bring the page of *key* up to date after those below it, which are taken out of *made*."""
        touched = []
        for number, digit in enumerate(DIGITS):
            part = made.pop(key + digit, None)
            if part is not None:
                page.put(number, part)
                touched.append(16 + number)
        for _ in range(4):
            touched = sorted({node >> 1 for node in touched})
            for node in touched:
                if page.join(node) <= MOST_IN_BUCKET:
                    page.put_hash(node, _hash_of(self._few(key, page, node, changed), 0))
        data = changed[key] = bytes(page.data)
        return _Part(page.hash(1), page.count(1), sha256(data).digest())

    def _few(self, key: str, page: _Parts, node: int, changed: Mapping[str, bytes]) -> list[bytes]:
        """Give the few entries under a node of the page of *key*."""
        numbers = [number for number in _under(node) if page.count(16 + number)]
        keys = [key + DIGITS[number] for number in numbers]
        kept = self._store.pages([one for one in keys if one not in changed])
        found: list[bytes] = []
        for number, one in zip(numbers, keys, strict=True):
            found += _read_entries(_checked(changed.get(one, kept.get(one)), page.digest(number)))
        return found

    def _page(self, key: str, digest: bytes | None = None) -> "_Page":
        return _read(self._store.pages([key]).get(key), digest)

    # -- proving ----------------------------------------------------------------------------------------------------

    def _cut(self, key: str, page: "_Page", labels: Sequence[Label]) -> bytes:
        if isinstance(page, _Parts):
            return self._cut_node(key, page, 1, labels)
        return cut(_entries(page), labels, 4 * len(key))

    def _cut_node(self, key: str, page: _Parts, node: int, labels: Sequence[Label]) -> bytes:
        """Cut down what stands under a node of the page of *key*."""
        if not labels:
            return hidden(page.hash(node))
        if node >= 16:  # noqa: PLR2004 - a part, with a page of its own
            below = key + DIGITS[node - 16]
            return self._cut(below, self._page(below, page.digest(node - 16)), labels)
        if page.count(node) <= MOST_IN_BUCKET:
            found = _entries(self._few(key, page, node, {}))
            return shown_bucket(found) if found else hidden(EMPTY)
        asked = split_labels(labels, 4 * len(key) + node.bit_length() - 1)
        return shown_node(
            self._cut_node(key, page, 2 * node, labels[:asked]),
            self._cut_node(key, page, 2 * node + 1, labels[asked:]),
        )


_Page = _Parts | list[bytes]
"""A page, read: what is known of its parts, or its entries."""


def _read(page: bytes | None, digest: bytes | None) -> _Page:
    """Read a page and hold it against the *digest* that the page above it has (None: there is none above)."""
    page = _checked(page, digest)
    return _Parts(page) if page[:1] == _PARTS and len(page) == _PARTS_SIZE else _read_entries(page)


def _checked(page: bytes | None, digest: bytes | None) -> bytes:
    if digest is not None and (sha256(page).digest() if page is not None else _NO_PAGE) != digest:
        raise _other_page()
    return _ENTRIES if page is None else page


def _read_entries(page: bytes) -> list[bytes]:
    if page[:1] != _ENTRIES or len(page) % _ENTRY != 1:
        raise _other_page()
    return [page[at : at + _ENTRY] for at in range(1, len(page), _ENTRY)]


def _under(node: int) -> range:
    """Give the numbers of the parts under a node."""
    width = 16 >> (node.bit_length() - 1)
    return range(node * width - 16, (node + 1) * width - 16)


def _merged(held: list[bytes], coming: list[bytes]) -> list[bytes]:
    merged = sorted(held + coming)
    if len({entry[:LABEL_SIZE] for entry in merged}) != len(merged):
        raise Invalid("The entries of a prefix tree hold one label twice.")
    return merged


def _hash_of(entries: Sequence[bytes], depth: int) -> bytes:
    """Do what `prefix.subtree_hash` does, for entries as pages hold them."""
    if len(entries) <= MOST_IN_BUCKET:
        return sha256(b"\x02" + b"".join(entries)).digest() if entries else EMPTY
    byte, bit = depth >> 3, 0x80 >> (depth & 7)
    first = entries[0]
    # The lowest label with a 1 at this bit: what all agree on before it, the bit, and nothing behind.
    middle = bisect_left(entries, first[:byte] + bytes([(first[byte] | bit) & -bit & 0xFF]))
    left, right = _hash_of(entries[:middle], depth + 1), _hash_of(entries[middle:], depth + 1)
    return sha256(b"\x03" + left + right).digest()


def _apart(entries: Sequence[bytes], digits: int) -> Iterator[tuple[int, list[bytes]]]:
    """Give *entries* by the digit of their labels behind the first *digits*, in order."""
    byte, down = digits >> 1, 4 * (1 - (digits & 1))
    if len(entries) == 1:
        yield entries[0][byte] >> down & 15, list(entries)
        return
    found: dict[int, list[bytes]] = {}
    for entry in entries:
        found.setdefault(entry[byte] >> down & 15, []).append(entry)
    yield from found.items()


def _entries(found: Sequence[bytes]) -> list[Entry]:
    return [(entry[:LABEL_SIZE], int.from_bytes(entry[LABEL_SIZE:], "big")) for entry in found]


def _other_page() -> NotVerified:
    return NotVerified("A page of the index is not the one that was kept.", code="index")
