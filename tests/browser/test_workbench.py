"""The workbench in a real browser: readable by everyone, whole on every width, usable without JavaScript."""

import pytest

from tests.support.browser import (
    NARROW,
    WIDE,
    BrowserPage,
    browser_page,
    check_accessible,
    check_no_sideways_scroll,
)
from tests.support.cell import OVERSIGHT, Cell
from tests.support.workbench import came, proposed

__all__ = ["browser_page"]

pytestmark = pytest.mark.browser


def enter(cell: Cell, login: str, live_server, browser_page: BrowserPage) -> None:
    """Come in as one of the cast, confirmed a moment ago."""
    session = came(cell, login).cookies["aboveboard_session"].value
    browser_page.page.context.add_cookies([{"name": "aboveboard_session", "value": session, "url": live_server.url}])


@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_of_the_workbench_can_be_read_by_everyone(
    cell: Cell, live_server, browser_page: BrowserPage, width, dark
):
    """Contrast, names, landmarks and order hold at both widths, by day and by night."""
    act = proposed(cell)
    cell.look([cell.person()])
    cell.drain()
    browser_page.look(width=width, dark=dark)
    for login, pages in {
        "dpo-cz": (
            "grants",
            "acts",
            f"acts/{act}",
            "ledger",
            "quarantine",
            "clocks",
            "who-can-see",
            "stranger",
            "naming",
        ),
        "signatory-cz": (
            "grants/propose",
            f"acts/{act}/sign",
            "keys/make",
            "acts/propose",
            "acts/propose/appointment",
            "acts/propose/role",
            "acts/propose/key",
            "acts/propose/entity?of=de",
            "acts/propose/live",
            "acts/propose/lift-default",
        ),
    }.items():
        enter(cell, login, live_server, browser_page)
        for page in pages:
            browser_page.visit(f"{live_server.url}/workbench/{page}")
            assert browser_page.page.url.endswith(page)
            check_accessible(browser_page.page)
            check_no_sideways_scroll(browser_page.page)
    assert browser_page.off_origin() == []


def test_an_appointment_is_proposed_without_javascript(cell: Cell, live_server, browser_page: BrowserPage):
    """From the list of acts to the form and on to the act itself: plain links and forms."""
    context = browser_page.page.context.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    session = came(cell, "signatory-cz").cookies["aboveboard_session"].value
    context.add_cookies([{"name": "aboveboard_session", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/workbench/acts")
    page.click("text=Propose an act")
    page.click("text=Appoint somebody")
    page.fill("#id_name", "Newly Appointed")
    page.select_option("#id_role", "seller")
    page.select_option("#id_entity", "cz")
    page.fill("#id_unit", "trade")
    page.select_option("#id_workplace", "CZ")
    page.fill("#id_passphrase", cell.sign_ins["signatory-cz"].passphrase)
    page.click("main form button")
    assert "Somebody is appointed" in page.inner_text("main")
    assert "Newly Appointed" in page.locator("details table").text_content()
    context.close()


def test_a_grant_is_decided_without_javascript(cell: Cell, live_server, browser_page: BrowserPage):
    """Opinion, refused signature, and the words of the refusal: plain forms."""
    act = proposed(cell)
    context = browser_page.page.context.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    session = came(cell, "signatory-cz").cookies["aboveboard_session"].value
    context.add_cookies([{"name": "aboveboard_session", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/workbench/acts/{act}")
    page.click("text=Sign…")
    page.fill("input[type=password]", cell.sign_ins["signatory-cz"].passphrase)
    page.click("main form button")
    assert "opinion comes before the signature" in page.inner_text("main")
    context.close()


def test_the_answer_about_a_person_can_be_read_by_everyone(cell: Cell, live_server, browser_page: BrowserPage):
    """The table and the trace bar hold too."""
    person = cell.person()
    enter(cell, "dpo-cz", live_server, browser_page)
    browser_page.visit(f"{live_server.url}/workbench/who-can-see")
    browser_page.page.fill("#id_person", person.hex())
    browser_page.page.select_option("#id_purpose", OVERSIGHT)
    browser_page.page.click("main form button")
    browser_page.page.wait_for_selector("table")
    check_accessible(browser_page.page)
    assert "1 look" in browser_page.page.inner_text("#trace")
