"""The workbench: two people and the opinion, through pages; whoever tries otherwise is refused and on record."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from aboveboard.apps.accounts.queries import acts
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Pending
from tests.support.cell import Cell
from tests.support.workbench import came, proposal, proposed


def steps():
    """The governance steps that wait in the ledger, with verdict and refusals."""
    rows = [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]
    return {(entry.operation, entry.verdict): entry.refusals for entry in rows}


def test_a_grant_goes_from_sentence_to_effect(cell: Cell):
    """The analyst proposes, the officer is in favour, the signatory signs, and only then does it take effect."""
    act = proposed(cell)
    officer, signatory = came(cell, "dpo-cz"), came(cell, "signatory-cz")
    assert "may read name" in officer.get(f"/workbench/acts/{act}").content.decode()
    assert officer.post(f"/workbench/acts/{act}/opinion", {"in_favour": "yes"}).status_code == 302
    passphrase = {"passphrase": cell.sign_ins["signatory-cz"].passphrase}
    assert signatory.post(f"/workbench/acts/{act}/sign", passphrase).status_code == 302
    assert "in force" not in signatory.get("/workbench/grants").content.decode()
    assert signatory.post(f"/workbench/acts/{act}/effect").status_code == 302
    assert "in force" in signatory.get("/workbench/grants").content.decode()


def test_headquarters_cannot_grant_itself_and_the_attempt_is_on_record(cell: Cell):
    """The one who proposed, and would gain, signs: refused in plain words with rule, and written down."""
    act = proposed(cell)
    came(cell, "dpo-cz").post(f"/workbench/acts/{act}/opinion", {"in_favour": "yes"})
    passphrase = {"passphrase": cell.sign_ins["analyst-hq"].passphrase}
    answer = came(cell, "analyst-hq").post(f"/workbench/acts/{act}/sign", passphrase)
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "nobody grants themselves anything" in text
    assert "Art. 4(7)" in text
    assert "controller_signs:not-signatory" in steps()["act.signed", "refuse"]
    assert acts(kind="grant")[0].decided_at is None


def test_without_the_opinion_nothing_is_signed(cell: Cell):
    """The officer is asked first."""
    act = proposed(cell)
    passphrase = {"passphrase": cell.sign_ins["signatory-cz"].passphrase}
    answer = came(cell, "signatory-cz").post(f"/workbench/acts/{act}/sign", passphrase)
    assert answer.status_code == 403
    assert "opinion comes before the signature" in answer.content.decode()


def test_overruling_the_officer_needs_a_reason(cell: Cell):
    """Against the opinion the signatory signs only with a reason beside it."""
    act = proposed(cell)
    officer, signatory = came(cell, "dpo-cz"), came(cell, "signatory-cz")
    silent = officer.post(f"/workbench/acts/{act}/opinion", {"in_favour": "no"})
    assert silent.status_code == 422
    assert officer.post(f"/workbench/acts/{act}/opinion", {"in_favour": "no", "reason": "too wide"}).status_code == 302
    passphrase = {"passphrase": cell.sign_ins["signatory-cz"].passphrase}
    assert "too wide" in signatory.get(f"/workbench/acts/{act}").content.decode()
    assert signatory.post(f"/workbench/acts/{act}/sign", passphrase).status_code == 422
    given = {**passphrase, "overruling_reason": "needed for one audit"}
    assert signatory.post(f"/workbench/acts/{act}/sign", given).status_code == 302


def test_only_the_officer_gives_the_opinion(cell: Cell):
    """A signatory's opinion is refused with its article."""
    act = proposed(cell)
    answer = came(cell, "signatory-cz").post(f"/workbench/acts/{act}/opinion", {"in_favour": "yes"})
    assert answer.status_code == 403
    assert "Art. 38(1)" in answer.content.decode()


def test_a_wrong_passphrase_signs_nothing(cell: Cell):
    """It is said beside the field, and the field comes back empty."""
    answer = came(cell, "analyst-hq").post(
        "/workbench/grants/propose", proposal(cell, "analyst-hq", passphrase="not the passphrase")
    )
    assert answer.status_code == 422
    assert "does not open your signing key" in answer.content.decode()
    assert "not the passphrase" not in answer.content.decode()
    assert acts(kind="grant") == ()


def test_a_grant_lasts_a_year_at_most(cell: Cell):
    """Time-boxed: a longer one is refused at the field."""
    late = (localdate() + timedelta(days=400)).isoformat()
    answer = came(cell, "analyst-hq").post("/workbench/grants/propose", proposal(cell, "analyst-hq", until=late))
    assert answer.status_code == 422


def test_headquarters_proposes_for_its_own_company_only(cell: Cell):
    """Whoever proposes for others would decide about them."""
    answer = came(cell, "analyst-hq").post("/workbench/grants/propose", proposal(cell, "analyst-hq", entity="us"))
    assert answer.status_code == 422


def test_a_grant_is_ended_by_typing_the_word(cell: Cell):
    """Ending needs the word; afterwards it stands among those that ended."""
    act = proposed(cell)
    officer, signatory = came(cell, "dpo-cz"), came(cell, "signatory-cz")
    officer.post(f"/workbench/acts/{act}/opinion", {"in_favour": "yes"})
    signatory.post(f"/workbench/acts/{act}/sign", {"passphrase": cell.sign_ins["signatory-cz"].passphrase})
    signatory.post(f"/workbench/acts/{act}/effect")
    assert officer.post(f"/workbench/grants/{act}/end", {"word": "please"}).status_code == 422
    assert officer.post(f"/workbench/grants/{act}/end", {"word": "END"}).status_code == 302
    assert "ended early" in officer.get("/workbench/grants").content.decode()


def test_a_proposer_takes_the_proposal_back(cell: Cell):
    """Nobody has decided; whoever proposed may end it."""
    act = proposed(cell)
    assert came(cell, "analyst-hq").post(f"/workbench/acts/{act}/refuse").status_code == 302
    assert acts(kind="grant")[0].refused_at is not None


ACTING = ("opinion", "sign", "refuse", "effect")


@pytest.mark.parametrize("login", ["seller-cz", "seller-de", "operator-cz", "outsider-cz"])
def test_a_seller_reaches_no_act_of_the_workbench(cell: Cell, login):
    """Neither pages nor steps: whoever decides nothing is told that it belongs to another role."""
    act = proposed(cell)
    client = came(cell, login)
    pages = ("/workbench/grants", "/workbench/grants/propose", "/workbench/acts", f"/workbench/acts/{act}")
    assert [client.get(page).status_code for page in pages] == [403] * 4
    assert [client.post(f"/workbench/acts/{act}/{step}").status_code for step in ACTING] == [403] * 4
    assert client.post(f"/workbench/grants/{act}/end", {"word": "END"}).status_code == 403


def test_a_proposer_sees_no_act_of_others(cell: Cell):
    """The analyst has their own proposals, and finds nothing else."""
    others = next(record for record in acts() if record.kind == "purpose")
    client = came(cell, "analyst-hq")
    assert client.get(f"/workbench/acts/{others.id.hex()}").status_code == 404
    assert client.get("/workbench/acts").status_code == 403


def test_every_kind_of_act_can_be_read_as_a_sentence(cell: Cell):
    """What is signed is shown whole: a sentence, and every part in words."""
    client = came(cell, "signatory-cz")
    assert client.get("/workbench/acts").status_code == 200
    for record in {record.kind: record for record in acts()}.values():
        answer = client.get(f"/workbench/acts/{record.id.hex()}")
        assert answer.status_code == 200
        assert "both signatures hold" in answer.content.decode()


def test_a_signature_asks_once_more_who_signs(cell: Cell):
    """Whoever signed in long ago confirms first."""
    act = proposed(cell)
    answer = came(cell, "signatory-cz", confirmed=False).get(f"/workbench/acts/{act}/sign")
    assert answer.headers["Location"].startswith("/account/reauthenticate/")


def test_a_stranger_is_led_to_the_sign_in(cell: Cell):
    """Nobody reads an act unnamed."""
    assert Client().get("/workbench/grants").headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("act", ["00", "not-an-id", "00" * 16])
def test_an_act_that_is_not_there_is_not_found(cell: Cell, act):
    """The same answer for none and none for you."""
    assert came(cell, "signatory-cz").get(f"/workbench/acts/{act}").status_code == 404
