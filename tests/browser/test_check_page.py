"""The page for anybody's evidence: dropped on it, checked by the browser, and nothing leaves the machine."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from aboveboard.core.verify.receipts import Promise
from aboveboard.faces.check.pages import checking_page, evidence_page, zipped
from tests.support.browser import NARROW, WIDE, BrowserPage, browser_page, check_accessible, check_no_sideways_scroll
from tests.support.denials_by_hand import NAMED, denial_files
from tests.support.gaps import over_gaps
from tests.support.packs import NOW, ORIGIN, draft, kept, trust
from tests.support.ranges import ASKED, drafted, log_of_looks
from tests.support.singles import zipped as in_zip
from tests.unit.test_verify_receipts import ENTRY, signed

__all__ = ["browser_page"]

pytestmark = pytest.mark.browser
KEY = trust().logs[0].key.encode()


@pytest.fixture(scope="module")
def pack() -> dict[str, bytes]:
    """The files of one pack, with the log's key named in it."""
    made, _ = draft()
    made.evidence |= {"keys": [KEY]}
    return made.files()


@pytest.fixture
def page(browser_page: BrowserPage, tmp_path) -> Page:
    """The page as one file, opened where there is no network."""
    file = tmp_path / "aboveboard-check.html"
    file.write_bytes(checking_page())
    browser_page.page.context.set_offline(True)
    browser_page.page.goto(file.as_uri())
    return browser_page.page


def saved(folder: Path, name: str, data: bytes) -> Path:
    """A file that somebody has, to be chosen on the page."""
    file = folder / name
    file.write_bytes(data)
    return file


def verdict(page: Page) -> str | None:
    """Wait for the verdict."""
    page.wait_for_selector("#verdict:not([data-state=waiting])")
    return page.get_attribute("#verdict", "data-state")


def shapes(pack: dict[str, bytes], folder: Path) -> dict[str, list[Path]]:
    """The ways in which the same evidence can be handed over."""
    return {
        "a ZIP": [saved(folder, "my-evidence.zip", zipped(pack))],
        "the page of evidence": [saved(folder, "my-evidence.html", evidence_page(pack))],
        "the files of the folder": [saved(folder, name, data) for name, data in pack.items()],
    }


@pytest.mark.parametrize("shape", ["a ZIP", "the page of evidence", "the files of the folder"])
def test_evidence_holds_under_a_key_from_elsewhere(page, pack, tmp_path, shape, browser_page):
    """However it is handed over, with the key as one line: it holds, and no request goes anywhere."""
    page.fill("#trust", KEY)
    page.set_input_files("#file-pack", shapes(pack, tmp_path)[shape])
    assert verdict(page) == "holds"
    assert "Žofie Říhová" not in page.inner_text("#outcome")
    page.click("text=Show what the evidence says")
    assert "Žofie Říhová" in page.inner_text("#about")
    assert browser_page.errors == []
    assert [address for address in browser_page.fetched if not address.startswith(("file:", "data:"))] == []


def test_without_a_key_the_page_says_how_little_that_shows(page, pack, tmp_path):
    """It agrees with itself under the key it names, and the verdict says that and no more."""
    page.set_input_files("#file-pack", shapes(pack, tmp_path)["a ZIP"])
    assert verdict(page) == "own-key"
    said = page.inner_text("#results")
    assert "agrees with itself" in said
    assert KEY in said


def test_a_file_dropped_on_the_page_is_checked(page, pack):
    """With the mouse, as people do it."""
    drop = """async (data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], "my-evidence.zip"));
      const dropped = new DragEvent("drop", { dataTransfer: transfer, cancelable: true });
      document.getElementById("drop").dispatchEvent(dropped);
    }"""
    page.evaluate(drop, base64.b64encode(zipped(pack)).decode())
    assert verdict(page) == "own-key"


def test_a_foreign_key_a_changed_byte_and_nonsense_are_red(page, pack, tmp_path):
    """Each ends in a check that does not hold, with its sentence, and never in silence."""
    page.fill("#trust", trust(b"X" * 32).logs[0].key.encode())
    page.set_input_files("#file-pack", shapes(pack, tmp_path)["a ZIP"])
    assert verdict(page) == "failed"
    data = zipped(pack)
    changed = bytearray(evidence_page(pack))
    changed[changed.index(b'id="pack"') + 200] ^= 1
    for name, content in {
        "cut.zip": data[:-1000], "empty.zip": b"PK\x05\x06" + bytes(18), "text.txt": b"hello", "nothing": b"",
        "bytes": b"\xff\xfe", "changed.html": bytes(changed), "half.zip": b"PK" + data[:50],
    }.items():  # fmt: skip
        page.set_input_files("#file-pack", saved(tmp_path, name, content))
        page.wait_for_function("document.querySelector('#verdict').dataset.state === 'failed'")
        assert page.query_selector(".check-fails"), name
    page.fill("#trust", "log nonsense")
    page.set_input_files("#file-pack", shapes(pack, tmp_path)["a ZIP"])
    page.wait_for_selector("[data-check=trust].check-fails")


def test_other_kinds_of_evidence_are_checked_once_a_key_is_given(page, tmp_path):
    """A range, a denial, a receipt: they name no key of their own, so the page asks for one, and then checks."""
    ranges, denials = drafted(log_of_looks()).files(), denial_files()[0]
    receipt = {"receipt": signed(Promise(ORIGIN, ENTRY, NOW))}
    for name, files, said in (
        ("range", ranges, "recorded as asked for: 1"), ("denial", denials, "held no record under: an e-mail address"),
        ("receipt", receipt, "promised that entry"),
    ):  # fmt: skip
        page.fill("#trust", "")
        page.set_input_files("#file-pack", saved(tmp_path, f"{name}.zip", zipped(files)))
        page.wait_for_selector("#verdict[data-state=keyless]")
        assert page.query_selector("[data-check]") is None
        page.fill("#trust", KEY)
        page.click("#run")
        page.wait_for_selector("#verdict[data-state=holds]")
        assert said in page.inner_text("#outcome")
        check_accessible(page)


@pytest.mark.parametrize(("width", "dark"), [(NARROW, False), (NARROW, True), (WIDE, False), (WIDE, True)])
@pytest.mark.parametrize(
    ("language", "answer", "under", "ended"),
    [
        (
            "English",
            ["Looks between 2026-11-22 09:00:00 UTC and 2026-11-22 10:00:00 UTC that were recorded as asked for: 3.",
             "Except lines lost with a declared gap: 6."],
            "Line 3 of the log example.test/log/2: 2026-11-22 09:35:00 UTC.",
            "entries 5 to 7 were lost, as two signatories declared on 2026-11-22.",
        ),
        (
            "Čeština",
            ["Nahlédnutí mezi 2026-11-22 09:00:00 UTC a\u00a02026-11-22 10:00:00 UTC zaznamenaná podle dotazu: 3.",
             "Kromě řádků ztracených ohlášenou mezerou: 6."],
            "Řádek 3 protokolu example.test/log/2: 2026-11-22 09:35:00 UTC.",
            "položky 5 až 7 se ztratily, jak dne 2026-11-22 ohlásili dva jednatelé.",
        ),
    ],
)  # fmt: skip
def test_a_range_over_declared_gaps_can_be_read_by_everyone(
    browser_page: BrowserPage, page, tmp_path, width, dark, language, answer, under, ended
):
    """Its answer stands out with what it leaves out, the looks stand below it, and how each log ended is told."""
    browser_page.look(width=width, dark=dark)
    page.click(f"text={language}")
    page.fill("#trust", KEY)
    page.set_input_files("#file-pack", saved(tmp_path, "range.zip", zipped(over_gaps(gaps=2).files())))
    assert verdict(page) == "holds"
    assert page.locator(".answer > p").all_text_contents() == answer
    assert under in page.locator(".answer > ul > li").all_text_contents()
    assert sum(said.endswith(ended) for said in page.locator(".sentences > li").all_text_contents()) == 2
    check_accessible(page)
    check_no_sideways_scroll(page)


@pytest.mark.parametrize(
    ("country", "says"),
    [
        ("US", "Asked for: looks as from US (United States)."),
        ("XQ", "Asked for: looks as from XQ (no country that this browser knows)."),
        ("us", "Asked for: looks as from us (no country that this browser knows)."),
        ("ZZ", "Asked for: looks as from ZZ (an unknown place)."),
    ],
)
def test_a_country_that_was_asked_for_is_told_by_name(page, tmp_path, country, says):
    """Nobody looks from a country that is none, so that proves little, and who reads the answer should see it."""
    page.fill("#trust", KEY)
    asked = replace(ASKED, country=country)
    page.set_input_files("#file-pack", saved(tmp_path, "range.zip", zipped(over_gaps(asked).files())))
    assert verdict(page) == "holds"
    assert says in page.locator(".sentences > li").all_text_contents()


def test_a_denial_is_held_against_a_pack(page, pack, tmp_path):
    """The page says that it is refuted, by which line, and what was checked about the denial itself."""
    _, log = draft()
    denial = zipped(denial_files(NAMED, size=len(log.leaves) - 1)[0])
    page.fill("#trust", KEY)
    page.click("text=More: a file of keys")
    page.set_input_files("#file-against", saved(tmp_path, "denial.zip", denial))
    page.set_input_files("#file-pack", shapes(pack, tmp_path)["a ZIP"])
    page.wait_for_selector("#together[data-outcome=refuted]")
    assert "the pack shows a record under it" in page.inner_text("#together")
    check_accessible(page)
    page.set_input_files("#file-against", saved(tmp_path, "other.txt", b"hello"))
    page.wait_for_selector("#verdict[data-state=failed]")


def test_a_copy_of_a_log_is_for_the_command_line(page, tmp_path):
    """It may be large, and a browser cannot read a folder of tiles; the page says which program can."""
    page.fill("#trust", KEY)
    page.set_input_files("#file-pack", saved(tmp_path, "mirror.zip", in_zip({"tile/0/000": b"", "checkpoint": b""})))
    page.wait_for_selector("text=aboveboard-verify.pyz")
    assert verdict(page) == "failed"


def test_a_checkpoint_that_was_kept_is_held_against_the_pack(page, pack, tmp_path):
    """One that the pack has a proof for, and one that it has none for."""
    _, log = draft()
    page.click("text=More: a file of keys")
    page.set_input_files("#file-trust", saved(tmp_path, "trust", trust().encode()))
    page.set_input_files("#file-since", saved(tmp_path, "kept", kept(log, 6)))
    page.set_input_files("#file-pack", shapes(pack, tmp_path)["a ZIP"])
    assert verdict(page) == "holds"
    page.set_input_files("#file-since", saved(tmp_path, "other", kept(log, 5)))
    page.wait_for_selector("#verdict[data-state=failed]")
    assert "ask for one" in page.inner_text("[data-check=consistency]")


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
@pytest.mark.parametrize("language", ["English", "Čeština"])
def test_the_page_can_be_read_by_everyone(browser_page: BrowserPage, page, pack, tmp_path, width, dark, language):
    """Before and after, narrow and wide, by day and by night, in both languages."""
    browser_page.look(width=width, dark=dark)
    page.click(f"text={language}")
    check_accessible(page)
    page.set_input_files("#file-pack", shapes(pack, tmp_path)["a ZIP"])
    verdict(page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    check_accessible(page)
    check_no_sideways_scroll(page)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_log_serves_the_page_under_the_strict_policy_of_the_site(
    browser_page: BrowserPage, live_server, pack, tmp_path, width
):
    """The same script from the site: files of its own, no inline script, and nothing sent back."""
    browser_page.look(width=width)
    browser_page.visit(f"{live_server.url}/log/check")
    shown = browser_page.page
    shown.wait_for_selector("#file-pack")
    check_accessible(shown)
    before = len(browser_page.fetched)
    shown.fill("#trust", KEY)
    shown.set_input_files("#file-pack", shapes(pack, tmp_path)["a ZIP"])
    assert verdict(shown) == "holds"
    assert browser_page.fetched[before:] == []
    assert browser_page.errors == []
    check_accessible(shown)
    check_no_sideways_scroll(shown)
    with shown.expect_download() as download:
        shown.click("text=This page as one file")
    assert Path(download.value.path()).read_bytes() == checking_page()
