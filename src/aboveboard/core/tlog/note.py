"""Signed notes (c2sp.org/signed-note): a text, and below it the signatures of named keys."""

from collections.abc import Sequence
from enum import IntEnum
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aboveboard.core.errors import Invalid, expect, require
from aboveboard.core.tlog.text import as_text, encode_base64, lines_of, parse_base64

if TYPE_CHECKING:
    from aboveboard.core.tlog.cosignature import Verifier

# signed-note, Format: a limit is wanted, and 16 signatures have to pass; an ML-DSA-44 line takes 3.3 kB.
MAX_NOTE_SIZE = 256 * 1024
MAX_SIGNATURES = 64

KEY_ID_SIZE = 4
SEED_SIZE = 32
_DASH = "\N{EM DASH} "


class KeyType(IntEnum):
    """The signature types read here (signed-note, Signature types)."""

    ED25519 = 0x01
    ED25519_COSIGNATURE = 0x04
    MLDSA44_COSIGNATURE = 0x06


_KEY_SIZES: dict[int, int] = {KeyType.ED25519: 32, KeyType.ED25519_COSIGNATURE: 32, KeyType.MLDSA44_COSIGNATURE: 1312}


def require_key_name(name: str) -> None:
    """Refuse a key name that is empty or holds a Unicode space or a plus (signed-note, Format)."""
    if not as_text(name) or "+" in name or any(character.isspace() for character in name):
        raise Invalid("a key name is empty or contains a space or a plus")


class VerifierKey(NamedTuple):
    """A public key with the name and the type it signs under; `parse` and `made` refuse what no line could carry."""

    name: str
    key_type: KeyType
    public_key: bytes

    @classmethod
    def made(cls, name: str, key_type: KeyType, public_key: bytes) -> Self:
        """Give the key that is read back from what would be written of it.

        Raises:
            Invalid: for a name or a length that no signature line could carry.
        """
        require_key_name(name)
        return cls.parse(cls(name, key_type, public_key).encode())

    @property
    def key_id(self) -> bytes:
        """What a signature begins with: SHA-256(name || 0x0A || type || public key)[:4] (signed-note, Signatures)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.key_type]) + self.public_key).digest()[:KEY_ID_SIZE]

    # vkey (signed-note, Verifier keys): <name>+<key id, 8 hex digits>+<base64 of type byte || public key>
    def encode(self) -> str:
        """Write the key as a vkey."""
        encoded = encode_base64(bytes([self.key_type]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey whose name, key id and length are right and whose type is one of `KeyType`."""
        name, _, rest = vkey.partition("+")  # base64 may contain a plus, the name may not
        require_key_name(name)
        material = parse_base64(rest.partition("+")[2])
        expect(material and len(material) == 1 + _KEY_SIZES.get(material[0], -1), "a vkey's type or length is wrong")
        key = cls(name, KeyType(material[0]), material[1:])
        expect(key.encode() == vkey, "a vkey states another key id than its key has")
        return key


class Signature(NamedTuple):
    """One signature line: the key's name and id, and what the key wrote; the rules are held where a line is read."""

    name: str
    key_id: bytes
    signature: bytes

    # signed-note, Signatures: U+2014, space, key name, space, base64(key id || signature), newline
    def encode(self) -> str:
        """Write the line, its newline included."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line, given without its newline."""
        expect(line.startswith(_DASH), "a signature line does not begin with a dash and a space")
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        require_key_name(name)
        payload = parse_base64(encoded)
        expect(len(payload) > KEY_ID_SIZE, "a signature or its key id is too short")
        return cls(name, payload[:KEY_ID_SIZE], payload[KEY_ID_SIZE:])


class SignedNote(NamedTuple):
    """A text ending in a newline, and the lines of those who signed it; nothing in it is verified yet.

    The rules of the format are held where a note is read; writing one reads it back.
    """

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> str:
        """Write the note: text, blank line, signature lines.

        Raises:
            Invalid: when it could not be read back as itself, or passes the limits.
        """
        note = self.text + "\n" + "".join(signature.encode() for signature in self.signatures)
        expect(type(self).parse(note) == self, "a note would be read back as another one")
        return note

    @classmethod
    def parse(cls, source: bytes | str) -> Self:
        """Read a note; bytes are the safer source, as reading a file as text may change its line ends."""
        data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
        expect(len(data) <= MAX_NOTE_SIZE, f"a note is longer than {MAX_NOTE_SIZE} bytes")
        note = as_text(data)
        end = note.rfind("\n\n") + 1  # signed-note, Format: the last empty line separates
        expect(end, "a note has no blank line before its signatures")
        lines = lines_of(note[end + 1 :])
        expect(len(lines) <= MAX_SIGNATURES, f"a note has more than {MAX_SIGNATURES} signatures")
        return cls(note[:end], tuple(Signature.parse(line) for line in lines))

    def with_signatures(self, *signatures: Signature) -> Self:
        """Give the same note with *signatures* added below; no line stands there twice."""
        return type(self)(self.text, tuple(dict.fromkeys((*self.signatures, *signatures))))


class Signer(Protocol):
    """What can sign a note's text with one key, wherever that key lies."""

    @property
    def key(self) -> VerifierKey:
        """The public key."""

    @property
    def vkey(self) -> str:
        """The public key as text, for those who verify."""

    def sign(self, text: str) -> Signature:
        """Sign the text with its final newline, without the blank line after it."""


class NoteSigner:
    """Signs notes with Ed25519, type 0x01."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the key's *name* and its 32-byte seed (RFC 8032 section 5.1.5)."""
        if len(seed) != SEED_SIZE:
            raise Invalid("a seed is not 32 bytes long")
        self._private_key = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey.made(name, KeyType.ED25519, self._private_key.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The public key as text, for those who verify."""
        return self.key.encode()

    def sign(self, text: str) -> Signature:
        """Sign the text with its final newline, without the blank line after it."""
        lines_of(as_text(text))
        return Signature(self.key.name, self.key.key_id, self._private_key.sign(text.encode()))


def sign_note(text: str, *signers: Signer) -> SignedNote:
    """Sign *text* with every one of *signers*."""
    return SignedNote(text, tuple(signer.sign(text) for signer in signers))


def open_note(source: bytes | str, verifiers: Sequence["Verifier"]) -> SignedNote:
    """Give the note reduced to the signatures that *verifiers* know and that hold, at least one.

    Raises:
        Invalid: for a malformed note.
        NotVerified: when a line of a known key does not verify, or no known key has signed.
    """
    note = SignedNote.parse(source)
    verified = verified_signatures(note, verifiers)
    require(verified, "no known key has signed the note")  # signed-note, Signatures: MUST reject
    return SignedNote(note.text, tuple(verified.values()))


def verified_signatures(note: SignedNote, verifiers: Sequence["Verifier"]) -> dict[VerifierKey, Signature]:
    """Give the signatures of known keys, by key; one that does not verify refuses the note."""
    known = {(verifier.key.name, verifier.key.key_id): verifier for verifier in verifiers}
    expect(len(known) == len({verifier.key for verifier in verifiers}), "two different keys share one name and key id")
    verified: dict[VerifierKey, Signature] = {}
    for line in note.signatures:
        named = (line.name, line.key_id)
        if named in known:  # signed-note, Signatures: unknown keys MUST be ignored, even with a known name or id
            known[named].verify(note.text, line.signature)  # SHOULD reject the whole note: it raises
            verified.setdefault(known[named].key, line)
    return verified
