"""The certificates of a key service and its clients: each side makes its own, and pins those of the other by hand.

    own.pem             private key (Ed25519, PKCS 8) and certificate, mode 0600, in one file: they change together
    own.crt             the certificate alone, to be carried to the other side
    coming.pem, .crt    the next pair, made before the present one ends; not shown to anybody until it takes its place
    pins/<hex>.pem      a certificate of the other side, by its fingerprint: SHA-256 over its DER form

No authority vouches for anybody: a certificate counts because it lies among the pins, and for nothing else.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from aboveboard.apps.files.durable import sync_folder
from aboveboard.core.errors import Conflict, Invalid, KeyUnavailable

OWN, COMING, PINS = "own", "coming", "pins"
DAYS = 730
LONGEST_FILE = 16 * 1024
EARLIER = timedelta(hours=1)
"""A certificate holds from so long before it is made, because clocks differ."""
NO_PAIR = "This side has no certificate for the key service yet; make one with `aboveboard key pair`."
SPOILT = (
    "The pair of key and certificate for the key service cannot be read here. Lay its file back, or delete own.pem and"
    " make a new pair (`aboveboard key pair`), which the other side has to pin."
)
SPOILT_PIN = (
    "A pinned certificate of the key service's other side cannot be read here. Delete its file under pins and pin it"
    " again (`aboveboard key pin`)."
)
_HEX = re.compile(r"[0-9a-f]{64}")


class Side(StrEnum):
    """Which end of the line a certificate is for."""

    SERVICE = "service"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, as far as anybody is told of it."""

    fingerprint: str
    until: datetime
    pem: str

    @classmethod
    def read(cls, data: bytes) -> "Certificate":
        """Read the first certificate of a PEM file.

        Raises:
            Invalid: where there is none.
        """
        try:
            found = x509.load_pem_x509_certificate(data)
        except ValueError:
            raise Invalid("This file is not a certificate in PEM form.") from None
        pem = found.public_bytes(Encoding.PEM).decode("ascii")
        return cls(found.fingerprint(SHA256()).hex(), found.not_valid_after_utc, pem)

    @property
    def spelled(self) -> str:
        """The fingerprint as people compare it, and as OpenSSL prints it."""
        return ":".join(re.findall("..", self.fingerprint.upper()))

    def has_expired(self, now: datetime) -> bool:
        """Tell whether it holds no more."""
        return now > self.until


def fingerprint_of(der: bytes) -> str:
    """Give the fingerprint of a certificate in DER form."""
    return x509.load_der_x509_certificate(der).fingerprint(SHA256()).hex()


def until_of(der: bytes) -> datetime:
    """Give the moment at which a certificate in DER form ends."""
    return x509.load_der_x509_certificate(der).not_valid_after_utc


def make_pair(folder: Path, side: Side, cell: str, now: datetime, days: int = DAYS, name: str = OWN) -> Certificate:
    """Make a private key and its certificate as *name* in *folder*.

    Raises:
        Conflict: when there is one; nothing is overwritten.
    """
    path = folder / f"{name}.pem"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        raise Conflict("A pair of that kind lies there already; it is not overwritten.")
    key = Ed25519PrivateKey.generate()
    made = _certified(key, side, cell, now, days).public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # The certificate alone lies there first: whoever finds a pair finds what is to be carried to the other side.
    _write_over(folder / f"{name}.crt", made)
    _write_new(path, private + made)
    return Certificate.read(made)


def own(folder: Path) -> Certificate:
    """Give the certificate of this side.

    Raises:
        KeyUnavailable: when there is none, or it cannot be read.
    """
    found = _of_pair(folder, OWN)
    if found is None:
        raise KeyUnavailable(NO_PAIR, code="key_unavailable.no-pair")
    return found


def coming(folder: Path) -> Certificate | None:
    """Give the certificate that is to follow, where one was made."""
    return _of_pair(folder, COMING)


def switch(folder: Path) -> Certificate:
    """Let the coming pair take the place of the present one, for connections made from now on.

    Raises:
        Conflict: when none was made.
    """
    made = coming(folder)
    if made is None:
        raise Conflict("No pair was made to follow; `aboveboard key pair --renew` makes one.")
    # Key and certificate change in one step. A crash behind it leaves the old own.crt, which nothing here reads.
    (folder / f"{COMING}.pem").replace(folder / f"{OWN}.pem")
    (folder / f"{COMING}.crt").replace(folder / f"{OWN}.crt")
    sync_folder(folder)
    return made


def pin(folder: Path, data: bytes, told: str) -> Certificate:
    """Pin a certificate of the other side, whose fingerprint was *told* in another way than the file came.

    Raises:
        Invalid: when the file is none, or its fingerprint is another one.
        Conflict: when it is this side's own.
    """
    found = Certificate.read(data)
    if found.fingerprint != digits(told):
        raise Invalid("The certificate's fingerprint is not the one that was told; nothing is pinned.")
    mine = _of_pair(folder, OWN)
    if mine is not None and mine.fingerprint == found.fingerprint:
        raise Conflict("That is this side's own certificate; pin the one of the other side.")
    (folder / PINS).mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_over(_pin_path(folder, found.fingerprint), found.pem.encode("ascii"))
    return found


def unpin(folder: Path, told: str) -> str:
    """Take a pin away; open connections of whoever it stood for end with their next question.

    Raises:
        Conflict: when there is no such pin.
    """
    fingerprint = digits(told)
    try:
        _pin_path(folder, fingerprint).unlink()
    except FileNotFoundError:
        raise Conflict("No certificate with that fingerprint is pinned here.") from None
    sync_folder(folder / PINS)
    return fingerprint


def pinned(folder: Path) -> list[Certificate]:
    """Give every certificate that is pinned.

    Raises:
        KeyUnavailable: when one cannot be read; which of them is not guessed.
    """
    try:
        return [Certificate.read(path.read_bytes()) for path in sorted((folder / PINS).glob("*.pem"))]
    except (OSError, Invalid):
        raise KeyUnavailable(SPOILT_PIN, code="key_unavailable.spoilt") from None


def is_pinned(folder: Path, fingerprint: str) -> bool:
    """Tell whether a certificate is pinned at this moment."""
    return _pin_path(folder, fingerprint).is_file()


def digits(told: str) -> str:
    """Read a fingerprint in any spelling: with colons or without, large or small letters.

    Raises:
        Invalid: when it is none.
    """
    found = re.sub(r"[:\s]", "", told).lower().removeprefix("sha256")
    if _HEX.fullmatch(found) is None:
        raise Invalid("A fingerprint is SHA-256: 64 hexadecimal digits, with colons or without.")
    return found


def _pin_path(folder: Path, fingerprint: str) -> Path:
    return folder / PINS / f"{fingerprint}.pem"


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that its owner alone can read, durably; FileExistsError where there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _write_over(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, whole."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    _write_new(beside, data)
    beside.replace(path)
    sync_folder(path.parent)


def _of_pair(folder: Path, name: str) -> Certificate | None:
    path = folder / f"{name}.pem"
    try:
        return Certificate.read(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, Invalid):
        raise KeyUnavailable(SPOILT, code="key_unavailable.spoilt") from None


def _certified(key: Ed25519PrivateKey, side: Side, cell: str, now: datetime, days: int) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"aboveboard key {side.value} {cell}")])
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
    if side is Side.SERVICE:
        # Commands on the machine of the keys speak to the service under its own certificate.
        uses.append(ExtendedKeyUsageOID.SERVER_AUTH)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before((now - EARLIER).astimezone(UTC))
        .not_valid_after((now + timedelta(days=days)).astimezone(UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, None)
    )
