"""The person's own page: opened by a button, logged like every look, and telling who else looked."""

import re

import pytest
from django.test import Client

from aboveboard.apps.evidence import links
from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Gap, GapPerson, Leaf, Pending
from aboveboard.core.entries import EntryKind
from aboveboard.faces.portal.visiting import COOKIE
from aboveboard.faces.web.asking import now
from tests.support.cell import Cell

NAME, EMAIL = "Žofie Říhová", "zofie.rihova@example.test"


@pytest.fixture
def person(cell: Cell):
    """A customer, taken in and in the log."""
    made = cell.person(T01=NAME, T02=EMAIL)
    cell.drain()
    return made


def link_to(person) -> str:
    """A link as it would stand in the message."""
    return links.make(person, now())


def enter(client: Client, person):
    """Press the button behind a link and land on the page."""
    return client.post(link_to(person), follow=True)


def entries():
    """Every pending entry, opened."""
    return [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]


def without_token(page: bytes) -> str:
    """A page without the token that protects its forms, which differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|/mine/open/[\w-]+', "", page.decode())


def test_following_a_link_shows_a_button_and_notes_nothing(person, client: Client):
    """A scanner of mail that follows every link opens nothing and leaves no trace."""
    answer = client.get(link_to(person))
    assert answer.status_code == 200
    assert NAME not in answer.content.decode()
    assert COOKIE not in answer.cookies
    assert entries() == []


def test_a_link_that_exists_looks_like_one_that_does_not(person, client: Client):
    """Whoever tries links learns nothing: before the button all are alike, behind it wrong and expired are."""
    old = links.make(person, now() - links.LINK_LASTS)
    pages = [client.get(path) for path in (link_to(person), old, "/mine/open/wrong")]
    assert len({without_token(page.content) for page in pages}) == 1
    refused = [client.post(path) for path in (old, "/mine/open/wrong")]
    assert len({without_token(page.content) for page in refused}) == 1
    assert {page.status_code for page in refused} == {404}
    assert not any(COOKIE in page.cookies for page in refused)


def test_the_button_begins_a_visit_that_only_this_browser_has(person, client: Client):
    """The cookie is out of reach of scripts and of other sites, and holds neither person nor link."""
    path = link_to(person)
    answer = client.post(path)
    cookie = answer.cookies[COOKIE]
    assert answer.headers["Location"] == "/mine/"
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/mine/")
    assert cookie.value not in path
    assert person.hex() not in cookie.value
    assert "sessionid" not in answer.cookies
    assert "aboveboard_session" not in answer.cookies


def test_opening_the_page_is_one_look_of_the_person(person, client: Client):
    """Everything held is shown, and exactly one entry says that the person looked at their own record."""
    answer = enter(client, person)
    page = answer.content.decode()
    assert NAME in page
    assert EMAIL in page
    assert "We keep in touch with the people who buy for our customers." in page
    assert "the cast of the tests" in page
    (entry,) = entries()
    assert (entry.kind, entry.purpose, entry.role) == (EntryKind.LOOK, "own-record", "person-concerned")
    assert entry.subjects[0].categories == ("T01", "T02", "T23")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_tells_who_looked_and_who_was_refused(cell: Cell, person, client: Client):
    """A seller's look with reader and categories, a refusal of headquarters with its reason; own looks apart."""
    cell.look([person])
    cell.look([person], by="analyst-hq")
    cell.drain()
    page = enter(client, person).content.decode()
    (reader,) = {line.reader for line in lines(person) if line.said.purpose == "customer-relationship" and line.reader}
    assert f"Vzorová obchodní s.r.o., reader {reader}" in page
    assert "Czechia, by workplace" in page
    assert "Asked and refused: customer relationship" in page
    assert "outside the EEA and nothing on record allowed the transfer" in page
    assert "Namuna Holdings Ltd, reader not told apart" in page


def test_what_is_loaded_again_is_a_look_again_and_older_looks_are_not(cell: Cell, person, client: Client):
    """One entry each time values are shown; pages of looks show none and add none."""
    for number in range(45):
        cell.look([person], ["T01"] if number % 2 else ["T02"], place=_place(number))
    cell.drain()
    enter(client, person)
    client.get("/mine/")
    assert len(entries()) == 2
    older = client.get("/mine/looks/2")
    assert older.status_code == 200
    assert NAME not in older.content.decode()
    assert client.get("/mine/looks/99").status_code == 404
    assert len(entries()) == 2


def _place(number: int):
    """One place in the EEA after the other, so that the looks do not fold into one."""
    from aboveboard.core.catalogue import catalogue
    from aboveboard.core.policy.question import Place
    from aboveboard.core.terms import PlaceSource

    inside = sorted(code for code, country in catalogue().countries.items() if country.in_eea)
    country = catalogue().countries[inside[number % len(inside)]].code
    return Place(country, PlaceSource.WORKPLACE, country, country)


def test_the_live_line_tells_that_something_is_new_and_no_value_of_it(cell: Cell, person, client: Client):
    """Headquarters asks: within a tick the open page says who and what for, and nothing more is logged by that."""
    page = enter(client, person).content.decode()
    address = re.search(r'hx-get="(/mine/news[^"]+)"', page)[1].replace("&amp;", "&")
    cell.drain()
    # The person's own look has come in: nothing to tell, but it is counted.
    first = client.get(address)
    assert "Namuna" not in first.content.decode()
    cell.look([person], by="analyst-hq")
    cell.drain()
    told = client.get(address)
    assert "Namuna Holdings Ltd asked for customer relationship and was refused" in told.content.decode()
    assert NAME not in told.content.decode()
    assert Pending.objects.count() == 0
    again = re.search(r'hx-get="(/mine/news[^"]+)"', told.content.decode())[1].replace("&amp;", "&")
    assert client.get(again).status_code == 204


def test_without_a_visit_no_page_tells_anything(person, client: Client):
    """Every address answers alike to somebody without the cookie, and the live line stops asking."""
    for path in ("/mine/", "/mine/looks/1", "/mine/object", "/mine/restrict", "/mine/erase", "/mine/correct",
                 "/mine/copy", "/mine/checkpoint"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert "Your page is closed" in answer.content.decode()
    for path in ("/mine/evidence", "/mine/consent/withdraw", "/mine/erase", "/mine/copy"):
        assert client.post(path, {"word": "erase"}).status_code == 403
    assert client.get("/mine/news").status_code == 286
    assert entries() == []


def test_a_visit_ends_after_half_an_hour_without_a_sign_of_life(person, client: Client):
    """A phone left on the table shows nothing later; the page that asks for news by itself is no sign of life."""
    enter(client, person)
    secret = client.cookies[COOKIE].value
    later = now() + links.IDLE_LIMIT - links.SEEN_EVERY
    assert links.visitor(secret, later, alive=False) == person
    assert links.visitor(secret, now() + links.IDLE_LIMIT) is None
    assert links.visitor(secret, later) == person
    assert links.visitor(secret, later + links.IDLE_LIMIT - links.SEEN_EVERY) == person
    assert links.visitor(secret, now() + links.ABSOLUTE_LIMIT) is None


def test_closing_the_page_closes_it_for_good(person, client: Client):
    """The visit ends on the server, not only in the browser."""
    enter(client, person)
    secret = client.cookies[COOKIE].value
    assert client.post("/mine/leave").status_code == 200
    client.cookies[COOKIE] = secret
    assert client.get("/mine/").status_code == 403


def test_nothing_personal_stands_in_addresses_headers_cookies_or_log_lines(cell: Cell, person, client: Client, caplog):
    """Values appear in the body of a page that was looked at, and nowhere around it."""
    cell.look([person])
    cell.drain()
    caplog.set_level("DEBUG")
    answer = enter(client, person)
    addresses = re.findall(r'(?:href|action|src|hx-get)="([^"]*)"', answer.content.decode())
    around = [*addresses, *answer.headers.values(), *(cookie.value for cookie in client.cookies.values()), caplog.text]
    around += [location for location, _status in answer.redirect_chain]
    for marked in (NAME, "Žofie", EMAIL, "zofie", person.hex()):
        assert not any(marked in text for text in around)
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_one_persons_visit_never_shows_another(cell: Cell, person, client: Client):
    """A visit is bound to the person its link was made for."""
    other = cell.person(T01="Somebody Else", T02="else@example.test")
    page = enter(client, other).content.decode()
    assert "Somebody Else" in page
    assert NAME not in page


def test_a_line_taken_out_of_the_ledger_is_told_to_the_person(cell: Cell, person, client: Client):
    """Whoever deletes a look from the database makes the page say that one is missing."""
    cell.look([person])
    cell.drain()
    Leaf.objects.filter(seq=max(line.index for line in lines(person))).delete()
    page = enter(client, person).content.decode()
    assert "1 line about you is missing from our ledger" in page
    assert NAME in page


def test_a_changed_line_is_told_and_what_is_held_is_still_shown(cell: Cell, person, client: Client):
    """Whoever edits a look in the database does not silence the page."""
    cell.look([person])
    cell.drain()
    leaf = Leaf.objects.get(seq=max(line.index for line in lines(person)))
    Leaf.objects.filter(seq=leaf.seq).update(audit=bytes(leaf.audit)[:-1] + bytes([bytes(leaf.audit)[-1] ^ 1]))
    page = enter(client, person).content.decode()
    assert "was changed afterwards" in page
    assert NAME in page


def test_a_declared_gap_is_told_on_the_page_of_everybody_it_affects(cell: Cell, person, client: Client):
    """How many lines remain only in their public part stands there, with the day."""
    gap = Gap.objects.create(
        number=1, origin="cz-1/former", size=9, root=bytes(32), kept=5, compared=True, note=b"", act=bytes(16),
        declared_at=now(),
    )  # fmt: skip
    GapPerson.objects.create(gap=gap, person=person, lines=2)
    page = enter(client, person).content.decode()
    assert "we had to declare a gap in our log" in page
    assert "Of 2 lines about you only the public part remains." in page


def test_the_person_keeps_the_receipt_of_their_own_look_and_of_nobody_elses(cell: Cell, person, client: Client):
    """It says that its entry is about them; an entry about somebody else gives none."""
    from aboveboard.apps.evidence.pack import own_trust
    from aboveboard.core.verify.receipts import open_receipt

    page = enter(client, person).content.decode()
    address = page.partition('href="/mine/receipts/')[2].partition('"')[0]
    promise = open_receipt(client.get(f"/mine/receipts/{address}").content, own_trust())
    assert promise.entry_hash.hex() == address
    assert promise.owner
    other = cell.look([cell.person(T01="Another Person")]).entry_hash.hex()
    assert client.get(f"/mine/receipts/{other}").status_code == 404
    assert client.get("/mine/receipts/nothing").status_code == 404
