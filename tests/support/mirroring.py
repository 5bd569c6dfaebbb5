"""Fetching into a mirror, and what it then shows or refuses."""

import pytest

from aboveboard.apps.mirror.keeping import Fetched, Mirror, Refused
from aboveboard.apps.mirror.memory import Kind
from aboveboard.apps.mirror.source import Source
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from tests.support.tlog import LOG

KNOWS = TrustPolicy((Log(LOG.key),), (), (), NO_QUORUM)


def fetch(mirror: Mirror, url: str = "") -> Fetched:
    """Fetch once, from the log or from elsewhere."""
    with Source(url or mirror.trust.logs[0].url) as source:
        return mirror.fetch(source)


def shown(mirror: Mirror) -> SignedNote:
    """The checkpoint that the mirror serves."""
    return SignedNote.parse((mirror.folder / "log" / "checkpoint").read_bytes())


def size_shown(mirror: Mirror) -> int:
    """How many entries it is over."""
    return Checkpoint.parse(shown(mirror).text).size


def refused(mirror: Mirror, url: str = "") -> tuple[Kind, str]:
    """Fetch, and give the kind and the sentence of the refusal that was kept last."""
    with pytest.raises(Refused):
        fetch(mirror, url)
    last = mirror.memory.refusals()[-1]
    return last.kind, last.sentence
