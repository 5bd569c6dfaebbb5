"""A range over a declared gap: the earlier log up to its lost lines, what was lost said aloud, nothing passed over."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections

from aboveboard.core import canonical
from aboveboard.core.verify.asked import Asked
from tests.integration.test_evidence_gap import copy_of_ledger, put_back, signatories
from tests.integration.test_evidence_ranges import opened, period
from tests.support.cell import Cell
from tests.support.evidence import checked

pytestmark = pytest.mark.database


def declare(cell: Cell) -> None:
    """Two signatories end the log that ran ahead."""
    from aboveboard.apps.gate.recovery import declare_gap

    first, second = signatories(cell)
    declare_gap(proposer=first, signatory=second, now=datetime.now(UTC))


@pytest.fixture
def person(cell: Cell) -> bytes:
    """Looked at twice before the copy was made, once after it, once in the log that follows."""
    person = cell.person()
    cell.look([person])
    cell.look([person], ["T01"])
    cell.drain()
    kept = copy_of_ledger()
    cell.look([person], ["T23"])
    cell.drain()
    put_back(kept)
    declare(cell)
    cell.look([person])
    cell.drain()
    return person


def lost_of(number: int) -> tuple[int, int]:
    """Which entries of a log were lost."""
    from aboveboard.apps.ledger.models import Gap

    gap = Gap.objects.get(number=number)
    return gap.kept, gap.size


def said(folder: Path) -> tuple[str, str]:
    """What the verifier says is proved, and what is not."""
    report = checked(folder)
    assert report.holds, report.failures
    return "\n".join(report.proved), "\n".join(report.not_proved)


def test_a_range_shows_the_earlier_log_and_says_what_was_lost(cell: Cell, person: bytes, tmp_path: Path):
    """Two looks of the earlier log and one of the present count; the lost entries are named, with day and signing."""
    found = opened(cell, period(country="CZ", purpose="customer-relationship"), tmp_path / "range")
    assert found.asked_for == 3
    kept, size = lost_of(1)
    proved, not_proved = said(found.folder)
    assert proved.startswith("3 looks were recorded as from CZ for the purpose customer-relationship between ")
    assert f", except {size - kept} lines lost with a declared gap." in proved.splitlines()[0]
    today = datetime.now(UTC).date()
    assert f"entries {kept} to {size - 1} were lost, as two signatories declared on {today}." in proved
    assert f"These are all {kept} lines from 0 to {kept - 1} of the log " in proved
    assert f"What entries {kept} to {size - 1} of the log " in not_proved
    assert "at the end of a log: only what was signed left a trace" in not_proved
    assert json.loads((found.folder / "former.json").read_text())["logs"] == [{"log": 1, "why": ""}]
    readme = (found.folder / "READ-ME.txt").read_text()
    assert "An earlier log" in readme
    assert "Dřívější protokol" in readme


def test_none_is_proved_over_the_gap_too(cell: Cell, person: bytes, tmp_path: Path):
    """No look as from the United States: in neither log, except the lost lines."""
    found = opened(cell, period(country="US"), tmp_path / "range")
    assert found.asked_for == 0
    proved, _ = said(found.folder)
    assert proved.startswith("No look was recorded as from US between ")
    assert " lost with a declared gap." in proved.splitlines()[0]
    written = b"".join(path.read_bytes() for path in found.folder.glob("*lines*.json"))
    assert person.hex().encode() not in written
    assert b"T01" not in written


def test_a_period_after_the_gap_needs_no_earlier_log(cell: Cell, person: bytes, tmp_path: Path):
    """The present log holds a line that is old enough; nothing of the other is opened."""
    now = datetime.now(UTC)
    later = Asked(now + timedelta(hours=2), now + timedelta(hours=3), country="US")
    from aboveboard.apps.evidence.ranges import ask_for_range, write_range
    from tests.support.evidence import officer

    given = {**officer(cell), "now": now + timedelta(hours=4)}
    overseen = ask_for_range(later, **given)
    cell.drain()
    found = write_range(later, overseen, tmp_path / "range", now=given["now"])
    assert not list(found.folder.glob("former*"))
    proved, not_proved = said(found.folder)
    assert "gap" not in proved
    assert "lost" not in not_proved


def test_an_earlier_log_whose_lines_are_not_held_any_more_is_named(cell: Cell, person: bytes, tmp_path: Path):
    """The file says so, the verifier says so, and the answer excepts it."""
    with connections["vault"].cursor() as cursor:
        cursor.execute("DELETE FROM ledger_formerleaf")
    found = opened(cell, period(country="CZ", purpose="customer-relationship"), tmp_path / "range")
    assert found.asked_for == 1
    proved, not_proved = said(found.folder)
    assert ", except what earlier logs of this cell hold (log 1)." in proved.splitlines()[0]
    assert (
        "What stood in log 1 of this cell, which ended with a declared gap: the company says that it does not hold"
        in (not_proved)
    )
    assert json.loads((found.folder / "former.json").read_text())["logs"] == [{"log": 1, "why": "no-lines"}]


def test_an_earlier_log_whose_files_are_gone_is_named(cell: Cell, person: bytes, tmp_path: Path):
    """Lines that nothing ties to the last head are not shown."""
    from aboveboard.apps.ledger.recovering import former_log_folder

    shutil.rmtree(former_log_folder(1))
    found = opened(cell, period(country="CZ"), tmp_path / "range")
    proved, not_proved = said(found.folder)
    assert "does not hold the files any more that tie its lines to its last head" in not_proved
    assert ", as its successor's first line says." in proved
    assert "That two signatories declared how the log" in not_proved


def test_two_gaps_are_gone_back_through_one_by_one(cell: Cell, person: bytes, tmp_path: Path):
    """Each log stands under the head that the next one names."""
    kept = copy_of_ledger()
    cell.look([person], ["T23"])
    cell.drain()
    put_back(kept)
    declare(cell)
    found = opened(cell, period(country="CZ", purpose="customer-relationship"), tmp_path / "range")
    assert found.asked_for == 3
    proved, _ = said(found.folder)
    total = sum(size - kept for kept, size in (lost_of(1), lost_of(2)))
    assert f", except {total} lines lost with a declared gap." in proved.splitlines()[0]
    assert proved.count("as two signatories declared on") == 2


def _less(files: dict[str, bytes]) -> None:
    lines = canonical.decode(files["former-1-lines-000.json"])
    span = canonical.decode(files["former-1-range.json"])
    files["former-1-lines-000.json"] = canonical.encode(lines[:-1])
    files["former-1-range.json"] = canonical.encode({**span, "end": span["end"] - 1})


def _other_act(files: dict[str, bytes]) -> None:
    declared = canonical.decode(files["declared.json"])
    declared["acts"][0]["body"]["lost_from"] += 1
    files["declared.json"] = canonical.encode(declared)


CHANGES = {
    "the earlier log is left out": lambda files: [files.pop(name) for name in list(files) if "former" in name],
    "its last line is left out": _less,
    "it is said to be lost": lambda files: files.update(
        {"former.json": canonical.encode({"format": "aboveboard-former/1", "logs": [{"log": 1, "why": "all-lost"}]})}
    ),
    "nothing names its head": lambda files: files.update(
        {"declared.json": canonical.encode({"acts": [], "lines": []})}
    ),
    "the act is another": _other_act,
    "a line was changed": lambda files: files.update(
        {"former-1-lines-000.json": files["former-1-lines-000.json"].replace(b'"CZ"', b'"DE"', 1)}
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_who_changes_or_hides_the_earlier_log_is_noticed(cell: Cell, person: bytes, tmp_path: Path, what: str):
    """Signed anew by the log itself: either a check fails, or the answer says what is missing from it."""
    from aboveboard.apps.evidence.pack import own_trust
    from aboveboard.apps.ledger.publishing import log_origin, log_signer
    from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
    from aboveboard.core.verify.ranges import verify_range

    found = opened(cell, period(country="CZ", purpose="customer-relationship"), tmp_path / "range")
    files = {path.name: path.read_bytes() for path in found.folder.iterdir() if path.name != MANIFEST}
    CHANGES[what](files)
    files[MANIFEST] = sign_manifest(log_origin(), files, log_signer(log_origin()))
    report = verify_range(files, own_trust())
    proved, not_proved = "\n".join(report.proved), "\n".join(report.not_proved)
    if what in ("the earlier log is left out", "it is said to be lost"):
        assert report.holds
        assert "except what earlier logs of this cell hold (log 1)." in proved
        assert "What stood in log 1 of this cell" in not_proved
    elif what == "the act is another":
        assert report.holds
        assert "That two signatories declared how the log" in not_proved
    else:
        assert {check.name for check in report.failures} & {"former", "inclusion"}
        assert report.proved == ()
