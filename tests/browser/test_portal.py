"""The person's own page in a real browser: on a phone first, readable by everyone, live without releasing a value."""

import re

import pytest

from tests.support.browser import (
    NARROW,
    WIDE,
    BrowserPage,
    browser_page,
    check_accessible,
    check_no_sideways_scroll,
)
from tests.support.cell import CONTACT, CUSTOMER_CARE, OVERSIGHT, Cell

__all__ = ["browser_page"]

pytestmark = pytest.mark.browser
LIGHTS = pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
WIDTHS = pytest.mark.parametrize("width", [NARROW, WIDE])
FURTHER = ("object", "restrict", "copy", "correct", "erase")


@pytest.fixture
def person(cell: Cell):
    """A customer with a consent, who was looked at by a seller and refused to headquarters."""
    from datetime import UTC, datetime

    from aboveboard.apps.consent.actions import give
    from aboveboard.apps.gate import deeds
    from aboveboard.core.terms import PurposeId

    made = cell.person(T01="Žofie Říhová", T02="zofie.rihova@example.test", T03="+420 601 234 567")
    deeds.change_choices(
        cell.question("restrict", [made], CONTACT, by="dpo-cz", purpose=OVERSIGHT),
        made,
        lambda: give(
            person=made, purpose=PurposeId(CUSTOMER_CARE), wording="events-1", channel="form",
            by=cell.staff("seller-cz"), now=datetime.now(UTC),
        ),
    )  # fmt: skip
    cell.drain()
    for _ in range(3):
        cell.look([made])
    cell.look([made], by="analyst-hq")
    cell.drain()
    return made


@pytest.fixture
def link(person, live_server) -> str:
    """A link as it stands in a message."""
    from aboveboard.apps.evidence import links
    from aboveboard.faces.web.asking import now

    return live_server.url + links.make(person, now())


def enter(browser_page: BrowserPage, link: str) -> None:
    """Follow the link and press its one button."""
    browser_page.visit(link)
    browser_page.page.click("main form button")
    browser_page.page.wait_for_url("**/mine/")


@WIDTHS
@LIGHTS
def test_every_page_of_ones_own_record_can_be_read_by_everyone(
    browser_page: BrowserPage, link, live_server, width, dark
):
    """Contrast, names, landmarks and order hold on a phone and at a desk, by day and by night."""
    browser_page.look(width=width, dark=dark)
    browser_page.visit(link)
    _check(browser_page)
    enter(browser_page, link)
    browser_page.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    _check(browser_page)
    for path in FURTHER:
        browser_page.visit(f"{live_server.url}/mine/{path}")
        _check(browser_page)
    browser_page.visit(f"{live_server.url}/log/")
    _check(browser_page)
    assert browser_page.off_origin() == []


def test_a_look_of_somebody_else_stands_on_the_open_page_within_a_tick(
    browser_page: BrowserPage, cell: Cell, person, link
):
    """The phone on the table says so by itself, without a value; showing it is a look of one's own."""
    browser_page.look(width=NARROW)
    enter(browser_page, link)
    cell.look([person], by="analyst-hq")
    cell.drain()
    browser_page.page.wait_for_selector("#news .news-body", timeout=10_000)
    told = browser_page.page.inner_text("#news")
    assert "Namuna Holdings Ltd asked for customer relationship and was refused" in told
    assert "Žofie" not in told
    check_accessible(browser_page.page)
    assert browser_page.errors == []
    browser_page.page.click("#news a")
    browser_page.page.wait_for_load_state()
    assert browser_page.page.query_selector("#news .news-body") is None


def test_erasing_works_with_a_keyboard_and_says_so(browser_page: BrowserPage, link, live_server):
    """Word, Enter, gone: no mouse and no script is needed."""
    browser_page.look(width=NARROW)
    enter(browser_page, link)
    browser_page.visit(f"{live_server.url}/mine/erase")
    browser_page.page.focus("#word")
    browser_page.page.keyboard.type("erase")
    browser_page.page.keyboard.press("Enter")
    browser_page.page.wait_for_selector("text=You have been erased here")
    check_accessible(browser_page.page)


def test_everything_works_without_a_script(browser_page: BrowserPage, link):
    """Where scripts are off, the page and its rights are the same; only the live line stays silent."""
    context = browser_page.page.context.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    page.click("main form button")
    assert "Žofie Říhová" in page.inner_text("main")
    page.click("text=Withdraw")
    assert "Your consent is withdrawn." in page.inner_text("main")
    page.click("text=Restrict the use")
    page.click("main form button")
    assert re.search(r"Restricted since", page.inner_text("main"))
    context.close()


def _check(browser_page: BrowserPage) -> None:
    check_accessible(browser_page.page)
    check_no_sideways_scroll(browser_page.page)
