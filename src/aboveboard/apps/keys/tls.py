"""The line between a key service and a client on another machine: TLS 1.3, each side known by its pinned certificate.

No public authority counts, no name is looked at, nothing is resumed: a certificate that is not pinned on the other side
opens no line, and one that is unpinned or expires ends the line at the next question.
"""

import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aboveboard.apps.keys import certificates
from aboveboard.apps.keys.address import Network
from aboveboard.apps.keys.certificates import Side
from aboveboard.core.errors import KeyUnavailable

NO_PIN = "No certificate of the key service is pinned here; pin it with `aboveboard key pin`."
OWN_EXPIRED = (
    "This side's certificate for the key service has expired. Make a new pair (`aboveboard key pair --renew`), pin it"
    " on the other side, then `aboveboard key pair --switch`."
)
NAME_UNKNOWN = "The host that ABOVEBOARD_KEY_SERVICE names cannot be found from here: no such name, or no name service."
UNREACHED = (
    "The key service cannot be reached where ABOVEBOARD_KEY_SERVICE says. Start it there (`aboveboard key serve`), or"
    " look at what lies between."
)
LATE = "The key service does not answer in time."
THEIRS_EXPIRED = (
    "The key service's certificate has expired. Make a new pair there (`aboveboard key pair --renew`, then `--switch`)"
    " and pin it here."
)
THEIRS_EARLY = "The key service's certificate does not hold yet: the clocks of the two machines differ."
NOT_PINNED = "Whoever answers as the key service shows a certificate that is not pinned here, so it is told nothing."
TURNED_AWAY = (
    "The key service does not know this machine's certificate. Pin it there (`aboveboard key pin`) by the fingerprint"
    " that `aboveboard key pair` says here."
)
TOLD_EXPIRED = "The key service says that this machine's certificate has expired, or does not hold yet by its clock."
NO_TLS = "What answers as the key service does not speak TLS 1.3."
BROKEN_OFF = "The key service broke off before it had greeted; its diagnostics say why."
LINGER_S = 1.0
_HAS_EXPIRED, _NOT_YET = 10, 9
_KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))


@dataclass(frozen=True, slots=True)
class Papers:
    """What one side shows, and whom it believes."""

    folder: Path
    side: Side

    def context(self, *, serving: bool) -> ssl.SSLContext:
        """Make the settings of a line from what lies in the folder now.

        Raises:
            KeyUnavailable: when this side has no pair, or it has expired, nobody is pinned who could answer, or a
            file of these is spoilt.
        """
        mine = certificates.own(self.folder)
        if mine.has_expired(datetime.now(UTC)):
            raise KeyUnavailable(OWN_EXPIRED, code="key_unavailable.expired")
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if serving else ssl.PROTOCOL_TLS_CLIENT)
        made.minimum_version = ssl.TLSVersion.TLSv1_3
        made.check_hostname = False
        made.verify_mode = ssl.CERT_REQUIRED
        # A pinned certificate is believed by itself, whoever signed it.
        made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        if serving:
            made.num_tickets = 0
        try:
            made.load_cert_chain(self.folder / f"{certificates.OWN}.pem")
        except OSError:
            raise KeyUnavailable(certificates.SPOILT, code="key_unavailable.spoilt") from None
        believed = self._believed(mine.pem, serving=serving)
        if not believed:
            raise KeyUnavailable(NO_PIN, code="key_unavailable.no-pin")
        made.load_verify_locations(cadata="".join(believed))
        return made

    def believes(self, fingerprint: str, until: datetime, *, serving: bool) -> bool:
        """Tell whether somebody who showed that certificate is believed at this moment."""
        if datetime.now(UTC) > until:
            return False
        if (serving or self.side is Side.CLIENT) and certificates.is_pinned(self.folder, fingerprint):
            return True
        return self.side is Side.SERVICE and fingerprint == certificates.own(self.folder).fingerprint

    def _believed(self, mine: str, *, serving: bool) -> list[str]:
        # Commands on the machine of the keys show the service's own certificate, and believe that one alone.
        itself = [mine] if self.side is Side.SERVICE else []
        others = certificates.pinned(self.folder) if serving or self.side is Side.CLIENT else []
        return itself + [one.pem for one in others]


@dataclass(frozen=True, slots=True)
class Secured:
    """A line that stands, and whom it leads to."""

    connection: ssl.SSLSocket
    papers: Papers
    fingerprint: str
    until: datetime
    serving: bool

    def holds(self) -> bool:
        """Tell whether the other side's certificate still counts."""
        return self.papers.believes(self.fingerprint, self.until, serving=self.serving)


def dial(address: Network, papers: Papers, seconds: float) -> Secured:
    """Open a line to the service at *address*; name and handshake together take so many seconds at most.

    Raises:
        KeyUnavailable: with a sentence that says what is wrong on which side.
    """
    context, end = papers.context(serving=False), time.monotonic() + seconds
    try:
        bare = socket.create_connection(address, seconds)
    except socket.gaierror:
        raise KeyUnavailable(NAME_UNKNOWN, code="key_unavailable.name") from None
    except TimeoutError:
        raise KeyUnavailable(LATE, code="key_unavailable.late") from None
    except OSError:
        raise KeyUnavailable(UNREACHED, code="key_unavailable.unreached") from None
    try:
        return secured(bare, context, papers, end=end, serving=False)
    except OSError as error:
        raise trouble(error) from None


def secured(bare: socket.socket, context: ssl.SSLContext, papers: Papers, *, end: float, serving: bool) -> Secured:
    """Make a line of a connection before the moment *end* of the monotonic clock; it is closed where that fails.

    Raises:
        OSError: as `ssl` tells it.
        KeyUnavailable: when the other side is not (any more) believed.
    """
    keep_alive(bare)
    try:
        line = context.wrap_socket(bare, server_side=serving, do_handshake_on_connect=False)
    except BaseException:
        bare.close()
        raise
    try:
        line.settimeout(max(0.001, end - time.monotonic()))
        line.do_handshake()
        return _known(line, papers, serving=serving)
    except BaseException:
        _hang_up(line)
        raise


def _known(line: ssl.SSLSocket, papers: Papers, *, serving: bool) -> Secured:
    # The handshake wanted a certificate; that it is one of those pinned now is looked at by its fingerprint.
    shown = line.getpeercert(binary_form=True) or b""
    made = Secured(line, papers, certificates.fingerprint_of(shown), certificates.until_of(shown), serving=serving)
    if not made.holds():
        raise KeyUnavailable(NOT_PINNED, code="key_unavailable.not-pinned")
    return made


def trouble(error: OSError) -> KeyUnavailable:
    """Say in a sentence why a line to the service did not come about."""
    if isinstance(error, TimeoutError):
        return KeyUnavailable(LATE, code="key_unavailable.late")
    if isinstance(error, ssl.SSLCertVerificationError):
        told = {_HAS_EXPIRED: (THEIRS_EXPIRED, "expired"), _NOT_YET: (THEIRS_EARLY, "early")}
        sentence, word = told.get(error.verify_code, (NOT_PINNED, "not-pinned"))
        return KeyUnavailable(sentence, code=f"key_unavailable.{word}")
    reason = (error.reason or "") if isinstance(error, ssl.SSLError) else None
    if reason is None or isinstance(error, ssl.SSLEOFError):
        return KeyUnavailable(BROKEN_OFF, code="key_unavailable.broken-off")
    if "ALERT" in reason:
        sentence, word = (TOLD_EXPIRED, "expired") if "EXPIRED" in reason else (TURNED_AWAY, "turned-away")
        return KeyUnavailable(sentence, code=f"key_unavailable.{word}")
    return KeyUnavailable(NO_TLS, code="key_unavailable.no-tls")


def keep_alive(connection: socket.socket) -> None:
    """Have the system notice a machine that has gone, and small messages leave at once."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, seconds in _KEEPALIVE:
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), seconds)


def _hang_up(line: ssl.SSLSocket) -> None:
    """Close past TLS, once the other side has had a moment to read the alert that says why."""
    end = time.monotonic() + LINGER_S
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_WR)
        # What it sent in the meantime would turn the close into a reset, and the alert would be lost.
        while (left := end - time.monotonic()) > 0:
            line.settimeout(left)
            if not socket.socket.recv(line, 1 << 16):
                break
    line.close()
