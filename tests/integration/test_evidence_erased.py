"""After an erasure: the certificate proves it, names what still lives, and nothing opens any more."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from aboveboard.apps.evidence.certificate import (
    certificate_of,
    closing,
    erased_on,
    require_not_erased,
    write_certificate,
)
from aboveboard.apps.gate import deeds
from aboveboard.apps.ledger.key_copies import copy_key_store
from aboveboard.apps.vault.models import Person
from aboveboard.core.errors import Conflict, Shredded
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.proof import TlogProof, verify_tlog_proof
from tests.support.cell import CONTACT, OVERSIGHT, Cell
from tests.support.evidence import checked


def erase(cell: Cell, person: bytes):
    """Erase somebody as the officer would have it done."""
    return deeds.erase(cell.question("erase", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT), person)


@pytest.mark.parametrize("forgotten", [False, True])
def test_the_certificate_proves_the_erasure_and_names_living_copies(cell: Cell, tmp_path, forgotten):
    """Even after K_log is gone from the store: whoever erased still held it, and the stranger says yes."""
    person = cell.person()
    cell.drain()
    now = datetime.now(UTC)
    copy = copy_key_store(tmp_path / "keys.copy", now)
    held = closing(person)
    erase(cell, person)
    cell.drain()
    if forgotten:
        deeds.finish_erasures()
    certificate = write_certificate(held, tmp_path / "pack", now=now)
    assert [one.id for one in certificate.copies] == [copy.id]
    assert certificate.final_on == (now + timedelta(days=30)).date()
    report = checked(tmp_path / "pack")
    assert report.failures == ()
    assert any("keys were shredded" in sentence for sentence in report.proved)
    told = json.loads((tmp_path / "pack" / "certificate.json").read_text())
    assert (told["entry"], told["index"]) == (certificate.entry_hash.hex(), certificate.index)
    assert [one["expires_on"] for one in told["key_copies"]] == [copy.expires_on.isoformat()]


def test_the_certificate_can_be_had_by_its_entry_alone(cell: Cell):
    """Whoever knows the entry finds its place, with a proof that any C2SP tool checks."""
    from aboveboard.apps.evidence.pack import own_trust
    from aboveboard.apps.ledger.publishing import stored_leaves

    person = cell.person()
    cell.drain()
    erase(cell, person)
    row = Person.objects.get(pk=person)
    entry, erased_at = bytes(row.erase_entry), row.erased_at
    waiting = certificate_of(entry, erased_at, datetime.now(UTC))
    assert (waiting.index, waiting.proof, waiting.copies, waiting.final_on) == (None, "", (), None)
    cell.drain()
    deeds.finish_erasures()
    certificate = certificate_of(entry, erased_at, datetime.now(UTC))
    (leaf,) = stored_leaves(certificate.index, certificate.index + 1)
    verify_tlog_proof(TlogProof.parse(certificate.proof), leaf_hash(leaf), own_trust())


def test_no_certificate_without_an_erasure(cell: Cell, tmp_path):
    """Nobody is certified gone who is there."""
    person = cell.person()
    held = closing(person)
    with pytest.raises(Conflict):
        write_certificate(held, tmp_path / "pack", now=datetime.now(UTC))


def test_the_certificate_waits_for_the_signature(cell: Cell, tmp_path):
    """Before the erase line is signed there is nothing to prove."""
    person = cell.person()
    cell.drain()
    held = closing(person)
    erase(cell, person)
    with pytest.raises(Conflict, match="not signed yet"):
        write_certificate(held, tmp_path / "pack", now=datetime.now(UTC))
    assert not (tmp_path / "pack").exists()


def test_the_key_is_not_shown_where_a_closing_is_printed(cell: Cell):
    """A value in a log line must not tell the key."""
    held = closing(cell.person())
    assert held.log_key.hex() not in repr(held)
    assert "log_key" not in repr(held)


def test_an_erased_person_is_told_gone_with_the_day(cell: Cell):
    """The page says when, and nothing else."""
    person = cell.person()
    assert erased_on(person) is None
    require_not_erased(person)
    erase(cell, person)
    assert erased_on(person) == datetime.now(UTC).date()
    with pytest.raises(Shredded):
        require_not_erased(person)
    cell.drain()
    deeds.finish_erasures()
    with pytest.raises(Shredded):
        closing(person)
