"""Logs that grow, fork and go back, and the requests they send to a witness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from aboveboard.core.tlog.merkle import consistency_proof
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from aboveboard.core.tlog.witness import AddCheckpoint
from aboveboard.faces.witness.application import Reply, Witness
from tests.support.tlog import LOG, checkpoint_over, leaves_of, subtree_of

KNOWS_THE_LOG = TrustPolicy((Log(LOG.key),), (), (), NO_QUORUM)


@dataclass
class History:
    """A log's leaves; another *salt* from *at* on is another history of the same log."""

    leaves: Sequence[bytes] = field(default_factory=lambda: leaves_of(60))

    def fork(self, at: int) -> "History":
        """A history with the same first *at* leaves and others behind them."""
        return History([*self.leaves[:at], *leaves_of(len(self.leaves) - at, salt="other")])

    def note(self, size: int) -> SignedNote:
        """The checkpoint the log signs over its first *size* leaves."""
        return checkpoint_over(self.leaves[:size])

    def request(self, old: int, size: int) -> AddCheckpoint:
        """What the log sends to a witness that has seen *old* leaves."""
        proof = consistency_proof(old, size, subtree_of(self.leaves[:size])) if old <= size else []
        return AddCheckpoint(old, tuple(proof), self.note(size).encode())


def post(witness: Witness, body: bytes, path: str = "/add-checkpoint") -> Reply:
    """What *witness* replies to a request's body."""
    return witness.reply(environ("POST", path, body))


def get(witness: Witness, path: str) -> Reply:
    """What *witness* replies to whoever fetches *path*."""
    return witness.reply(environ("GET", path))


def environ(method: str, path: str, body: bytes = b"") -> Mapping[str, Any]:
    """A request as a WSGI server hands it on."""
    return {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": BytesIO(body)}
