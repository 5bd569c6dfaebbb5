"""What waits in quarantine: seen by the person, decided on by a signatory, gone in thirty days or with the person."""

from datetime import UTC, datetime, timedelta

import pytest

from aboveboard.apps import keys
from aboveboard.apps.accounts.actions import unlock
from aboveboard.apps.accounts.acts import give_opinion, propose, sign_act
from aboveboard.apps.accounts.models import Staff
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.asking import ask
from aboveboard.apps.gate.expiry import expire_facts
from aboveboard.apps.intake import admitting
from aboveboard.apps.intake.admitting import KIND, Admission, admission_body, apply_admission, finish_admitting
from aboveboard.apps.intake.deciding import drop_column, expire_quarantine, finish_dropping
from aboveboard.apps.intake.holding import opened
from aboveboard.apps.intake.models import HeldColumn, Import, Quarantined
from aboveboard.apps.intake.queries import imports, open_quarantined, waiting_columns, waiting_of
from aboveboard.apps.ledger.actions import bump_governance, open_pending
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.vault.models import Fact, Person
from aboveboard.core.entries import EntryKind
from aboveboard.core.envelope.blind import query_tokens
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict, Denied, Invalid
from aboveboard.core.policy.question import Actor
from aboveboard.core.terms import CategoryId, LawfulBasis, PurposeId, Role, SubjectId
from tests.support.cell import CONTACT, OVERSIGHT, Cell
from tests.support.imports import facts_held, imported, person_named, values_waiting, written

HEADER = ("Name", "Work Email", "Hobby", "Work Address", "Badge")
GOLF = Admission(PurposeId("customer-relationship"), LawfulBasis.LEGITIMATE_INTEREST, CategoryId("T45"))


@pytest.fixture
def waiting(cell: Cell, tmp_path):
    """Two customers with a hobby and a column nobody knows; the number of their import."""
    rows = (("Anna Nová", "anna@firma.example", "golf", "Main 1", "7"), ("Bert Alt", "b@firma.example", "", "", "8"))
    return imported(cell, written(tmp_path, "x.csv", HEADER, *rows)).report["import"]


def admitted(cell: Cell, number, column, terms):
    """Propose, opine on, sign and let take effect an admission; what came of it."""
    return apply_admission(act=cell.decide(KIND, admission_body(number, column, terms)), now=now())


def now():
    """The moment of the test."""
    return datetime.now(UTC)


def look_of_oneself(cell: Cell, subject):
    """The person concerned looks at their own record."""
    question = cell.question("consult", [subject], CONTACT, purpose="own-record")
    actor = Actor(None, Role.PERSON, question.actor.entity)
    return ask(cell.question("consult", [subject], CONTACT, purpose="own-record", actor=actor))


def acts_in_the_log():
    """The governance entries that wait in the ledger."""
    entries = [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]
    return [entry for entry in entries if entry.kind is EntryKind.GOVERNANCE]


def test_columns_that_wait_are_listed_with_their_rule_and_their_day(cell: Cell, waiting):
    """Whoever decides sees how many values, under which rule, and until when; no value."""
    found = {column.column: column for column in waiting_columns(waiting)}
    assert {name: column.values for name, column in found.items()} == {"Hobby": 1, "Badge": 2}
    assert (found["Hobby"].category, found["Badge"].category) == ("T45", "")
    assert found["Hobby"].until == datetime.now(UTC).date() + timedelta(days=30)
    assert imports()[0].number == waiting


def test_the_person_sees_what_waits_closed_and_opens_it_by_a_look(cell: Cell, waiting):
    """The rows stand there closed; the values are opened against an entry in the log."""
    anna = person_named("Anna Nová")
    assert [(value.column, value.refusal.rule) for value in waiting_of(anna)] == [
        ("Hobby", "category_allowed"), ("Badge", "category_allowed"),
    ]  # fmt: skip
    asked = look_of_oneself(cell, anna)
    assert [(value.closed.column, value.value) for value in open_quarantined(anna, asked)] == [
        ("Hobby", "golf"), ("Badge", "7"),
    ]  # fmt: skip


def test_a_seller_never_sees_what_waits(cell: Cell, waiting):
    """Neither by a look of their own, nor by somebody else's look at somebody else."""
    anna, bert = person_named("Anna Nová"), person_named("Bert Alt")
    with pytest.raises(Denied):
        open_quarantined(anna, cell.look([anna]))
    with pytest.raises(Denied):
        open_quarantined(anna, look_of_oneself(cell, bert))


def test_a_signatory_drops_a_column_and_it_is_in_the_log(cell: Cell, waiting):
    """The values are deleted, those of other columns stay, and the decision stands as governance."""
    decided = drop_column(waiting, "Badge", by=cell.staff("signatory-cz"), now=now())
    assert decided.values == 2
    assert {(column, value) for _, column, value in values_waiting()} == {("Hobby", "golf")}
    assert [entry.operation for entry in acts_in_the_log()] == ["quarantine.dropped"]
    assert {column.decision for column in waiting_columns() if column.column == "Badge"} == {"dropped"}
    assert Quarantined.objects.count() == 1


def test_only_a_signatory_decides(cell: Cell, waiting):
    """A seller, the officer and a signatory of nobody decide nothing."""
    for login in ("seller-cz", "dpo-cz", "analyst-hq"):
        with pytest.raises(Denied):
            drop_column(waiting, "Badge", by=cell.staff(login), now=now())
    assert len(values_waiting()) == 3


def test_what_waits_is_admitted_after_the_officers_opinion_and_by_two(cell: Cell, waiting):
    """Art. 38(1): before the opinion nothing is signed, against it not without a reason; one alone admits nothing."""
    terms = Admission(PurposeId("customer-relationship"), LawfulBasis.LEGITIMATE_INTEREST, CategoryId("T08"))
    first, second = (
        unlock(staff=cell.staff(login), passphrase=cell.sign_ins[login].passphrase)
        for login in ("signatory-cz", "signatory-cz-2")
    )
    act = propose(kind=KIND, body=admission_body(waiting, "Badge", terms), by=first, now=now()).act
    assert {one.rule for one in sign_act(act=act, by=second, now=now()).refusals} == {"opinion_first"}
    assert give_opinion(act=act, in_favour=False, by=cell.staff("dpo-cz"), now=now(), reason="Not needed.").done
    assert {one.rule for one in sign_act(act=act, by=first, now=now()).refusals} == {"two_people", "opinion_first"}
    assert {one.reason for one in sign_act(act=act, by=second, now=now()).refusals} == {"no-overruling-reason"}
    with pytest.raises(Conflict):
        apply_admission(act=act, now=now())
    assert sign_act(act=act, by=second, now=now(), overruling_reason="The contract needs it.").done
    assert apply_admission(act=act, now=now()).values == 2
    with pytest.raises(Conflict):
        apply_admission(act=act, now=now())
    (entry,) = [one for one in acts_in_the_log() if one.operation == "quarantine.admitted"]
    assert (entry.body["act"], entry.body["category"]) == (act.hex(), "T08")


def test_an_admission_that_was_cut_short_is_carried_out(cell: Cell, waiting, monkeypatch):
    """Decided is decided: the values are shown as waiting to nobody any more, and the next round records them."""
    terms = Admission(PurposeId("customer-relationship"), LawfulBasis.LEGITIMATE_INTEREST, CategoryId("T08"))
    with monkeypatch.context() as cut, pytest.raises(ZeroDivisionError):
        cut.setattr(admitting, "_admit", lambda *_: 1 // 0)
        admitted(cell, waiting, "Badge", terms)
    anna = person_named("Anna Nová")
    assert [value.column for value in waiting_of(anna)] == ["Hobby"]
    assert finish_admitting(now()) == 2
    assert sorted(value for _, category, value, _ in facts_held() if category == "T08") == ["7", "8"]
    assert {column.decision for column in waiting_columns() if column.column == "Badge"} == {"admitted"}
    assert finish_admitting(now()) == 0


def test_an_admission_whose_signatory_has_left_is_decided_anew(cell: Cell, waiting, monkeypatch):
    """Nobody records in the name of somebody who is not appointed any more; the values wait on."""
    terms = Admission(PurposeId("customer-relationship"), LawfulBasis.LEGITIMATE_INTEREST, CategoryId("T08"))
    with monkeypatch.context() as cut, pytest.raises(ZeroDivisionError):
        cut.setattr(admitting, "_admit", lambda *_: 1 // 0)
        admitted(cell, waiting, "Badge", terms)
    Staff.objects.filter(pk=cell.staff("signatory-cz-2")).update(active_until=now().date())
    bump_governance()
    assert finish_admitting(now()) == 0
    assert {column.decision for column in waiting_columns()} == {""}
    assert len(values_waiting()) == 3


def test_a_refused_column_is_not_admitted_by_a_word_alone(cell: Cell, waiting):
    """The rules are asked once more: a hobby on a legitimate interest is refused, and waits on."""
    decided = admitted(cell, waiting, "Hobby", GOLF)
    assert (decided.values, decided.left) == (0, 1)
    assert {refusal.rule for refusal in decided.refusals} == {"category_allowed"}
    assert "T45" not in {category for _, category, _, _ in facts_held()}
    assert {column.decision for column in waiting_columns()} == {""}


def test_a_column_nobody_knew_is_admitted_as_what_it_is(cell: Cell, waiting):
    """Named in the act as a category the purpose allows, its values become facts with the import's source."""
    terms = Admission(PurposeId("customer-relationship"), LawfulBasis.LEGITIMATE_INTEREST, CategoryId("T08"))
    decided = admitted(cell, waiting, "Badge", terms)
    assert (decided.values, decided.left) == (2, 0)
    assert sorted(value for _, category, value, _ in facts_held() if category == "T08") == ["7", "8"]
    assert {(column, value) for _, column, value in values_waiting()} == {("Hobby", "golf")}
    assert set(Fact.objects.values_list("source_id", flat=True)) == {Import.objects.get().source}
    with pytest.raises(Conflict):
        admission_body(waiting, "Badge", terms)


def test_a_column_is_not_admitted_as_something_else(cell: Cell, waiting):
    """A hobby does not become a function because somebody says so."""
    for category in ("T23", "T99"):
        terms = Admission(PurposeId("customer-relationship"), LawfulBasis.LEGITIMATE_INTEREST, CategoryId(category))
        with pytest.raises(Invalid):
            admission_body(waiting, "Hobby", terms)


def test_after_thirty_days_the_key_is_shredded_and_nothing_opens(cell: Cell, waiting):
    """On the day the term is over, not before; an old copy of the rows opens nothing either."""
    old_copy = list(Quarantined.objects.all())
    assert expire_quarantine(now() + timedelta(days=29)) == 0
    assert len(opened(old_copy)) == 2
    assert expire_quarantine(now() + timedelta(days=31)) == 1
    assert opened(old_copy) == []
    assert not Quarantined.objects.exists()
    assert set(HeldColumn.objects.values_list("decision", flat=True)) == {"expired"}
    assert [entry.operation for entry in acts_in_the_log()] == ["quarantine.expired"]
    assert expire_quarantine(now() + timedelta(days=31)) == 0
    with pytest.raises(Conflict):
        drop_column(waiting, "Hobby", by=cell.staff("signatory-cz"), now=now())


def test_an_old_copy_opens_nothing_of_an_erased_person(cell: Cell, waiting):
    """The import's key still lives; the person's does not, and it takes both."""
    anna = person_named("Anna Nová")
    old_copy = list(Quarantined.objects.filter(person=anna))
    assert len(opened(old_copy)) == 1
    deeds.erase(cell.question("erase", [anna], CONTACT, by="dpo-cz", purpose=OVERSIGHT), anna)
    cell.drain()
    deeds.finish_erasures()
    assert opened(old_copy) == []
    assert not Quarantined.objects.filter(person=anna).exists()
    assert waiting_of(anna) == ()


def test_a_dropping_that_was_cut_short_is_finished(cell: Cell, waiting, monkeypatch):
    """Decided is decided: the values are shown to nobody any more, and the next round deletes them."""
    with monkeypatch.context() as cut:
        cut.setattr("aboveboard.apps.intake.deciding.finish_dropping", lambda *_: 0)
        drop_column(waiting, "Badge", by=cell.staff("signatory-cz"), now=now())
    anna = person_named("Anna Nová")
    assert [value.column for value in waiting_of(anna)] == ["Hobby"]
    assert [value.value for value in open_quarantined(anna, look_of_oneself(cell, anna))] == ["golf"]
    assert finish_dropping(now()) == 2
    assert {value for _, _, value in values_waiting()} == {"golf"}


def test_facts_whose_time_is_over_go_with_their_key_and_an_entry(cell: Cell):
    """Art. 5(1)(e): the row, the search token and the key of the class go; the person sees it in their log."""
    day = now().date()
    person = cell.new_person({"T01": "Karla Dlouhá", "T02": "karla@firma.example"})
    short = cell.new_fact("T04", "karla@home.example", retention="recorded-1m", expires_on=day + timedelta(days=1))
    cell.take_in([person])
    deeds.vault.add_facts(person.id, [short], now())
    subject = SubjectId(person.id)
    assert expire_facts(now()) == 0
    assert expire_facts(now() + timedelta(days=2)) == 1
    assert sorted(category for _, category, _, _ in facts_held()) == ["T01", "T02"]
    assert set(keys.store().keys_of(KeyKind.FACTS, subject)) == {"relation-3y"}
    entries = [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]
    over = [entry for entry in entries if entry.purpose == "retention"]
    assert [(e.operation, e.subjects[0].subject, e.subjects[0].categories) for e in over] == [
        ("erase", subject, ("T04",))
    ]  # fmt: skip
    assert Person.objects.get(id=subject).version > 1


def test_a_name_that_went_is_not_found_any_more(cell: Cell):
    """The search tokens of a fact go with it; those another fact still has stay."""
    day = now().date()
    person = cell.new_person({"T02": "karla@firma.example"})
    facts = [
        cell.new_fact("T01", "Karla Dlouhá", retention="recorded-1m", expires_on=day + timedelta(days=1)),
        cell.new_fact("T01", "Karla Krátká"),
    ]
    cell.take_in([person])
    deeds.vault.add_facts(person.id, facts, now())
    index = keys.store().cell_key(KeyKind.INDEX)
    assert expire_facts(now() + timedelta(days=2)) == 1
    assert keys.store().find(query_tokens(index, "dlouha"), 5) == []
    assert keys.store().find(query_tokens(index, "karla kratka"), 5) == [person.id]
