"""The component gallery in a real browser: readable by everyone, whole on every width, nothing from elsewhere."""

import pytest

from tests.support.browser import (
    NARROW,
    WIDE,
    BrowserPage,
    browser_page,
    check_accessible,
    check_no_sideways_scroll,
)

__all__ = ["browser_page"]

pytestmark = pytest.mark.browser
LIGHTS = pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])
PAGES = ("/gallery", "/limits", "/account/login/", "/gallery/errors/gone", "/gallery/frame")


@pytest.fixture(autouse=True)
def _sample_home(settings):
    """The gallery stands only in a sample home."""
    settings.SAMPLE_HOME = True


@WIDTHS
@LIGHTS
def test_every_page_of_the_shared_look_can_be_read_by_everyone(live_server, browser_page: BrowserPage, width, dark):
    """Contrast, names, landmarks and order hold at both widths, by day and by night."""
    browser_page.look(width=width, dark=dark)
    for path in PAGES:
        browser_page.visit(live_server.url + path)
        check_accessible(browser_page.page)
        check_no_sideways_scroll(browser_page.page)
    assert browser_page.off_origin() == []


def test_the_check_finds_a_picture_without_words(live_server, browser_page: BrowserPage):
    """A check that cannot fail proves nothing: a fault put in by hand is found."""
    browser_page.visit(live_server.url + "/limits")
    browser_page.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    with pytest.raises(AssertionError, match="image-alt"):
        check_accessible(browser_page.page)


@LIGHTS
def test_rows_and_menus_can_be_read_when_they_are_open_too(live_server, browser_page: BrowserPage, dark):
    """What stands behind a click is held to the same."""
    browser_page.look(dark=dark)
    browser_page.visit(live_server.url + "/gallery")
    browser_page.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    check_accessible(browser_page.page)


def test_a_page_without_faults_says_nothing_on_the_console(live_server, browser_page: BrowserPage):
    """The strict policy stops nothing of ours, and no script stumbles."""
    browser_page.visit(live_server.url + "/gallery")
    assert browser_page.errors == []
    assert any(address.endswith(".woff2") for address in browser_page.fetched)


def test_the_policy_stops_a_script_that_slipped_in(live_server, browser_page: BrowserPage):
    """A script in the page itself does not run: only files of our own do."""
    browser_page.visit(live_server.url + "/gallery")
    browser_page.page.evaluate(
        """() => {
        const script = document.createElement("script");
        script.textContent = "window.slippedIn = 1";
        document.body.append(script);
        }"""
    )
    assert browser_page.page.evaluate("window.slippedIn") is None
    assert any("Content Security Policy" in error for error in browser_page.errors)


def test_a_sealed_row_opens_by_keyboard_and_the_trace_is_told(live_server, browser_page: BrowserPage):
    """Enter on the row asks for the purpose, Enter on the button opens it, and the trace bar says so."""
    page = browser_page.page
    browser_page.visit(live_server.url + "/gallery")
    assert "1 look" in page.inner_text("#trace")
    page.focus("#row-asks summary")
    page.keyboard.press("Enter")
    page.focus("#row-asks form button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#row-asks.fact-open")
    assert "2 looks" in page.inner_text("#trace")
    assert page.get_attribute("#trace", "role") == "status"


def test_the_copy_button_appears_only_where_a_script_can_copy(live_server, browser_page: BrowserPage):
    """With scripts the whole hash can be copied; the button is no decoration without them."""
    browser_page.visit(live_server.url + "/gallery")
    assert browser_page.page.locator("#proof button[data-copy]").first.is_visible()


def test_without_javascript_everything_still_works(live_server, browser_page: BrowserPage):
    """Opening a row, the theme and the language are plain forms."""
    context = browser_page.page.context.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/gallery")
    page.click("#row-asks summary")
    page.click("#row-asks form button")
    assert "nothing is opened" in page.inner_text("#messages")
    assert not page.locator("#proof button[data-copy]").first.is_visible()
    page.click(".top .menu summary")
    page.click(".top button[value=dark]")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.click(".top .menu summary")
    page.click(".top button[value=cs]")
    assert page.get_attribute("html", "lang") == "cs"
    context.close()


def test_the_focus_is_always_visible(live_server, browser_page: BrowserPage):
    """Whoever walks through the page by keyboard sees where they are."""
    page = browser_page.page
    browser_page.visit(live_server.url + "/gallery")
    for _step in range(25):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return e.tagName === "IFRAME" || (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) }"""
        )
        assert shown, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
