"""Pages about sealed looks in a real browser: readable by everyone, whole on every width, in Czech and in English."""

import pytest

from aboveboard.apps.evidence import links
from aboveboard.faces.web.asking import now
from tests.browser.test_workbench import enter
from tests.support.browser import (
    NARROW,
    WIDE,
    BrowserPage,
    browser_page,
    check_accessible,
    check_no_sideways_scroll,
)
from tests.support.cell import Cell
from tests.support.delays import days_ahead, order

__all__ = ["browser_page"]

pytestmark = pytest.mark.browser


def shown(browser_page: BrowserPage, name: str) -> None:
    """The page as it stands holds for everyone."""
    check_accessible(browser_page.page)
    check_no_sideways_scroll(browser_page.page)
    assert browser_page.errors == [], name
    assert browser_page.off_origin() == [], name


@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_about_sealed_looks_can_be_read_by_everyone(
    cell: Cell, live_server, browser_page: BrowserPage, width, dark
):
    """Orders, their form, the ledger, the clocks, the public log, and the page of somebody who reads the count."""
    person = cell.person()
    order(cell, person, open_by=days_ahead(60))
    cell.look([person])
    cell.drain()
    browser_page.look(width=width, dark=dark)
    enter(cell, "signatory-cz", live_server, browser_page)
    for page in ("sealed", "acts/propose/delay", "ledger", "clocks"):
        browser_page.visit(f"{live_server.url}/workbench/{page}")
        shown(browser_page, page)
    browser_page.visit(f"{live_server.url}/log/")
    shown(browser_page, "log")
    browser_page.page.context.clear_cookies()
    browser_page.visit(f"{live_server.url}{links.make(person, now())}")
    browser_page.page.get_by_role("button").first.click()
    browser_page.page.wait_for_selector("#looks")
    assert browser_page.page.get_by_text("is sealed").or_(browser_page.page.get_by_text("zapečetěno")).count() >= 1
    shown(browser_page, "mine")
