"""A real browser for tests, and pages in it, each of which tells whatever it complained about or fetched elsewhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.present import chromium, leave_out

WIDE, NARROW = 1280, 390
HEIGHT = 900
# What WCAG 2.2 AA asks for, and the good practice axe knows beside it.
RULES = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ],
    # What holds is not told at length: nobody reads it.
    "resultTypes": ["violations"],
}


@dataclass
class BrowserPage:
    """A page and everything it said: errors of its console, addresses it fetched."""

    page: Page
    errors: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def visit(self, address: str) -> None:
        """Go to *address* and wait for its files and letters."""
        self.page.goto(address, wait_until="load")
        self.page.evaluate("() => document.fonts.ready.then(() => true)")

    def look(self, *, width: int = WIDE, dark: bool = False) -> None:
        """Look at the page in another width or another light."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")

    def off_origin(self) -> list[str]:
        """Addresses fetched from anywhere but where the page came from."""
        here = urlsplit(self.page.url).netloc
        return [address for address in self.fetched if urlsplit(address).netloc not in {here, ""}]


@contextmanager
def running() -> Iterator[Browser]:
    """A browser; without a Chromium the test is skipped, or fails where all is required."""
    binary = chromium()
    if binary is None:
        leave_out("no Chromium on this machine")
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, so Django would refuse every query the test makes beside it.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=str(binary), args=_arguments())
        yield browser
        browser.close()


@pytest.fixture
def browser_page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserPage]:
    """A page of a browser nobody has used: no cookie, nothing kept, closed with whatever a test opened beside it."""
    from aboveboard.apps.ledger import actions

    # Nobody sequences here, and on a busy machine a browser may take more than the minute after which the gate closes.
    monkeypatch.setattr(actions, "STALE_AFTER_US", actions.STALE_AFTER_US * 60)
    page = browser.new_page(viewport={"width": WIDE, "height": HEIGHT})
    told = BrowserPage(page)
    page.on("console", lambda said: told.errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: told.errors.append(str(error)))
    page.on("request", lambda request: told.fetched.append(request.url))
    yield told
    for context in browser.contexts:
        context.close()


def check_accessible(page: Page) -> None:
    """Fail with every rule of WCAG 2.2 AA that *page* breaks, and where."""
    found = Axe().run(page, options=RULES).response["violations"]
    broken = [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]
    if broken:
        raise AssertionError("\n".join(broken))


def check_no_sideways_scroll(page: Page) -> None:
    """Fail when the page is wider than its window, naming what sticks out."""
    sticks_out = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")]
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
          .slice(0, 5).map((element) => element.tagName + "." + element.className)"""
    )
    if sticks_out:
        raise AssertionError(f"wider than its window: {sticks_out}")


def _arguments() -> list[str]:
    """Chromium refuses its sandbox to root, as whom containers often run."""
    quiet = ["--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    return [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet
