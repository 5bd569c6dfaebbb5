"""The desk in a real browser: readable by everyone, by keyboard, with and without scripts."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.support.browser import (
    NARROW,
    WIDE,
    BrowserPage,
    browser_page,
    check_accessible,
    check_no_sideways_scroll,
)
from tests.support.desk import entries_waiting, on_account, signed_in

__all__ = ["browser_page"]

pytestmark = pytest.mark.browser
LIGHTS = pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


@pytest.fixture
def people(cell):
    """Customers with a contact tier and something closed, on the seller's account."""
    given = [
        {"T01": f"Jméno Příjmení {number}", "T02": f"jmeno.{number}@example.test", "T03": f"+420 600 000 00{number}",
         "T23": "vedoucí nákupu", "T06": "Ulice 7, Praha", "T10": "čeština", "T33": "zápis"}
        for number in range(6)
    ]  # fmt: skip
    subjects = cell.people(given)
    on_account(cell, subjects[:3], "Cihelna Horní s.r.o.")
    on_account(cell, subjects[3:], "Ministerstvo vzorů")
    return subjects


def sign_in(browser_page: BrowserPage, live_server, login="seller-cz"):
    """Give the browser the session of one of the cast."""
    session = signed_in(login).cookies[settings.SESSION_COOKIE_NAME].value
    browser_page.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


@WIDTHS
@LIGHTS
def test_every_page_of_the_desk_can_be_read_by_everyone(live_server, browser_page: BrowserPage, people, width, dark):
    """Contrast, names, landmarks and order hold at both widths, by day and by night."""
    sign_in(browser_page, live_server)
    browser_page.look(width=width, dark=dark)
    page = browser_page.page
    person = reverse("desk:person", args=[people[3]])
    cards = reverse("desk:people") + "?view=cards"
    for path in (
        reverse("desk:people"),
        cards,
        person,
        reverse("desk:organisations"),
        reverse("desk:traces"),
        reverse("desk:my-looks"),
    ):
        browser_page.visit(live_server.url + path)
        check_accessible(page)
        check_no_sideways_scroll(page)
    browser_page.visit(live_server.url + person)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    check_accessible(page)
    for term in ("Příjmení", "nikdo takový"):
        browser_page.visit(live_server.url + reverse("desk:people"))
        page.fill("[data-search]", term)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        check_accessible(page)
        check_no_sideways_scroll(page)
    assert browser_page.errors == []
    assert browser_page.off_origin() == []


@WIDTHS
@LIGHTS
def test_a_refusal_can_be_read_by_everyone(live_server, browser_page: BrowserPage, people, width, dark):
    """At the field of a seller, and on the whole page of headquarters."""
    sign_in(browser_page, live_server)
    browser_page.look(width=width, dark=dark)
    page = browser_page.page
    browser_page.visit(live_server.url + reverse("desk:person", args=[people[0]]))
    record_golf(page)
    assert page.input_value("[data-tour=record-value]") == "golf"
    check_accessible(page)
    check_no_sideways_scroll(page)
    sign_in(browser_page, live_server, "analyst-hq")
    browser_page.visit(live_server.url + reverse("desk:people"))
    assert page.locator(".chip-law").count() > 0
    check_accessible(page)
    check_no_sideways_scroll(page)


def record_golf(page):
    """Type the hobby that is refused."""
    page.select_option("[data-tour=record-category]", "T45")
    page.fill("[data-tour=record-value]", "golf")
    page.select_option("[name=new-source]", "person")
    page.click("[data-tour=record-save]")
    page.wait_for_selector(".chip-house-default")


FILE = {
    "name": "people.csv",
    "mimeType": "text/csv",
    "buffer": "Name,Work Email,Job Title,Hobby,Children\nAnna Nová,anna@firma.example,Buyer,golf,2\n".encode(),
}


@WIDTHS
@LIGHTS
def test_a_file_is_judged_and_taken_in_on_one_page(live_server, browser_page: BrowserPage, people, width, dark):
    """What would become of each column is shown under the form; the file stays chosen and is carried out from there."""
    sign_in(browser_page, live_server)
    browser_page.look(width=width, dark=dark)
    page = browser_page.page
    browser_page.visit(live_server.url + reverse("desk:people"))
    page.click(f"a[href='{reverse('desk:import')}']")
    page.click("#main form.form .button-main")
    page.set_input_files("[name=file]", [FILE])
    page.fill("[name=source]", "A fair in Brno")
    page.click("#main form.form .button-main")
    page.wait_for_selector("[name=take]")
    assert "Hobby" in page.inner_text("#outcome")
    check_accessible(page)
    check_no_sideways_scroll(page)
    page.click("[name=take]")
    page.wait_for_selector("#outcome h2:has-text('taken in')")
    check_accessible(page)
    assert browser_page.errors == []
    assert browser_page.off_origin() == []


def test_a_file_is_taken_in_without_scripts(live_server, browser_page: BrowserPage, people):
    """Each answer is a page; the file is chosen once more, and must be the one that was judged."""
    page = browser_page.page.context.browser.new_context(java_script_enabled=False).new_page()
    sign_in(BrowserPage(page), live_server)
    page.goto(live_server.url + reverse("desk:import"))
    page.fill("[name=source]", "A fair in Brno")
    page.set_input_files("[name=file]", [FILE])
    page.click("#main form.form .button-main")
    assert page.input_value("[name=source]") == "A fair in Brno"
    page.set_input_files("[name=file]", [FILE])
    page.click("[name=take]")
    assert "taken in" in page.inner_text("#outcome h2")
    page.context.close()


def test_the_desk_is_worked_by_keyboard(live_server, browser_page: BrowserPage, people):
    """Slash to the search, j and k through the rows, Enter opens the person."""
    sign_in(browser_page, live_server)
    page = browser_page.page
    browser_page.visit(live_server.url + reverse("desk:people"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "Jméno Příjmení 0"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "term"
    page.keyboard.type("jk/")
    assert page.input_value("[data-search]") == "jk/"
    page.keyboard.press("Tab")
    browser_page.visit(live_server.url + reverse("desk:people"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-tour=person]")
    assert page.inner_text("h1") == "Jméno Příjmení 0"


def test_a_closed_row_opens_in_place_and_its_trace_is_told(live_server, browser_page: BrowserPage, people):
    """The row is replaced by its value, the bar at the foot by the new trace; the rest of the page stays."""
    sign_in(browser_page, live_server)
    page = browser_page.page
    browser_page.visit(live_server.url + reverse("desk:person", args=[people[0]]))
    before, trace = entries_waiting(), page.inner_text("#trace")
    page.click("#fact-T06 summary")
    page.click("#fact-T06 form .button-main")
    page.wait_for_selector("#fact-T06.fact-open")
    assert "Ulice 7, Praha" in page.inner_text("#fact-T06")
    assert page.inner_text("#trace") != trace
    assert entries_waiting() == before + 1
    assert browser_page.errors == []


def test_the_desk_works_without_scripts(live_server, browser_page: BrowserPage, people):
    """Everything but the comforts is plain forms and links."""
    page = browser_page.page.context.browser.new_context(java_script_enabled=False).new_page()
    plain = BrowserPage(page)
    sign_in(plain, live_server)
    page.goto(live_server.url + reverse("desk:person", args=[people[0]]))
    page.click("#fact-T06 summary")
    page.click("#fact-T06 form .button-main")
    assert "Ulice 7, Praha" in page.inner_text("#fact-T06")
    assert page.inner_text("h1") == "Jméno Příjmení 0"
    record_golf(page)
    assert page.input_value("[data-tour=record-value]") == "golf"
    page.context.close()
