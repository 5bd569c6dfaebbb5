"""A mirror by itself: checked file by file, served again, one log a folder."""

from pathlib import Path

import pytest

from aboveboard.apps.mirror.checking import check
from aboveboard.apps.mirror.folder import make, open_mirror
from aboveboard.apps.mirror.keeping import Mirror
from aboveboard.core.errors import Conflict, Invalid, LedgerUnavailable, NotVerified
from aboveboard.core.tlog.note import NoteSigner
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from aboveboard.faces.mirror.application import Served
from tests.support.mirroring import KNOWS, fetch
from tests.support.published import Published


def test_a_changed_tile_of_its_own_accuses_nobody(log: Published, mirror: Mirror):
    """The mirror says that its own disk is at fault, and keeps no refusal against the log."""
    log.publish()
    fetch(mirror)
    tile = mirror.folder / "log" / "tile" / "0" / "001.p" / "51"
    tile.write_bytes(bytes(len(tile.read_bytes())))
    log.grow(1)
    log.publish()
    with pytest.raises(NotVerified, match="own disk"):
        fetch(mirror)
    assert mirror.memory.refusals() == []
    assert check(mirror).flaws == ("The file tile/0/001.p/51 is missing, or does not fit the entries.",)


def test_a_check_finds_each_file_that_was_changed(log: Published, mirror: Mirror):
    """Tiles, bundles, the checkpoint: one byte of any is noticed; an older checkpoint laid back as well."""
    log.publish(4)
    fetch(mirror)
    older = (mirror.folder / "log" / "checkpoint").read_bytes()
    log.publish()
    fetch(mirror)
    for name in ("checkpoint", "tile/0/000", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/51"):
        path = mirror.folder / "log" / name
        right = path.read_bytes()
        path.write_bytes(right[:30] + bytes([right[30] ^ 1]) + right[31:])
        assert not check(mirror).holds, name
        path.write_bytes(right)
    (mirror.folder / "log" / "checkpoint").write_bytes(older)
    assert "has shown 307 before" in check(mirror).flaws[0]
    fetch(mirror)
    assert check(mirror).holds


def test_a_log_that_cannot_be_reached_changes_nothing(log: Published, mirror: Mirror):
    """The sentence says so; what is held stays."""
    with pytest.raises(LedgerUnavailable, match="no checkpoint"):
        fetch(mirror)
    log.publish()
    with pytest.raises(LedgerUnavailable, match="cannot be fetched"):
        fetch(mirror, "http://127.0.0.1:1")


def test_two_fetches_at_once_are_one(mirror: Mirror, log: Published):
    """The second is told to wait; a mirror has one memory."""
    log.publish()
    with mirror._alone(), pytest.raises(Conflict, match="Another process"):
        fetch(mirror)
    fetch(mirror)


def test_a_folder_is_one_mirror_of_one_log(mirror: Mirror, tmp_path: Path):
    """A second in one folder would mix two logs; a file with several logs leaves open which."""
    with pytest.raises(Conflict):
        make(mirror.folder, KNOWS, "http://log.example")
    both = TrustPolicy((*KNOWS.logs, Log(NoteSigner("other.example", bytes(32)).key)), (), (), NO_QUORUM)
    with pytest.raises(Invalid, match="2 logs"):
        make(tmp_path / "new", both, "http://log.example")
    with pytest.raises(Invalid, match="mirror init"):
        open_mirror(tmp_path)


def test_what_it_serves_has_the_headers_of_a_log(log: Published, mirror: Mirror):
    """Types and caching as c2sp.org/tlog-tiles says; nothing else of the folder is shown."""
    log.publish()
    fetch(mirror)
    served = Served(mirror.tiles, KNOWS.encode())
    for path, status, kind, keep in (
        ("/checkpoint", 200, "text/plain; charset=utf-8", "public, max-age=1"),
        ("/trust", 200, "text/plain; charset=utf-8", "public, max-age=1"),
        ("/tile/0/000", 200, "application/octet-stream", "public, max-age=31536000, immutable"),
        ("/tile/entries/001.p/51", 200, "application/octet-stream", "public, max-age=31536000, immutable"),
        ("/tile/0/999", 404, "text/plain; charset=utf-8", "no-store"),
        ("/../mirror.sqlite3", 404, "text/plain; charset=utf-8", "no-store"),
        ("/keys", 404, "text/plain; charset=utf-8", "no-store"),
    ):
        for method in ("GET", "HEAD", "POST"):
            said, headers, body = answered(served, method, path)
            if method == "POST":
                assert said.startswith("405 ")
                continue
            assert (said[:3], headers["Content-Type"], headers["Cache-Control"]) == (str(status), kind, keep), path
            assert len(body) == (int(headers["Content-Length"]) if method == "GET" else 0)


def answered(served: Served, method: str, path: str) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of one answer."""
    heads: list[tuple[str, dict[str, str]]] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path}
    body = b"".join(served(environ, lambda said, told: heads.append((said, dict(told)))))
    return (*heads[0], body)
