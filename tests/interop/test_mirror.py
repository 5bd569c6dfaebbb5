"""A static mirror: what a server answers over HTTP, laid into a folder as it came, is a log that others can check."""

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.tiles import bundles_for, tiles_for
from tests.interop.logcheck import judged
from tests.support.cli import sample_home
from tests.support.serving import served

UNWANTED = {"set-cookie", "vary", "content-encoding", "content-language", "transfer-encoding"}
Answer = tuple[int, dict[str, str], bytes]


class Site:
    """A server on this machine, asked as a mirror asks."""

    def __init__(self, port: int, prefix: str) -> None:
        """Ask below *prefix*, over one connection that is kept."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._prefix = prefix
        self.close = self._connection.close

    def ask(self, method: str, path: str, **headers: str) -> Answer:
        """Status, headers and body of one answer."""
        self._connection.request(method, self._prefix + path, headers={"Host": "localhost", **headers})
        response = self._connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()

    def copy(self, folder: Path) -> Checkpoint:
        """Mirror the log as docs/how-to/publish-the-log.md says: checkpoint first, laid down last."""
        _, _, note = self.ask("GET", "checkpoint")
        checkpoint = Checkpoint.parse(SignedNote.parse(note).text)
        for tile in (*tiles_for(0, checkpoint.size), *bundles_for(0, checkpoint.size)):
            status, _, data = self.ask("GET", tile.path)
            assert status == 200, tile.path
            (folder / tile.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / tile.path).write_bytes(data)
        (folder / "checkpoint").write_bytes(note)
        return checkpoint


class Quiet(SimpleHTTPRequestHandler):
    """Python's own static server, which knows nothing of logs."""

    def log_message(self, *_words: object) -> None:
        """Say nothing on the terminal."""


@contextmanager
def static(folder: Path) -> Iterator[int]:
    """Serve *folder* as any web server does; the port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.slow
def test_a_mirror_of_a_mirror_is_still_the_log(logcheck: Path, tmp_path: Path):
    """Copied from the product's server, then from a plain web server: the same bytes, which Go's packages accept."""
    home = sample_home(tmp_path)
    home.take_in("Alena Vzorová")
    first, second = tmp_path / "first", tmp_path / "second"
    with served(home) as serving, closing(Site(serving.port, "/log/")) as site:
        vkey = site.ask("GET", "key")[2].decode().strip()
        checkpoint = site.copy(first)
        for path in ("checkpoint", f"tile/0/000.p/{checkpoint.size}", f"tile/entries/000.p/{checkpoint.size}"):
            _asked_as_a_mirror_asks(site, path)
        assert site.ask("GET", "tile/0/999")[0] == site.ask("HEAD", "tile/0/999")[0] == 404
        assert site.ask("POST", "checkpoint")[0] == 405
    with static(first) as port, closing(Site(port, "/")) as site:
        assert site.copy(second) == checkpoint
    for folder in (first, second):
        code, said = judged(logcheck, vkey, folder, first / "checkpoint")
        assert (code, f": {checkpoint.size} entries" in said) == (0, True), said


def _asked_as_a_mirror_asks(site: Site, path: str) -> None:
    """The file comes whole, with its length and nothing that tells one reader from another; HEAD says the same."""
    status, headers, body = site.ask("GET", path, Cookie="aboveboard_session=made-up", **{"Accept-Encoding": "gzip"})
    assert (status, headers["content-length"]) == (200, str(len(body))), path
    assert headers["cache-control"].startswith("public, max-age="), path
    assert not UNWANTED & set(headers), path
    status, of_head, nothing = site.ask("HEAD", path)
    assert (status, nothing) == (200, b""), path
    assert {**of_head, "date": ""} == {**headers, "date": ""}, path
