"""The page a person takes along, opened from a file without a network: it shows the evidence and checks itself."""

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from aboveboard.faces.check.pages import evidence_page, zipped
from tests.support.browser import NARROW, WIDE, BrowserPage, browser_page, check_accessible, check_no_sideways_scroll
from tests.support.packs import draft, trust

__all__ = ["browser_page"]

pytestmark = pytest.mark.browser
LIGHTS = pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
WIDTHS = pytest.mark.parametrize("width", [NARROW, WIDE])
KEY = trust().logs[0].key.encode()
NAMES = {
    "entities": {"cz": "Vzorek s.r.o.", "hq": "Namuna Holdings Ltd"},
    "purposes": {"customer-relationship": {"en": "To look after customers.", "cs": "Péče o zákazníky."}},
    "categories": {"T01": {"en": "Name", "cs": "Jméno"}, "T23": {"en": "Function", "cs": "Funkce"}},
}
ABOUT = {"basis": "legitimate-interest", "purpose": "customer-relationship", "source": "the person", "expires_on": None}


def files() -> dict[str, bytes]:
    """A pack as the product writes it: with names, the log's key and what is told beside each fact."""
    made, _ = draft()
    made.evidence |= {"keys": [KEY], "names": NAMES, "made_at": "2026-11-22T10:00:00+00:00"}
    for fact in made.evidence["facts"]:
        fact |= {**ABOUT, "recorded_at": "2026-11-22T09:00:00+00:00"}
    return made.files()


@pytest.fixture(scope="module")
def pack() -> dict[str, bytes]:
    """The files of one pack."""
    return files()


@pytest.fixture
def kept(pack, tmp_path) -> Path:
    """The page of evidence, kept as a file."""
    page = tmp_path / "my-evidence.html"
    page.write_bytes(evidence_page(pack))
    return page


def opened(browser_page: BrowserPage, file: Path) -> Page:
    """Open a file where there is no network, and wait for the verdict."""
    page = browser_page.page
    page.context.set_offline(True)
    page.goto(file.as_uri())
    page.wait_for_selector("#verdict:not([data-state=waiting])")
    return page


def state(page: Page) -> str | None:
    """What the verdict is."""
    return page.get_attribute("#verdict", "data-state")


def test_the_evidence_shows_itself_and_holds(browser_page: BrowserPage, kept):
    """What is held, who looked, from where and why; each check with its sentence; and who made the page."""
    page = opened(browser_page, kept)
    assert state(page) == "own-key"
    said = page.inner_text("body")
    for words in (
        "made by the company you are checking", "Žofie Říhová", "Name", "legitimate interest",
        "To look after customers.", "Namuna Holdings Ltd (hq)", "India", "by workplace",
        "under a grant of the controller",
    ):  # fmt: skip
        assert words in said
    names = page.eval_on_selector_all("[data-check]", "all => all.map((one) => one.dataset.check)")
    assert names == [
        "checkpoint", "manifest", "form", "inclusion", "openings", "completeness", "index", "controller", "grants",
        "delays", "facts", "consistency",
    ]  # fmt: skip
    assert browser_page.errors == []
    assert [address for address in browser_page.fetched if not address.startswith(("file:", "data:"))] == []


@WIDTHS
@LIGHTS
@pytest.mark.parametrize("language", ["English", "Čeština"])
def test_the_evidence_can_be_read_by_everyone(browser_page: BrowserPage, kept, width, dark, language):
    """Contrast, names, landmarks and order hold, narrow and wide, by day and by night, in both languages."""
    browser_page.look(width=width, dark=dark)
    page = opened(browser_page, kept)
    page.click(f"text={language}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert page.get_attribute("html", "lang") == {"English": "en", "Čeština": "cs"}[language]
    check_accessible(page)
    check_no_sideways_scroll(page)


def test_the_light_is_chosen_on_the_page(browser_page: BrowserPage, kept):
    """Day and night as the reader likes, whatever the machine is set to."""
    page = opened(browser_page, kept)
    page.click("text=Night")
    assert page.get_attribute("html", "data-theme") == "dark"
    assert page.evaluate("document.activeElement.id") == "choose-dark"
    check_accessible(page)


def test_the_pack_comes_out_of_the_page_as_it_went_in(browser_page: BrowserPage, kept, pack):
    """The ZIP that the page gives back holds the very files."""
    page = opened(browser_page, kept)
    with page.expect_download() as saved:
        page.click("text=Save the evidence as a ZIP file")
    data = Path(saved.value.path()).read_bytes()
    assert data == zipped(pack)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name.removeprefix("my-evidence/"): archive.read(name) for name in archive.namelist()} == pack


def test_a_key_from_elsewhere_is_what_makes_it_certain(browser_page: BrowserPage, kept):
    """The same page under a key that the person brings: it holds; under a foreign one it does not."""
    page = opened(browser_page, kept)
    page.click("text=Check under a key you have from elsewhere")
    page.fill("#trust", KEY)
    page.click("text=Check again")
    page.wait_for_selector("#verdict[data-state=holds]")
    page.fill("#trust", trust(b"X" * 32).logs[0].key.encode())
    page.click("text=Check again")
    page.wait_for_selector("#verdict[data-state=failed]")
    check_accessible(page)


def test_one_changed_byte_of_the_evidence_shows_red(browser_page: BrowserPage, pack, tmp_path):
    """A byte of any file of the pack, with the page made anew round it: the page names the check that fails."""
    for name, data in pack.items():
        at = len(data) // 2
        page = tmp_path / "changed.html"
        page.write_bytes(evidence_page({**pack, name: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}))
        shown = opened(browser_page, page)
        assert state(shown) == "failed", name
        assert "does not hold" in shown.inner_text(".check-fails"), name


def test_one_changed_byte_of_the_page_shows_red_or_changes_nothing(browser_page: BrowserPage, kept, tmp_path):
    """A sample of bytes of the page itself: its script no longer runs, its verdict is red, or it reads as before."""
    data = kept.read_bytes()
    page = opened(browser_page, kept)
    before = page.text_content("main")
    places = [
        data.index(word) for word in (b"default-src", b"script-src", b'"pack"', b"data-sha256", b"const EMPTY_HASH")
    ]
    begin = data.index(b'<script type="text/plain"')
    places += list(range(begin, data.index(b"</script>", begin), 4001)) + list(range(0, len(data), 9001))
    for at in places:
        changed = tmp_path / "changed.html"
        changed.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        page.goto(changed.as_uri())
        page.wait_for_selector("#verdict:not([data-state=waiting]), main > p")
        verdict = page.query_selector("#verdict")
        if verdict is None:
            assert "Nothing of this page has been checked" in page.inner_text("main") or at < begin
        elif verdict.get_attribute("data-state") not in {"failed", "broken"}:
            assert page.text_content("main") == before, at


def test_the_policy_of_the_page_allows_no_network(browser_page: BrowserPage, kept):
    """Even a script of ours could send nothing anywhere."""
    page = opened(browser_page, kept)
    tried = page.evaluate("fetch('https://example.org/').then(() => 'went out', (error) => error.name)")
    assert tried == "TypeError"
    assert any("Content Security Policy" in said for said in browser_page.errors)


LACKING = {
    "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))": (
        "cannot check Ed25519 signatures"
    ),
    "Object.defineProperty(crypto, 'subtle', { value: undefined })": "came over an unprotected connection",
}


@pytest.mark.parametrize("lacking", LACKING)
def test_a_browser_that_cannot_check_says_so(browser_page: BrowserPage, kept, lacking):
    """No half verdict: a clear sentence, and what to do."""
    browser_page.page.add_init_script(lacking)
    page = opened(browser_page, kept)
    assert state(page) == "broken"
    assert LACKING[lacking] in page.inner_text("#verdict")
    assert page.query_selector("[data-check]") is None
    check_accessible(page)


def test_the_page_without_a_script_says_that_nothing_was_checked(browser: Browser, kept):
    """Where scripts are off, no word of the page can be taken for a verdict."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(kept.as_uri())
    assert "Nothing of this page has been checked" in page.inner_text("main")
    context.close()
