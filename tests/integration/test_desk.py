"""The desk: one entry a page, closed rows that open for a purpose, refusals in words, nothing personal in between."""

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.support.desk import entries_waiting, on_account, signed_in

NAME, MAIL, PHONE = "Žofie Vyznačená", "vyznacena@example.test", "+420 601 020 304"
PURPOSE = "customer-relationship"


@pytest.fixture
def person(cell):
    """A customer with a contact tier and one closed fact, on the seller's account."""
    subject = cell.person(T01=NAME, T02=MAIL, T03=PHONE, T06="Vyznačená 7, Praha")
    on_account(cell, [subject], "Cihelna Horní s.r.o.")
    return subject


def at(subject, name="person"):
    """An address of a person's page."""
    return reverse(f"desk:{name}", args=[subject])


def test_the_list_shows_the_contact_tier_of_my_people_by_one_entry(cell, person):
    """A page of people is one question, one row, one commit."""
    others = cell.people([{"T01": f"Osoba {number}", "T02": f"o{number}@example.test"} for number in range(4)])
    on_account(cell, others, "Lom Dolní a.s.")
    before = entries_waiting()
    page = signed_in().get(reverse("desk:people"))
    assert page.status_code == 200
    assert entries_waiting() == before + 1
    for value in (NAME, MAIL, PHONE, "Cihelna Horní s.r.o.", "Osoba 3"):
        assert value in page.content.decode()
    assert "Vyznačená 7" not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_the_list_says_when_nobody_is_there_yet_and_asks_nothing(cell):
    """The empty state teaches the next step; nothing was looked at, so nothing is written."""
    before = entries_waiting()
    page = signed_in().get(reverse("desk:people"))
    assert "Nobody here yet" in page.content.decode()
    assert entries_waiting() == before


def test_a_persons_page_is_one_look_with_everything_else_closed(cell, person):
    """The contact tier stands open; of the rest only that it is held, for what, from where, until when."""
    before = entries_waiting()
    page = signed_in().get(at(person)).content.decode()
    assert entries_waiting() == before + 1
    assert NAME in page
    assert "Work address" in page
    assert "the cast of the tests" in page
    assert "Vyznačená 7" not in page
    assert "committed" in page


def test_a_closed_row_opens_by_a_form_with_a_purpose(cell, person):
    """With htmx the row alone comes back, with its value and its own trace; without it the whole page."""
    client, before = signed_in(), entries_waiting()
    sent = {"category": "T06", "purpose": PURPOSE}
    row = client.post(at(person, "open"), sent, headers={"HX-Request": "true"}).content.decode()
    assert "Vyznačená 7, Praha" in row
    assert 'id="trace"' in row
    assert NAME not in row
    page = client.post(at(person, "open"), sent).content.decode()
    assert "Vyznačená 7, Praha" in page
    assert NAME in page
    assert entries_waiting() == before + 2


@pytest.mark.parametrize(
    "sent", [{"category": "T06"}, {"category": "T06", "purpose": "own-record"}, {"purpose": PURPOSE}]
)
def test_opening_without_a_purpose_of_mine_is_refused_and_asks_nothing(cell, person, sent):
    """No purpose, no look; nor for a purpose that is not the reader's."""
    before = entries_waiting()
    page = signed_in().post(at(person, "open"), sent)
    assert page.status_code == 400
    assert "Vyznačená 7" not in page.content.decode()
    assert entries_waiting() == before


def test_opening_is_no_get(cell, person):
    """A link, a prefetch or a mail scanner opens nothing."""
    assert signed_in().get(at(person, "open")).status_code == 405


def test_a_hobby_is_refused_at_the_field_and_nothing_typed_is_lost(cell, person):
    """What, which rule, of which kind, what can be done; the value stays in the form and nowhere else."""
    client, before = signed_in(), entries_waiting()
    typed = {"new-category": "T45", "new-value": "zlatý golf", "new-source": "person", "new-purpose": PURPOSE}
    answer = client.post(at(person, "record"), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "zlatý golf" in page
    assert "chip-house-default" in page
    assert "House default" in page
    assert "What can be done" in page
    assert "Leave it out" in page
    assert entries_waiting() == before + 1
    smooth = client.post(at(person, "record"), typed, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in smooth
    assert "zlatý golf" in smooth


def test_a_refused_value_leaves_no_source_behind(cell, person):
    """Deed and entry stand or fall together, and so does where it was said to come from."""
    from aboveboard.apps.vault.models import Fact, Source

    facts, sources = Fact.objects.count(), Source.objects.count()
    typed = {"new-category": "T45", "new-value": "golf", "new-source": "person", "new-purpose": PURPOSE}
    signed_in().post(at(person, "record"), typed)
    assert (Fact.objects.count(), Source.objects.count()) == (facts, sources)


def test_an_admitted_fact_is_recorded_with_basis_term_and_source(cell, person):
    """Language for correspondence is on the list: it is kept, and stands closed on the page."""
    from aboveboard.apps.vault.models import Fact

    client = signed_in()
    typed = {"new-category": "T10", "new-value": "čeština", "new-source": "meeting", "new-purpose": PURPOSE}
    answer = client.post(at(person, "record"), typed)
    assert answer.status_code == 302
    assert answer.headers["Location"] == at(person)
    kept = Fact.objects.get(category="T10")
    assert (kept.purpose, kept.basis) == (PURPOSE, "legitimate-interest")
    page = client.get(at(person)).content.decode()
    assert "Language for correspondence" in page
    assert "a meeting with the person" in page
    assert "čeština" not in page
    smooth = client.post(at(person, "record"), typed, headers={"HX-Request": "true"})
    assert (smooth.status_code, smooth.headers["HX-Redirect"]) == (204, at(person))


def test_an_unfinished_form_keeps_what_was_typed_and_asks_nothing(cell, person):
    """Without a source there is no question; the value is still there."""
    before = entries_waiting()
    answer = signed_in().post(at(person, "record"), {"new-category": "T10", "new-value": "němčina"})
    assert answer.status_code == 400
    assert "němčina" in answer.content.decode()
    assert entries_waiting() == before


def test_a_search_finds_by_the_beginning_of_a_name_without_accents_and_by_a_whole_address(cell, person):
    """Three letters and more; the look at what is found is one entry."""
    client = signed_in()
    for term in ("vyz", "Zofie Vyznacena", MAIL):
        before = entries_waiting()
        page = client.post(reverse("desk:search"), {"term": term, "purpose": PURPOSE}).content.decode()
        assert MAIL in page, term
        assert entries_waiting() == before + 1
    page = client.post(reverse("desk:search"), {"term": "vyznacena@example", "purpose": PURPOSE}).content.decode()
    assert PHONE not in page


@pytest.mark.parametrize("term", ["", "vy", "a b", "@@@"])
def test_a_search_wants_three_letters(cell, person, term):
    """Fewer would list half the town."""
    before = entries_waiting()
    page = signed_in().post(reverse("desk:search"), {"term": term, "purpose": PURPOSE})
    assert page.status_code == 400
    assert MAIL not in page.content.decode()
    assert entries_waiting() == before


def test_none_and_none_for_you_are_the_same_page(cell):
    """Byte for byte, but for the form's own token: nobody learns from a search that somebody is held."""
    client, sent = signed_in(), {"term": "Nezjistitelná", "purpose": "public-affairs"}

    def found():
        answer = client.post(reverse("desk:search"), sent)
        headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        token = rb'name="csrfmiddlewaretoken" value="[^"]*"'
        return answer.status_code, headers, re.sub(token, b"", answer.content)

    none = found()
    cell.person(T01="Jana Nezjistitelná")
    before = entries_waiting()
    assert found() == none
    assert entries_waiting() == before + 1
    shown = client.post(reverse("desk:search"), sent | {"purpose": PURPOSE})
    assert "Jana Nezjistitelná" in shown.content.decode()


def test_headquarters_reads_in_words_why_it_sees_nothing(cell, person):
    """No name, no closed rows, no empty page either: each rule with its article and whom to ask."""
    client = signed_in("analyst-hq")
    for address in (reverse("desk:people"), at(person)):
        page = client.get(address).content.decode()
        assert NAME not in page
        assert MAIL not in page
        assert "Work address" not in page
        assert "Nothing is shown, and this is why" in page
        assert "chip-law" in page
        assert "no transfer instrument is on record" in page
        assert "Arts 44, 46(1)" in page
        assert "What can be done" in page


def test_an_operator_finds_no_purpose_at_the_desk(cell, person):
    """Running the machines opens nothing, and the page says so."""
    page = signed_in("operator-cz").get(at(person)).content.decode()
    assert NAME not in page
    assert "Running the system is no task for which personal data are read." in page


def test_an_erased_person_is_gone_with_the_date_in_words(cell, person):
    """410, the day, and nothing else."""
    from aboveboard.apps.gate.deeds import erase
    from aboveboard.faces.web.wording import day

    erase(cell.question("erase", [person], ["T01"], by="dpo-cz", purpose="data-protection-oversight"), person)
    client, before = signed_in(), entries_waiting()
    answers = [client.get(at(person)), client.post(at(person, "open"), {"category": "T06", "purpose": PURPOSE})]
    answers += [client.get(at(person, "record")), client.post(at(person, "official"))]
    assert [answer.status_code for answer in answers] == [410] * 4
    assert all(day(datetime.now(UTC)) in answer.content.decode() for answer in answers)
    assert entries_waiting() == before
    assert client.get(reverse("desk:person", args=["0" * 32])).status_code == 404


def test_a_restriction_is_said_and_nothing_opens(cell, person):
    """Article 18: kept, not used; the page says since when."""
    from aboveboard.apps.gate.deeds import restrict

    restrict(cell.question("restrict", [person], ["T01"], by="dpo-cz", purpose="data-protection-oversight"), person)
    page = signed_in().get(at(person)).content.decode()
    assert "Restricted since" in page
    assert MAIL not in page
    assert "Art. 18" in page


def test_a_notice_that_is_owed_shows_its_clock(cell):
    """Article 14(3)(a): a month, by the legal calendar."""
    obtained = datetime.now(UTC).date() - timedelta(days=3)
    new = cell.new_person({"T01": "Petr Dosudneznalý"}, notice="owed", informed_on=None, obtained_on=obtained)
    cell.take_in([new])
    page = signed_in().get(at(new.id)).content.decode()
    assert "has not been told yet" in page
    assert "days left" in page


def test_an_office_is_proposed_from_the_organisation_and_confirmed_by_a_human(cell):
    """Nobody becomes an official by themselves; once confirmed the stricter rules count."""
    from aboveboard.apps.vault.queries import person_row

    subject = cell.person(T01="Karel Úřední")
    on_account(cell, [subject], "Ministerstvo vzorů")
    client = signed_in()
    assert "Ministerstvo vzorů is a public body" in client.get(at(subject)).content.decode()
    assert "official" not in person_row(subject).capacities
    answer = client.post(at(subject, "official"), follow=True)
    assert "official" in person_row(subject).capacities
    assert "public official since" in answer.content.decode()
    assert "is a public body." not in answer.content.decode()
    client.post(at(subject, "official"))
    assert person_row(subject).capacities.count("official") == 1


def test_nobody_gets_in_without_a_sign_in_of_an_employee(cell, person, client):
    """A stranger is led to the sign-in; a sign-in without an employee opens nothing."""
    from aboveboard.apps.signin.actions import add_user

    for address in (reverse("desk:people"), at(person), reverse("desk:organisations"), reverse("desk:deals")):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/account/login/")
    assert client.get("/").headers["Location"] == reverse("desk:people")
    client.force_login(add_user(login="nobody", password="long enough to be one", staff=None))
    assert client.get(at(person)).status_code == 403


def test_no_value_stands_in_an_address_a_header_a_session_or_a_log_line(cell, person, caplog):
    """Whatever is typed or shown stays in bodies: nothing in between keeps or tells it."""
    from django.contrib.sessions.models import Session

    client = signed_in()
    marked = (NAME, "Vyznačen", "vyznacen", MAIL, "601 020", "tajnost")
    typed = {"new-category": "T45", "new-value": "tajnost", "new-source": "person", "new-purpose": PURPOSE}
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.get(reverse("desk:people")),
            client.get(at(person)),
            client.post(at(person, "open"), {"category": "T06", "purpose": PURPOSE}),
            client.post(at(person, "record"), typed),
            client.post(at(person, "record"), typed | {"new-category": "T10"}),
            client.post(reverse("desk:search"), {"term": "Vyznačená", "purpose": PURPOSE}),
        ]
    told = [caplog.text, *(str(answer.headers) for answer in answers), *(str(answer.cookies) for answer in answers)]
    told += [str(session.get_decoded()) for session in Session.objects.all()]
    told += [link for one in answers for link in re.findall(r'(?:href|action|src)="([^"]*)"', one.content.decode())]
    assert [value for value in marked for text in told if value in text] == []


def test_a_page_shows_twenty_five_people_and_leads_on(cell):
    """A page is a look at no more than that; the next one is another look."""
    people = cell.people([{"T01": f"Osoba {number:02}", "T02": f"o{number}@example.test"} for number in range(27)])
    on_account(cell, people, "Velká a.s.")
    client = signed_in()
    first = client.get(reverse("desk:people")).content.decode()
    assert first.count("@example.test") == 25
    later = re.search(r'rel="next" href="([^"]*)"', first)
    assert later is not None
    second = client.get(later[1].replace("&amp;", "&")).content.decode()
    assert second.count("@example.test") == 2
    cards = client.get(reverse("desk:people"), {"view": "cards"}).content.decode()
    assert cards.count("desk-card-name") == 25
    assert client.get(reverse("desk:people"), {"page": "x"}).status_code == 200


def test_headquarters_with_a_grant_sees_the_contact_tier_and_no_more(cell, person):
    """The same pages, the same trace; what else is held is not shown, nor that it is."""
    from tests.support.evidence import let_headquarters_look

    let_headquarters_look(cell)
    client = signed_in("analyst-hq")
    page = client.get(at(person)).content.decode()
    assert NAME in page
    assert "from India" in page
    assert "Work address" not in page
    assert "What else is held is not shown, nor that it is." in page
    assert MAIL in client.get(reverse("desk:people")).content.decode()
    sent = {"category": "T06", "purpose": PURPOSE}
    row = client.post(at(person, "open"), sent, headers={"HX-Request": "true"}).content.decode()
    assert "Vyznačená 7" not in row
    assert "does not cover Work address" in row
    whole = client.post(at(person, "open"), sent).content.decode()
    assert NAME in whole
    assert "does not cover Work address" in whole


def test_a_refused_page_keeps_to_itself_for_whom_somebody_acts(cell, person):
    """Organisation and deals say something about a person too: they stand only on a page whose look was released."""
    assert "Cihelna Horní" in signed_in().get(at(person)).content.decode()
    assert "Cihelna Horní" not in signed_in("analyst-hq").get(at(person)).content.decode()


def test_the_trace_is_signed_once_it_stands_in_the_log(cell, person):
    """The tick fills when the sequencer has been there, and not before; a made-up hash says nothing."""
    client = signed_in()
    page = client.get(at(person)).content.decode()
    address = re.search(r'hx-get="([^"]*/signed/[0-9a-f]{64})"', page)
    assert address is not None
    assert client.get(address[1]).status_code == 204
    cell.drain()
    assert "signed, entry" in client.get(address[1]).content.decode()
    assert client.get(reverse("desk:signed", args=["0" * 64])).status_code == 204
    assert client.get(reverse("desk:signed", args=["nothing"])).status_code == 204


def test_nobody_guesses_a_person(cell):
    """An id that is nobody's, in whatever form, is no page; a form without a known person neither."""
    client = signed_in()
    for address in ("/desk/people/" + "f" * 32, "/desk/people/xyz", "/desk/organisations/999999"):
        assert client.get(address).status_code == 404
    assert client.post("/desk/people/" + "f" * 32 + "/open", {"category": "T06", "purpose": PURPOSE}).status_code == 404


def test_whoever_looks_keeps_the_receipt(person):
    """The trace of a page leads to the log's signed promise for its look; what is no entry has none."""
    from aboveboard.apps.evidence.pack import own_trust
    from aboveboard.core.verify.receipts import open_receipt

    page = signed_in().get(at(person)).content.decode()
    address = page.partition('href="/desk/receipts/')[2].partition('"')[0]
    answer = signed_in().get(f"/desk/receipts/{address}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="receipt"'
    promise = open_receipt(answer.content, own_trust())
    assert promise.entry_hash.hex() == address
    assert promise.owner == b""
    assert signed_in().get(f"/desk/receipts/{'00' * 32}").status_code == 404
    assert signed_in().get("/desk/receipts/nothing").status_code == 404
