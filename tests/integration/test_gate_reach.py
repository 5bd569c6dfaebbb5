"""What the register and a person's row say reaches the decision: circumstances, tests, derogations, who gave data."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aboveboard.apps.accounts.queries import act, today
from aboveboard.apps.gate import transferring
from aboveboard.apps.gate.asking import RestsOnDerogation, ask
from aboveboard.apps.gate.grants import apply_grant, grant_body
from aboveboard.apps.gate.transferring import transfer
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.register.actions import apply_instrument, apply_purpose
from aboveboard.apps.register.drafts import InstrumentDraft, PurposeDraft
from aboveboard.apps.register.models import Instrument, Purpose
from aboveboard.apps.vault.models import Person
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.terms import READS, EntityId, Operation, PurposeId, Role, SubjectId, TransferTool, Verdict
from tests.support.cell import CONTACT, CUSTOMER_CARE, Cell
from tests.support.present import ROOT

OTHER = "public-affairs"


def again(cell: Cell, purpose: str, **changes: object) -> None:
    """Register a purpose of the sample once more, changed."""
    known = act(bytes(Purpose.objects.get(pk=purpose).act))
    assert known is not None
    draft = replace(PurposeDraft.of(known.body), **changes)
    apply_purpose(act=cell.decide("purpose", draft.body()), now=datetime.now(UTC))


def rules(answer) -> set[str]:
    """The rules that refused."""
    return {refusal.rule for refusal in answer.decision.refusals}


def test_facts_serve_another_purpose_after_a_recorded_test(cell: Cell):
    """Art. 6(4): without one the fact is refused for it, with one this rule lets it through."""
    person = cell.person()
    assert "purpose_fits" in rules(cell.look([person], ["T01"], purpose=OTHER))
    again(cell, OTHER, compatible_with=frozenset({PurposeId(CUSTOMER_CARE)}), compatibility_test="file:test-1")
    assert "purpose_fits" not in rules(cell.look([person], ["T01"], purpose=OTHER))


def test_a_restricted_record_is_used_for_legal_claims_only(cell: Cell):
    """Art. 18(2): the purpose stands for them in the register, and nowhere else."""
    person = cell.person()
    Person.objects.update(restricted_on=today(datetime.now(UTC)))
    assert rules(cell.look([person])) == {"not_restricted"}
    again(cell, CUSTOMER_CARE, circumstances=frozenset({"legal-claims"}))
    assert cell.look([person]).opened() != []


def test_who_gave_the_data_themselves_was_told_then_or_nothing_is_opened(cell: Cell):
    """Art. 13(1): there is no month; the row says who gave the data."""
    told, untold = (cell.new_person({"T01": name}, collected_directly=True) for name in ("Told Then", "Never Told"))
    assert cell.take_in([told]).decision.verdict is Verdict.PERMIT
    refused = cell.take_in([replace(untold, notice="owed", informed_on=None)])
    assert {(one.rule, one.reason) for one in refused.decision.refusals} == {("notice_given", "not-told-at-collection")}
    assert Person.objects.get().collected_directly
    assert len(cell.look([told.id], ["T01"]).opened()) == 1
    Person.objects.update(notice="owed", informed_on=None)
    assert rules(cell.look([told.id], ["T01"])) == {"notice_given"}


@pytest.fixture
def derogation(cell: Cell):
    """A customer, a grant for headquarters, and a derogation for that customer alone."""
    person, day = cell.person(), today(datetime.now(UTC))
    now = datetime.now(UTC)
    grant = grant_body(
        controller=EntityId("cz"), entity=EntityId("hq"), role=Role.HQ_ANALYST, purpose=PurposeId(CUSTOMER_CARE),
        categories=list(CONTACT), valid_from=now - timedelta(hours=1), valid_until=now + timedelta(days=2),
    )  # fmt: skip
    apply_grant(cell.decide("grant", grant), now=now)
    draft = InstrumentDraft(
        EntityId("cz"), EntityId("hq"), TransferTool.DEROGATION, day, day + timedelta(days=9), None, person
    )
    apply_instrument(act=cell.decide("instrument", draft.body()), now=now)
    return person


def asked(cell: Cell, person: SubjectId):
    """Headquarters ask for a transfer."""
    return cell.question("transfer", [person], CONTACT, by="analyst-hq")


def test_a_derogation_serves_one_transfer_of_one_person(cell: Cell, derogation):
    """Art. 49: opened once, spent with its entry; the next transfer, a look, and another person are refused."""
    another = cell.person()
    assert "transfer_allowed" in rules(transfer(asked(cell, another)))
    assert "transfer_allowed" in rules(cell.look([derogation], by="analyst-hq"))
    done = transfer(asked(cell, derogation))
    assert done.decision.transfer is TransferTool.DEROGATION
    assert len(done.opened()) == 3
    assert Instrument.objects.get(tool="derogation").spent_at is not None
    entries = [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]
    assert [entry.transfer for entry in entries if entry.operation == "transfer"].count("derogation") == 1
    again_asked = transfer(asked(cell, derogation))
    assert {(one.rule, one.reason) for one in again_asked.decision.refusals} == {
        ("transfer_allowed", "derogation-not-for-this")
    }


def test_two_transfers_at_once_cannot_both_rest_on_one_derogation(cell: Cell, derogation, monkeypatch):
    """The one that commits second is decided anew, and refused."""
    seen = []

    def meanwhile(case):
        if not seen:
            seen.append(case)
            assert transfer(asked(cell, derogation)).decision.verdict is Verdict.PERMIT
        return weigh(case)

    weigh = transferring.weigh_held
    monkeypatch.setattr(transferring, "weigh_held", meanwhile)
    late = transfer(asked(cell, derogation))
    assert late.decision.verdict is Verdict.REFUSE
    assert late.opened() == []


def test_nobody_asks_for_a_transfer_past_it():
    """A transfer asked for elsewhere would rest on a derogation without using it up."""
    asking = {
        path.relative_to(ROOT / "src/aboveboard").as_posix()
        for path in (ROOT / "src/aboveboard").rglob("*.py")
        if re.search(r"Operation\.TRANSFER\b(?!\.value)", path.read_text(encoding="utf-8"))
    }
    assert {path for path in asking if not path.startswith("core/")} == {"apps/gate/transferring.py"}


@pytest.mark.parametrize("operation", sorted(READS - {Operation("transfer")}))
def test_no_other_read_passes_on_a_derogation(cell: Cell, derogation, operation):
    """Whatever headquarters ask for but the one transfer is refused, and the derogation stays for that transfer."""
    answer = ask(cell.question(operation, [derogation], CONTACT, by="analyst-hq"))
    assert (answer.decision.verdict, answer.decision.transfer) == (Verdict.REFUSE, TransferTool.WITHIN_EEA)
    assert "transfer_allowed" in rules(answer)
    assert answer.opened() == []
    assert Instrument.objects.get(tool="derogation").spent_at is None
    assert transfer(asked(cell, derogation)).decision.verdict is Verdict.PERMIT


def test_a_transfer_asked_for_as_a_look_is_told_where_to_ask(cell: Cell, derogation):
    """The way of looks would not use the derogation up, so it ends there: nothing released, nothing committed."""
    before = Pending.objects.count()
    with pytest.raises(RestsOnDerogation, match="as a transfer"):
        ask(asked(cell, derogation))
    assert Pending.objects.count() == before
    assert Instrument.objects.get(tool="derogation").spent_at is None


def test_a_derogation_registered_while_a_transfer_is_asked_for_is_used_up(cell: Cell, derogation, monkeypatch):
    """Refused when it was weighed and allowed a moment later: the transfer uses the derogation, not a look."""
    seen = []

    def meanwhile(case):
        decision, weighed = weigh(case)
        before = decision if seen else replace(decision, transfer=TransferTool.WITHIN_EEA)
        seen.append(case)
        return before, weighed

    weigh = transferring.weigh_held
    monkeypatch.setattr(transferring, "weigh_held", meanwhile)
    assert transfer(asked(cell, derogation)).decision.transfer is TransferTool.DEROGATION
    assert len(seen) == 2
    assert Instrument.objects.get(tool="derogation").spent_at is not None


def test_only_transfers_are_asked_for_there(cell: Cell):
    """A look goes its own way."""
    with pytest.raises(Invalid):
        transfer(cell.question("consult", [cell.person()], CONTACT))


def test_a_derogation_that_is_gone_between_is_used_by_nobody(cell: Cell, derogation, monkeypatch):
    """Nothing is committed, and nothing released."""
    before = Pending.objects.count()
    monkeypatch.setattr(transferring, "derogation_for", lambda *_: None)
    with pytest.raises(Conflict, match="used already"):
        transfer(asked(cell, derogation))
    assert Pending.objects.count() == before
