"""Last packs: the certificate of an erasure, and lines of a log that ended with a declared gap."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from aboveboard.core.entries.entry import Entry, EntryKind
from tests.support.packs import (
    NOW,
    PERSON,
    SELLER,
    Draft,
    SmallLog,
    again,
    draft,
    failed,
    governance_entry,
    look,
)


def erased(**certificate: str) -> tuple[Draft, SmallLog]:
    """The person's last pack: nothing held, the erase line last, and the certificate."""
    made, log = draft()
    entry = look(NOW + timedelta(days=2), kind=EntryKind.ERASE, operation="erase", categories=())
    made.entries.append({"index": log.add(entry)})
    again(made, log, [])
    made.evidence |= {"facts": [], "recordings": []}
    made.extra = {"certificate.json": {"entry": hashlib.sha256(entry.encode()).hexdigest(), **certificate}}
    return made, log


def test_a_certificate_of_erasure_holds():
    """The last line says that the keys are gone, under the entry that the certificate names."""
    report = erased()[0].verified()
    assert report.holds
    assert any("keys were shredded" in sentence for sentence in report.proved)
    assert any("backups of the key store" in sentence for sentence in report.not_proved)


def test_a_certificate_of_another_entry_is_found():
    """The certificate names the entry that says so."""
    assert failed(erased(entry="00" * 32)[0].verified()) == {"certificate"}


def test_a_certificate_that_still_shows_facts_is_found():
    """After an erasure nothing is held."""
    made, _ = erased()
    made.evidence["facts"] = [{"id": "00" * 16, "category": "T01", "value": "x"}]
    assert failed(made.verified()) == {"certificate"}


def test_a_release_after_the_erasure_is_found():
    """Nothing may be released of somebody who was erased."""
    made, log = erased()
    made.entries.append({"index": log.add(look(NOW + timedelta(days=3)))})
    again(made, log, [])
    assert failed(made.verified()) == {"certificate"}


def test_a_certificate_of_another_form_is_found():
    """A certificate is read as strictly as everything else."""
    assert failed(erased(entry="gone")[0].verified()) == {"form"}


# A second log, after a declared gap


def after_gap() -> Draft:
    """The person's lines in the log that ended and in the one that followed on it."""
    made, log = draft()
    later = SmallLog(number=2)
    first = Entry(
        kind=EntryKind.CELL, at=NOW, operation="log.opened", actor=SELLER, role="system", entity="", country="ZZ",
        established="unknown", purpose="governance", verdict="permit",
        body={"number": 1, "last_size": len(log.leaves), "last_root": log.checkpoint().root.hex()},
    )  # fmt: skip
    later.add(first)
    later.fill(3)
    index = later.add(look(NOW + timedelta(days=1)))
    made.index = later.end()
    made.entries.append(later.line(index))
    made.governance["lines"].append(later.line(0, person=False))
    made.evidence |= {"log": 2, "label_keys": {"1": PERSON.label.hex(), "2": later.person.label.hex()}}
    made.checkpoint, made.consistency = later.checkpoint(), []
    return made


def test_lines_of_a_log_that_ended_count_under_its_successor():
    """The new log's first line names the last head of the old one, so its lines are still proved."""
    report = after_gap().verified()
    assert report.failures == ()
    assert any("a gap was declared" in sentence for sentence in report.not_proved)


def test_lines_of_a_log_that_nobody_names_are_found():
    """Without the line that opens the log, nothing leads back."""
    made = after_gap()
    made.governance["lines"].pop()
    assert "inclusion" in failed(made.verified())


@pytest.mark.parametrize("body", [{"number": 2}, {"last_root": "zz"}, {"last_size": "3"}])
def test_a_first_line_that_names_no_forerunner_is_found(body):
    """A log that follows on another says which, how long it was, and its root."""
    made = after_gap()
    later = SmallLog(number=2)
    whole = {"number": 1, "last_size": 3, "last_root": "00" * 32, **body}
    later.add(replace(governance_entry("log.opened", whole), kind=EntryKind.CELL))
    made.entries, made.index = [], later.end()
    made.governance["lines"] = [later.line(0, person=False)]
    made.checkpoint = later.checkpoint()
    assert "inclusion" in failed(made.verified())
