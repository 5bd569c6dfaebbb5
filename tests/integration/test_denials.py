"""A stranger is told, signed and logged, that nothing is held under what they go by; a record would refute it."""

import json

import pytest

from aboveboard.apps import keys
from aboveboard.apps.evidence.denial_files import denial_files
from aboveboard.apps.evidence.denials import DenialGiven
from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.gate import deeds
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.vault.phones import index_phones_once
from aboveboard.core.errors import Denied, Invalid, LedgerUnavailable, NotSignedYet
from aboveboard.core.terms import SubjectId
from aboveboard.core.verify.denial import parse_denial
from tests.support.bits import flipped
from tests.support.cell import Cell
from tests.support.denials import STRANGER, asked, checked, denied, held_against
from tests.support.evidence import own


def met(cell: Cell, **goes_by: str) -> tuple[str, ...]:
    """Under which kinds there is a record."""
    return asked(cell, **goes_by).met


def test_nothing_is_held_and_the_denial_verifies(cell: Cell, tmp_path):
    """Signed by the log, about the identifiers shown, its line in the log; the folder says what it does not prove."""
    cell.person()
    cell.drain()
    report = checked(denied(cell, tmp_path / "denial"))
    assert report.failures == ()
    assert {"denial", "identifiers", "line", "inclusion", "checkpoint", "consistency"} <= {
        check.name for check in report.checks
    }
    assert any("held no record under an e-mail address, a name, a telephone number" in one for one in report.proved)
    assert any("not a proof that there is nothing" in one for one in report.not_proved)


def test_the_entry_is_committed_before_the_answer_and_says_nobody(cell: Cell):
    """The log commits to the denial's hash, and holds no identifier; neither does the company's copy."""
    given = asked(cell, **STRANGER).denial
    (row,) = Pending.objects.all()
    entry = open_pending(bytes(row.pk), bytes(row.sealed))
    assert bytes(row.entry_hash) == given.entry_hash
    assert (entry.operation, entry.subjects, set(entry.body)) == ("denial.given", (), {"denial"})
    said = entry.encode().decode() + given.note
    assert not any(word in said for word in ("stranger@", "601222333", "neznám", "neznam"))


def test_the_same_stranger_twice_gives_two_denials_that_nobody_links(cell: Cell):
    """Fresh salts: no commitment comes twice."""
    first, second = (asked(cell, **STRANGER).denial for _ in range(2))
    said = [
        {one.commitment for one in parse_denial(given.note.partition("\n\n")[0] + "\n")[0].identifiers}
        for given in (first, second)
    ]
    assert [len(one) for one in said] == [3, 3]
    assert said[0].isdisjoint(said[1])


@pytest.mark.parametrize(
    "goes_by",
    [
        {"email": " Person@EXAMPLE.test "},
        {"phone": "00420 601-111-222"},
        {"phone": "601111222"},
        {"name": "concerned PERSON"},
        {"name": "Person Concerned", "email": "nobody@example.test"},
        {"name_and_birth": "Person Concerned|1980-02-01"},
    ],
)
def test_where_there_is_a_record_there_is_no_denial(cell: Cell, goes_by):
    """However the stranger writes it; the look at whoever was found is committed and stands in their log."""
    person = cell.person()
    deeds.record(cell.question("record", [person], ["T03"]), person, [cell.new_fact("T03", "+420 601 111 222")])
    answered = asked(cell, **goes_by)
    assert answered.denial is None
    assert answered.look is not None
    cell.drain()
    look = lines(person)[-1]
    assert (look.entry_hash, look.said.purpose, look.said.verdict) == (
        answered.look,
        "data-protection-oversight",
        "permit",
    )


def test_a_beginning_of_a_name_is_not_the_name(cell: Cell):
    """The index finds Personová under Person; the names are opened, against a look, and told apart."""
    person = cell.person(T01="Personová Janička")
    answered = asked(cell, name="Jani Person")
    assert answered.denial is not None
    cell.drain()
    assert lines(person)[-1].entry_hash == answered.look


def test_too_many_of_one_name_are_not_searched_one_by_one(cell: Cell):
    """The stranger is asked for an address or a number instead."""
    cell.people([{"T01": f"Common Name {number}"} for number in range(50)])
    with pytest.raises(Invalid, match="Too many people"):
        asked(cell, name="Common Name")


def test_only_the_officer_answers_strangers(cell: Cell):
    """A seller, a signatory, the officer's colleagues: nothing was searched."""
    for login in ("seller-cz", "signatory-cz", "analyst-hq", "operator-cz"):
        with pytest.raises(Denied):
            asked(cell, by=login, **STRANGER)
    assert not Pending.objects.exists()


@pytest.mark.parametrize(
    "goes_by",
    [
        {},
        {"email": "no address"},
        {"phone": "12 34"},
        {"phone": "601111222, 602222333"},
        {"name": "ab"},
        {"name_and_birth": "Person Concerned|yesterday"},
        {"name": "Person Concerned", "name_and_birth": "Person Concerned|1980-01-01"},
        {"email": "a" * 300 + "@example.test"},
    ],
)
def test_what_is_no_identifier_is_said_without_repeating_it(cell: Cell, goes_by):
    """One sentence, no value in it, nothing logged."""
    with pytest.raises(Invalid) as caught:
        asked(cell, **goes_by)
    assert not any(value in str(caught.value) for value in goes_by.values())
    assert not Pending.objects.exists()


def test_after_an_erasure_the_denial_says_that_a_mark_is_left(cell: Cell, tmp_path):
    """Nothing is held any more, and yet a keyed token recognises the same address: both are said."""
    person = cell.person()
    cell.drain()
    deeds.erase(cell.question("erase", [person], ["T01"], by="dpo-cz", purpose="data-protection-oversight"), person)
    cell.drain()
    deeds.finish_erasures()
    given = asked(cell, email="person@example.test", name="Person Concerned").denial
    assert set(given.erased) == {"email"}
    folder = denied(cell, tmp_path / "denial", email="person@example.test")
    report = checked(folder)
    assert report.failures == ()
    assert any("keyed mark is all that is left of an erasure on" in one for one in report.proved)


def test_while_an_erasure_is_not_finished_nothing_is_denied(cell: Cell):
    """Between the decision and the end of it neither answer would be true."""
    from aboveboard.apps.vault import erasing

    person = cell.person()
    erasing.begin(person, cell.question("erase", [], []).asked_at)
    answered = asked(cell, email="person@example.test")
    assert (answered.met, answered.denial) == (("being-erased",), None)


def test_a_record_before_the_checkpoint_refutes_the_denial(cell: Cell, tmp_path, monkeypatch):
    """A company that denies against its own index is caught by the pack of whoever it denied."""
    person = cell.person(T01="Jindřiška Neznámá")
    cell.drain()
    _deny_against_the_index(monkeypatch)
    denial = denied(cell, tmp_path / "denial", name="jindriska neznama", email="else@example.test")
    assert checked(denial).holds
    own(cell, person, tmp_path / "pack")
    found = held_against(denial, tmp_path / "pack")
    assert found.outcome == "refuted"
    (sentence,) = found.sentences
    assert "a name and the checkpoint over" in sentence
    assert "entered by line" in sentence


def test_a_record_entered_after_the_denial_refutes_nothing(cell: Cell, tmp_path):
    """The denial speaks of its checkpoint."""
    denial = denied(cell, tmp_path / "denial", email="person@example.test")
    person = cell.person()
    cell.drain()
    own(cell, person, tmp_path / "pack")
    found = held_against(denial, tmp_path / "pack")
    assert found.outcome == "not-refuted"
    assert "no line before its checkpoint vouches for it" in found.sentences[0]


def test_a_record_of_somebody_else_refutes_nothing(cell: Cell, tmp_path):
    """Neither does a pack that was changed, which proves nothing at all."""
    person = cell.person()
    cell.drain()
    denial = denied(cell, tmp_path / "denial")
    own(cell, person, tmp_path / "pack")
    assert held_against(denial, tmp_path / "pack").outcome == "not-refuted"
    entries = tmp_path / "pack" / "entries.json"
    entries.write_bytes(entries.read_bytes().replace(b'"CZ"', b'"DE"'))
    assert held_against(denial, tmp_path / "pack").outcome == "unverified"


def test_an_older_pack_leaves_open_whether_the_record_was_erased(cell: Cell, tmp_path):
    """It shows that there was a record; the company owes the line that says it is gone."""
    person = cell.person()
    cell.drain()
    own(cell, person, tmp_path / "pack")
    deeds.erase(cell.question("erase", [person], ["T01"], by="dpo-cz", purpose="data-protection-oversight"), person)
    cell.drain()
    deeds.finish_erasures()
    denial = denied(cell, tmp_path / "denial", email="person@example.test")
    found = held_against(denial, tmp_path / "pack")
    assert found.outcome == "open"
    assert any("was erased in between" in one for one in found.sentences)


@pytest.mark.parametrize("name", ["denial", "identifiers.json", "line.json", "checkpoint", "consistency.json"])
def test_a_changed_file_shows(cell: Cell, tmp_path, name):
    """Every file that is checked is checked: one bit, and the denial does not hold."""
    cell.person()
    cell.drain()
    folder = denied(cell, tmp_path / "denial")
    path = folder / name
    data = path.read_bytes()
    for at in range(8, len(data), max(1, len(data) // 7)):
        path.write_bytes(flipped(data, at))
        assert not checked(folder).holds, (name, at)
    path.unlink()
    assert not checked(folder).holds


def test_a_denial_about_others_than_it_shows_does_not_hold(cell: Cell, tmp_path):
    """Whoever swaps what the stranger went by is found out by the commitment."""
    folder = denied(cell, tmp_path / "denial")
    shown = json.loads((folder / "identifiers.json").read_text())
    shown[0]["given"] = "other@example.test"
    (folder / "identifiers.json").write_text(json.dumps(shown, separators=(",", ":"), sort_keys=True))
    (failure,) = checked(folder).failures
    assert failure.name == "identifiers"


def test_the_line_of_another_denial_does_not_do(cell: Cell, tmp_path):
    """Two denials, their lines exchanged."""
    first, second = denied(cell, tmp_path / "first"), denied(cell, tmp_path / "second")
    for name in ("line.json", "checkpoint", "consistency.json"):
        (first / name).write_bytes((second / name).read_bytes())
    assert any("another denial" in check.sentence for check in checked(first).failures)


def test_a_denial_is_handed_out_once_its_line_is_signed(cell: Cell):
    """Between commit and signature it waits; what a browser holds meanwhile opens only here, and tells nothing."""
    given = asked(cell, **STRANGER).denial
    held = given.handed_over()
    assert "Neznámá" not in bytes.fromhex(held).decode("latin-1")
    with pytest.raises(NotSignedYet):
        denial_files(DenialGiven.taken_back(held))
    cell.drain()
    assert "denial" in denial_files(DenialGiven.taken_back(held))
    for other in ("", "00", held[:-2] + ("00" if held[-2:] != "00" else "01")):
        with pytest.raises(Invalid):
            DenialGiven.taken_back(other)


def test_nothing_is_denied_while_the_ledger_cannot_commit(cell: Cell):
    """The entry comes first; without it no signature."""
    Pending.objects.create(id=b"o" * 16, sealed=b"x", entry_hash=b"h" * 32, committed_us=1)
    with pytest.raises(LedgerUnavailable):
        asked(cell, **STRANGER)


def test_a_home_of_an_older_program_learns_its_telephone_numbers_first(cell: Cell):
    """A number that was not in the index would be denied; so the index is completed before the first answer."""
    person = cell.person()
    deeds.record(
        cell.question("record", [person], ["T03"]), person, [cell.new_fact("T03", "601 111 222 / 602 333 444")]
    )
    store = keys.store()
    tokens = [one for one in store.tokens_after((-(2**63), b""), 1000) if one[1] == person]
    store.unindex(tokens)
    with store._writing() as connection:
        connection.execute("PRAGMA user_version=0")
    assert met(cell, phone="602333444") == ("phone",)
    assert index_phones_once() == 0


def test_a_number_is_no_longer_known_once_the_person_is_erased(cell: Cell):
    """Its token goes with the others."""
    person = cell.person()
    deeds.record(cell.question("record", [person], ["T03"]), person, [cell.new_fact("T03", "601 111 222")])
    assert met(cell, phone="601111222") == ("phone",)
    deeds.erase(cell.question("erase", [person], ["T01"], by="dpo-cz", purpose="data-protection-oversight"), person)
    assert keys.store().find([], 1) == []
    assert [one for one in keys.store().tokens_after((-(2**63), b""), 1000) if one[1] == person] == []


def _deny_against_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program overlook everybody, as a dishonest operator's would."""
    from aboveboard.apps.evidence import denials

    def nobody(_kind: object, _compared: str) -> tuple[SubjectId, ...]:
        return ()

    monkeypatch.setattr(denials, "found_under", nobody)
