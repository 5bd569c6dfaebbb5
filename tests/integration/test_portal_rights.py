"""The person's rights on their own page: each done at once, each with its entry, each telling what it did."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from aboveboard.apps.consent.actions import give, resolve
from aboveboard.apps.consent.queries import consents_of, objection_records, objections_of
from aboveboard.apps.evidence import links
from aboveboard.apps.gate import deeds
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.vault.models import Fact, Person
from aboveboard.core.policy.decide import RULES
from aboveboard.core.terms import Operation, PurposeId
from aboveboard.core.tlog.checkpoint import open_checkpoint
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify import verify_pack
from aboveboard.faces.portal.refusals import WHY
from aboveboard.faces.web.asking import now
from tests.support.cell import CONTACT, CUSTOMER_CARE, OVERSIGHT, Cell
from tests.support.evidence import files_held

NAME = "Žofie Říhová"


@pytest.fixture
def person(cell: Cell):
    """A customer, taken in and in the log."""
    made = cell.person(T01=NAME)
    cell.drain()
    return made


@pytest.fixture
def page(person, client: Client) -> Client:
    """A browser in which the person has opened their page, and nothing pending."""
    client.post(links.make(person, now()), follow=True)
    return client


def entries():
    """Every pending entry, oldest first."""
    return sorted((open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()), key=lambda e: e.at)


def test_an_objection_holds_at_once_and_is_the_persons_own_act(cell: Cell, person, page: Client):
    """Art. 21: after the button nobody opens anything for that purpose, and the entry says who acted."""
    assert "We keep in touch" in page.get("/mine/object").content.decode()
    answer = page.post("/mine/object", {"purpose": CUSTOMER_CARE}, follow=True)
    assert "Your objection holds from now on." in answer.content.decode()
    assert "You objected on" in answer.content.decode()
    assert objections_of(person) == {PurposeId(CUSTOMER_CARE)}
    assert cell.look([person]).opened() == []
    deed = next(entry for entry in entries() if entry.operation == "restrict")
    assert (deed.role, deed.purpose, deed.verdict) == ("person-concerned", "own-record", "permit")
    assert "no purpose left" in page.get("/mine/object").content.decode()


def test_an_objection_that_was_overruled_stands_on_the_page_with_its_grounds(cell: Cell, person, page: Client):
    """Art. 21(1): whoever says that their grounds weigh more says so to the person."""
    page.post("/mine/object", {"purpose": CUSTOMER_CARE})
    (objection,) = objection_records(person)
    deeds.change_choices(
        cell.question("restrict", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT),
        person,
        lambda: resolve(
            objection=objection.id,
            outcome="overruled",
            grounds="legal-claims",
            by=cell.staff("dpo-cz"),
            now=datetime.now(UTC),
        ),
    )
    assert "because the data are needed for a legal claim" in page.get("/mine/").content.decode()


@pytest.mark.parametrize("purpose", ["", "own-record", "data-protection-oversight", "<script>"])
def test_only_a_purpose_that_can_be_objected_to_is_taken(person, page: Client, purpose):
    """Anything else changes nothing and is answered at the field."""
    answer = page.post("/mine/object", {"purpose": purpose})
    assert answer.status_code == 422
    assert "Choose the purpose you object to." in answer.content.decode()
    assert objections_of(person) == frozenset()


def test_restricting_stops_others_and_not_the_person_who_can_lift_it(cell: Cell, person, page: Client):
    """Art. 18: kept, not used, until the person says otherwise."""
    answer = page.post("/mine/restrict", follow=True)
    assert "Restricted since" in answer.content.decode()
    assert NAME in answer.content.decode()
    assert cell.look([person]).opened() == []
    assert "Lift the restriction" in page.get("/mine/restrict").content.decode()
    page.post("/mine/restrict")
    assert len(cell.look([person]).opened()) == 3


def test_a_consent_is_withdrawn_by_one_button_on_the_page(cell: Cell, person, page: Client):
    """Art. 7(3): as easy as giving it, without a reason and without a question back."""
    given = {"person": person, "purpose": PurposeId(CUSTOMER_CARE), "wording": "events-1", "channel": "form"}
    deeds.change_choices(
        cell.question("restrict", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT),
        person,
        lambda: give(**given, by=cell.staff("seller-cz"), now=datetime.now(UTC)),
    )
    assert ">Withdraw<" in page.get("/mine/").content.decode().replace("</svg>", ">")
    answer = page.post("/mine/consent/withdraw", {"purpose": CUSTOMER_CARE}, follow=True)
    assert "Your consent is withdrawn." in answer.content.decode()
    assert "withdrawn on" in answer.content.decode()
    (consent,) = consents_of(person)
    assert consent.withdrawn_at is not None
    assert "withdrawn" not in Person.objects.get(id=person).choices
    assert Person.objects.get(id=person).choices.split("|")[-1]


def test_erasing_needs_the_word_and_ends_in_a_page_that_says_when(cell: Cell, person, page: Client):
    """Art. 17: typed by hand, then gone, with the date, for the page and for every link to it."""
    other_link = links.make(person, now())
    wrong = page.post("/mine/erase", {"word": "yes"})
    assert wrong.status_code == 422
    assert Fact.objects.filter(person_id=person).exists()
    answer = page.post("/mine/erase", {"word": "Erase "}, follow=True)
    assert answer.status_code == 410
    assert "You have been erased here" in answer.content.decode()
    assert str(now().year) in answer.content.decode()
    assert NAME not in answer.content.decode()
    assert not Fact.objects.filter(person_id=person).exists()
    for path in ("/mine/", "/mine/looks/1", "/mine/object", "/mine/copy", "/mine/checkpoint"):
        assert page.get(path).status_code == 410
    assert page.get("/mine/news").status_code == 286
    assert Client().post(other_link).status_code == 410
    kinds = [(entry.operation, entry.role) for entry in entries()[-2:]]
    assert kinds == [("erase", "person-concerned"), ("erase", "system")]


def test_a_copy_holds_everything_and_is_a_look_of_its_own(person, page: Client):
    """Arts 15(3), 20: values with purpose, basis and source, as a file; its disclosure is written down."""
    before = Pending.objects.count()
    assert page.get("/mine/copy").status_code == 200
    assert Pending.objects.count() == before
    answer = page.post("/mine/copy")
    assert "attachment" in answer.headers["Content-Disposition"]
    copy = json.loads(answer.content)
    assert {fact["value"] for fact in copy["facts"]} == {NAME, "person@example.test", "Buyer"}
    assert {fact["source"] for fact in copy["facts"]} == {"the cast of the tests"}
    assert {fact["basis"] for fact in copy["facts"]} == {"legitimate-interest"}
    assert copy["controller"] == "Vzorová obchodní s.r.o."
    assert entries()[-1].operation == Operation.DISCLOSE.value
    assert copy["entry"] in {row.entry_hash.hex() for row in Pending.objects.all()}


def test_the_evidence_is_verified_without_us_and_leaves_no_copy_here(cell: Cell, person, page: Client):
    """The ZIP verifies under the log's key alone, and nothing of it stays on the disk."""
    cell.look([person])
    cell.drain()
    before = {path for path in Path(settings.OPTIONS.home).rglob("*") if path.is_file()}
    answer = page.post("/mine/evidence")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {Path(name).name: archive.read(name) for name in archive.namelist()}
    assert verify_pack(files, TrustPolicy.parse(page.get("/log/trust").content)).holds
    assert NAME in files["evidence.json"].decode()
    assert {path for path in Path(settings.OPTIONS.home).rglob("*") if path.is_file()} - before == set()
    assert page.get("/mine/evidence").status_code == 405


def test_the_evidence_as_a_page_holds_the_same_files_and_leaves_no_copy_here(cell: Cell, person, page: Client):
    """What the browser saves is one page with the pack inside; taking it is a look like any other."""
    cell.look([person])
    cell.drain()
    before = {path for path in Path(settings.OPTIONS.home).rglob("*") if path.is_file()}
    answer = page.post("/mine/evidence/page")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-evidence.html"'
    files = files_held(answer.content)
    assert verify_pack(files, TrustPolicy.parse(page.get("/log/trust").content)).holds
    assert NAME in files["evidence.json"].decode()
    named = json.loads(files["evidence.json"])
    assert named["names"]["entities"]["cz"] == "Vzorová obchodní s.r.o."
    assert named["names"]["categories"]["T01"]["cs"]
    assert TrustPolicy.parse(page.get("/log/trust").content).logs[0].key.encode() in named["keys"]
    assert {path for path in Path(settings.OPTIONS.home).rglob("*") if path.is_file()} - before == set()
    assert page.get("/mine/evidence/page").status_code == 405


def test_who_has_nothing_held_about_them_any_more_keeps_every_right(cell: Cell, person, page: Client):
    """Facts run out; the person can still object to what might come, restrict it, and be erased."""
    Fact.objects.all().delete()
    page.post("/mine/restrict")
    assert Person.objects.get(id=person).restricted_on is not None
    page.post("/mine/restrict")
    assert Person.objects.get(id=person).restricted_on is None
    assert "We keep in touch" in page.get("/mine/object").content.decode()
    answer = page.post("/mine/object", {"purpose": CUSTOMER_CARE}, follow=True)
    assert "Your objection holds from now on." in answer.content.decode()
    page.post("/mine/erase", {"word": "erase"})
    assert Person.objects.get(id=person).erased_at is not None


def test_a_checkpoint_can_be_kept(page: Client):
    """What is handed out is the signed note of the public log, byte for byte."""
    kept, public = page.get("/mine/checkpoint"), page.get("/log/checkpoint")
    assert kept.content == public.content
    vkey = page.get("/log/key").content.decode().strip()
    assert open_checkpoint(kept.content, Verifier.from_vkey(vkey), vkey.partition("+")[0]).size


def test_whom_to_complain_to_is_told_without_asking_who_asks(page: Client):
    """Arts 13(2)(d), 77: the authority is named with its address."""
    answer = page.get("/mine/correct").content.decode()
    assert "Úřad pro ochranu osobních údajů" in answer
    assert 'href="https://uoou.gov.cz/"' in answer


def test_a_form_that_came_from_elsewhere_does_nothing(person):
    """Another site cannot erase anybody by a hidden form."""
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(links.make(person, now())).status_code == 403
    assert strict.post("/mine/erase", {"word": "erase"}).status_code == 403
    assert Fact.objects.filter(person_id=person).exists()


def test_every_rule_can_be_told_to_the_person():
    """Whoever was refused on their account, the person reads why."""
    assert {rule.name for rule in RULES} == set(WHY)
