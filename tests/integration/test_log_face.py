"""The public log over HTTP: the very bytes that were published, for anybody, and nothing else from the disk."""

import pytest
from django.test import Client

from aboveboard.apps.ledger.publishing import log_folder
from aboveboard.apps.signin.models import User
from aboveboard.core.tlog.checkpoint import open_checkpoint
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.tiles import TILE_WIDTH, TileBuilder, bundles_for, read_bundle, tiles_for
from tests.support.cell import Cell

LEAF_SIZE = 98


@pytest.fixture
def log(cell: Cell, client: Client) -> Client:
    """A log with more than one tile in it."""
    cell.people([{"T01": f"Person {number}"} for number in range(TILE_WIDTH)])
    cell.drain()
    return client


def get(client: Client, path: str) -> bytes | None:
    """What stands under a path of the log; None where nothing does."""
    answer = client.get(f"/log/{path}")
    return answer.content if answer.status_code == 200 else None


def head(client: Client):
    """The checkpoint, verified under the key that is published beside it."""
    vkey = get(client, "key").decode().rstrip("\n")
    verifier = Verifier.from_vkey(vkey)
    return open_checkpoint(get(client, "checkpoint"), verifier, vkey.partition("+")[0])


def test_a_stranger_rebuilds_the_signed_root_from_what_is_served(log: Client):
    """Entry bundles, hash tiles, checkpoint and key, all over HTTP, are enough to check the whole log."""
    checkpoint = head(log)
    lines = [line for bundle in bundles_for(0, checkpoint.size) for line in read_bundle(lambda p: get(log, p), bundle)]
    assert len(lines) == checkpoint.size > TILE_WIDTH
    assert {len(line) for line in lines} == {LEAF_SIZE}
    growth = TileBuilder().extend(map(leaf_hash, lines))
    assert growth.root == checkpoint.root
    assert {tile.path for tile, _ in growth.tiles} == {tile.path for tile in tiles_for(0, checkpoint.size)}
    assert all(get(log, tile.path) == data for tile, data in growth.tiles)


FILES = ("checkpoint", "key", "trust", "tile/0/000", "tile/1/000.p/1", "tile/entries/000")


def test_the_files_say_what_they_are_and_how_long_they_hold(log: Client):
    """A checkpoint is text for a moment, a tile is bytes for good, and all may be read from any origin."""
    text, data = "text/plain; charset=utf-8", "application/octet-stream"
    for name in FILES:
        answer = log.get(f"/log/{name}")
        kind, kept = (data, "public, max-age=31536000, immutable") if "/" in name else (text, "public, max-age=1")
        assert answer.status_code == 200, name
        assert answer.headers["Content-Type"] == kind, name
        assert answer.headers["Cache-Control"] == kept, name
        assert answer.headers["Content-Length"] == str(len(answer.content)), name
        assert answer.headers["Access-Control-Allow-Origin"] == "*", name
        assert "Content-Encoding" not in answer.headers, name
    assert "Access-Control-Allow-Origin" not in log.get("/log/").headers


@pytest.mark.parametrize("name", [*FILES, "tile/0/999", "tile/0/000.p/7"])
def test_a_file_is_the_same_for_whoever_asks(log: Client, cell: Cell, name: str):
    """Signed in or not, in Czech or not, there or not: one answer, which a shared cache may hand to everybody."""
    stranger = log.get(f"/log/{name}")
    log.force_login(User.objects.get(login="seller-cz"))
    log.cookies["django_language"] = "cs"
    known = log.get(f"/log/{name}", headers={"Accept-Language": "cs", "Accept-Encoding": "gzip"})
    assert (stranger.status_code, stranger.content) == (known.status_code, known.content)
    assert stranger.headers == known.headers
    assert not known.cookies
    assert not {"Vary", "Set-Cookie", "Content-Language"} & set(known.headers)


def test_the_head_of_a_file_says_what_its_body_would(log: Client):
    """HEAD answers with the same words and lengths, and no bytes."""
    for name in (*FILES, "tile/0/999"):
        whole, head_only = log.get(f"/log/{name}"), log.head(f"/log/{name}")
        assert (head_only.status_code, head_only.headers) == (whole.status_code, whole.headers), name
        assert head_only.content == b""


def test_what_is_not_there_is_said_plainly_and_kept_by_nobody(log: Client):
    """A page in a browser that falls back from a partial tile can read the answer, and ask again a second later."""
    answer = log.get("/log/tile/0/000.p/7")
    assert (answer.status_code, answer.content) == (404, b"There is no such file in this log.\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_every_partial_tile_a_checkpoint_ever_needed_is_served(log: Client, cell: Cell):
    """A checkpoint somebody kept stays checkable: its partial tiles are there after the log has grown on."""
    earlier = head(log)
    cell.people([{"T01": "One More"}])
    cell.drain()
    assert head(log).size > earlier.size
    partial = [tile for tile in (*tiles_for(0, earlier.size), *bundles_for(0, earlier.size)) if tile != tile.full]
    assert {tile.level for tile in partial} == {-1, 0, 1}
    assert all(get(log, tile.path) for tile in partial)


def test_a_foreign_host_is_refused_here_too(log: Client):
    """A name that is not ours gets no file under it."""
    assert log.get("/log/checkpoint", headers={"Host": "evil.example"}).status_code == 400


def test_a_file_that_cannot_be_read_is_our_fault_and_said_so(log: Client):
    """A disk that fails is no missing tile: whoever mirrors must not take it for one."""
    path = log_folder() / "tile/0/000"
    path.unlink()
    path.mkdir()
    log.raise_request_exception = False
    assert log.get("/log/tile/0/000").status_code == 500


@pytest.mark.parametrize(
    "path",
    [
        "tile/../checkpoint",
        "tile/..%2f..%2fkeys.sqlite3",
        "tile/0/../../../cell.sqlite3",
        "tile/%2e%2e/%2e%2e/keys.sqlite3",
        "tile//etc/passwd",
        "tile/00/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000/",
        "tile/64/000",
        "tile/0/x001/000",
        "tile/entries/999",
        "tile/0/000%00",
        "checkpoint/",
        "sequencer.lock",
    ],
)
def test_no_path_leads_out_of_the_log_or_to_a_second_spelling(log: Client, path: str):
    """Whatever is not the one spelling of a tile that exists is not there."""
    assert log.get(f"/log/{path}").status_code == 404


def test_nothing_but_reading_is_known(log: Client):
    """The log cannot be written over HTTP."""
    for path in ("checkpoint", "key", "tile/0/000", ""):
        assert log.post(f"/log/{path}").status_code == 405


def test_no_database_is_asked_for_a_file(log: Client, django_assert_num_queries):
    """Whoever mirrors the log costs the cell nothing."""
    log.force_login(User.objects.get(login="seller-cz"))
    for alias in ("default", "vault"):
        with django_assert_num_queries(0, using=alias):
            assert {log.get(f"/log/{path}").status_code for path in ("checkpoint", "tile/entries/000", "key")} == {200}


def test_the_page_says_how_large_the_log_is_and_what_it_does_not_prove(log: Client):
    """A person finds size, checkpoint, the way to verify, and the limits."""
    page = log.get("/log/").content.decode()
    assert str(head(log).size) in page
    assert get(log, "checkpoint").decode() in page.replace("&#x27;", "'")
    assert "What it does not prove" in page
    assert "aboveboard verify" in page


def test_a_log_without_a_checkpoint_has_a_page_and_no_files(log: Client):
    """Before the first signature there is nothing to serve, and the page says so."""
    (log_folder() / "checkpoint").unlink()
    assert log.get("/log/checkpoint").status_code == 404
    assert log.get("/log/key").status_code == 404
    assert "Nothing is signed yet" in log.get("/log/").content.decode()


def test_a_checkpoint_that_somebody_changed_is_not_presented_as_ours(log: Client):
    """The page checks the signature before it shows a size."""
    path = log_folder() / "checkpoint"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[1] = str(int(lines[1]) + 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    assert log.get("/log/").status_code == 422
