"""After a declared gap: the new log leads back to the old one, so a person's evidence goes on."""

import json
from datetime import UTC, datetime

from django.db import connections

from aboveboard.apps.accounts.actions import unlock
from aboveboard.apps.evidence.audit import audit
from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.gate.recovery import declare_gap
from tests.support.cell import Cell
from tests.support.evidence import checked, let_headquarters_look, own

TABLES = ("ledger_leaf", "ledger_head", "ledger_chain", "ledger_receipt")


def copy_of_ledger(tables=TABLES):
    """The ledger's rows as a backup would keep them."""
    kept = {}
    with connections["vault"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            kept[table] = cursor.fetchall()
    return kept


def put_back(kept):
    """Lay an older copy over the ledger."""
    with connections["vault"].cursor() as cursor:
        for table, rows in kept.items():
            cursor.execute(f"DELETE FROM {table}")
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def signatories(cell: Cell):
    """The two who declare a gap."""
    logins = ("signatory-cz", "signatory-cz-2")
    return [unlock(staff=cell.staff(login), passphrase=cell.sign_ins[login].passphrase) for login in logins]


def test_evidence_goes_on_after_a_declared_gap(cell: Cell, tmp_path):
    """Lines before, the grant they rest on, and lines after are one pack; the old pack stays valid."""
    person = cell.person()
    grant = let_headquarters_look(cell)
    cell.look([person], by="analyst-hq")
    cell.drain()
    own(cell, person, tmp_path / "before")
    kept = copy_of_ledger()
    cell.look([person], ["T01"])
    cell.drain()
    put_back(kept)
    assert "set-back" in {finding.code for finding in audit()}
    first, second = signatories(cell)
    declare_gap(proposer=first, signatory=second, now=datetime.now(UTC))
    cell.look([person], by="analyst-hq")
    cell.drain()
    assert [(line.log, line.number) for line in lines(person)][:2] == [(1, 0), (1, 1)]
    assert [line.log for line in lines(person)][2:] == [2] * (len(lines(person)) - 2)
    own(cell, person, tmp_path / "after")
    report = checked(tmp_path / "after")
    assert report.failures == ()
    assert any("2 looks of other entities" in sentence for sentence in report.proved)
    assert any("a gap was declared" in sentence for sentence in report.not_proved)
    acts = json.loads((tmp_path / "after" / "governance.json").read_text())["acts"]
    assert [act["id"] for act in acts] == [grant.hex()]
    assert checked(tmp_path / "before").holds
    assert audit() == []
