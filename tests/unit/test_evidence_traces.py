"""Searching files for a marked value: plain, folded, encoded or compressed, it is found; what is sealed is not."""

import base64
import bz2
import gzip
import lzma
import os
import sqlite3
import zipfile
import zlib
from contextlib import closing

import pytest

from aboveboard.apps.evidence.traces import search_files_for
from aboveboard.core.envelope.seal import seal
from aboveboard.core.errors import Invalid

MARKED = "Žofie Markovaná"

WAYS = {
    "plain": MARKED.encode(),
    "upper": MARKED.upper().encode(),
    "lower": MARKED.lower().encode(),
    "folded": b"zofie markovana",
    "utf-16-le": MARKED.encode("utf-16-le"),
    "utf-16-be": MARKED.encode("utf-16-be"),
    "cp1250": MARKED.encode("cp1250"),
    "hexadecimal": MARKED.encode().hex().encode(),
    "hexadecimal upper": MARKED.encode().hex().upper().encode(),
    "percent": b"%C5%BDofie%20Markovan%C3%A1",
    "json": b'"\\u017dofie Markovan\\u00e1"',
    "quoted-printable": b"=C5=BDofie Markovan=C3=A1",
    "base64": base64.b64encode(MARKED.encode()),
    "base64 shifted once": base64.b64encode(b"a" + MARKED.encode() + b"tail"),
    "base64 shifted twice": base64.b64encode(b"ab" + MARKED.encode() + b"tail"),
    "base64 for addresses": base64.urlsafe_b64encode(b"?>" + MARKED.encode()),
    "gzip": gzip.compress(MARKED.encode()),
    "zlib": zlib.compress(MARKED.encode() * 3, 1),
    "bzip2": bz2.compress(MARKED.encode()),
    "xz": lzma.compress(MARKED.encode()),
    "gzip in gzip": gzip.compress(gzip.compress(MARKED.encode())),
    "base64 in gzip": gzip.compress(base64.b64encode(MARKED.encode())),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_marked_value_is_found_however_it_is_written(tmp_path, way):
    """It lies in the middle of other bytes."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file.bin").write_bytes(os.urandom(500) + WAYS[way] + os.urandom(500))
    found = search_files_for(MARKED, [tmp_path])
    assert {one.path for one in found} == {tmp_path / "deep" / "file.bin"}
    assert {one.offset for one in found} & set(range(490, 512))


def test_a_value_in_an_archive_or_a_database_is_found(tmp_path):
    """Zip archives and SQLite files are looked into."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", f"name\n{MARKED}\n" * 20)
    with closing(sqlite3.connect(tmp_path / "a.sqlite3")) as database:
        database.execute("CREATE TABLE t (x TEXT)")
        database.execute("INSERT INTO t VALUES (?)", [MARKED])
        database.commit()
    assert {one.path.name for one in search_files_for(MARKED, [tmp_path])} == {"a.zip", "a.sqlite3"}


def test_what_is_sealed_is_not_found(tmp_path):
    """A sealed value leaves no trace of itself."""
    (tmp_path / "sealed").write_bytes(seal(os.urandom(32), MARKED.encode(), b"place"))
    assert search_files_for([MARKED, "Somebody Else"], [tmp_path]) == []


def test_a_value_across_the_edge_of_two_readings_is_found_once(tmp_path, monkeypatch):
    """Large files are read in parts that overlap."""
    from aboveboard.apps.evidence import traces

    monkeypatch.setattr(traces, "_CHUNK", 5000)
    monkeypatch.setattr(traces, "_OVERLAP", 200)
    (tmp_path / "file").write_bytes(b"." * 4995 + MARKED.encode() + b"." * 6000)
    assert [(one.offset, one.form) for one in search_files_for(MARKED, [tmp_path / "file"])] == [(4995, "plain")]


def test_a_value_too_short_to_mean_anything_is_refused(tmp_path):
    """Three letters lie in every file by chance."""
    with pytest.raises(Invalid):
        search_files_for("Ann", [tmp_path])


def test_what_is_found_does_not_repeat_the_value(tmp_path):
    """A report may be shown to anybody."""
    (tmp_path / "file").write_bytes(MARKED.encode())
    assert MARKED not in repr(search_files_for(MARKED, [tmp_path]))
