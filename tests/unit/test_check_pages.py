"""The pages that check: what they may load, what they hold, and that every sentence of theirs is said in Czech too."""

import base64
import hashlib
import re
import subprocess
import sys

import pytest

from aboveboard.faces.check.inlining import SCRIPTS, script, styles
from aboveboard.faces.check.pages import checking_page, evidence_page, zipped
from tests.support.evidence import files_held
from tests.support.present import ROOT

FILES = {"evidence.json": b"{}", "manifest": "</script> žluťoučký\n".encode(), "entries.json": b"[]" * 5000}
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(SCRIPTS.glob("*.js"))}
LONGEST, WIDEST = 400, 140


def test_a_page_names_its_one_script_and_style_and_allows_nothing_else():
    """The policy stands in the page itself, before anything that could be loaded."""
    for page in (checking_page().decode(), evidence_page(FILES).decode()):
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert policy is not None
        assert page.index("Content-Security-Policy") < page.index("<style>")
        (code,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        assert policy[1] == (
            f"default-src 'none'; script-src '{hashed(code)}'; style-src '{hashed(style)}'; img-src data:;"
            " font-src data:; base-uri 'none'; form-action 'none'"
        )
        assert re.findall(r"(?:src|href)=\"(?!data:)[^\"]*", page.replace(code, "")) == []


def hashed(text: str) -> str:
    """A source of a content security policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_page_holds_the_very_files_and_the_same_files_make_the_same_page():
    """Byte for byte, whatever they hold."""
    assert files_held(evidence_page(FILES)) == FILES
    assert evidence_page(FILES) == evidence_page(dict(reversed(FILES.items())))
    assert zipped(FILES) == zipped(dict(reversed(FILES.items())))


def test_the_script_ends_nowhere_early():
    """No sequence in script or style could end its element; what modules export is what others ask for."""
    for entry in ("evidence", "dropped"):
        assert not re.search(r"</script|<!--|</style", script(entry) + styles(), re.IGNORECASE)
    for name, source in SOURCES.items():
        for wanted, of in re.findall(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', source, re.MULTILINE):
            given = re.findall(r"^export (?:const|class) (\w+)", SOURCES[of], re.MULTILINE)
            assert {one.strip() for one in wanted.split(",") if one.strip()} <= set(given), (name, of)


def test_the_page_for_everybody_is_written_without_django(tmp_path):
    """`make verifier` needs no home and no settings, and writes the same bytes each time."""
    target = tmp_path / "dist" / "check.html"
    command = (
        "import sys, runpy; sys.argv = ['check', sys.argv[1]];"
        "runpy.run_module('aboveboard.faces.check', run_name='__main__'); assert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", command, str(target)], check=True, cwd=ROOT, capture_output=True)
    assert target.read_bytes() == checking_page()
    nameless = [sys.executable, "-m", "aboveboard.faces.check"]
    refused = subprocess.run(nameless, cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "Name the file" in refused.stderr


def said() -> set[str]:
    """Every sentence the script can say: what is given to the functions that speak or refuse, and what tables hold."""
    spoken = re.compile(
        r"\b(?:say|wrong|invalid|settle|no|require|banner)\(\s*(?:[A-Z]+,\s*)?" + TEXT, re.MULTILINE
    )  # fmt: skip
    found = {sentence for source in SOURCES.values() for sentence in spoken.findall(source)}
    tables = ("verdict", "naming", "identifiers")
    found |= {text for name in tables for text in re.findall(rf'\["[^"]*", {TEXT}', SOURCES[name])}
    found |= {text for name in WORDY for text in re.findall(TEXT, SOURCES[name]) if re.match(r"[A-Z{].* ", text)}
    return {
        sentence for sentence in found if not re.fullmatch(r"[\w-]*|\{\w+\}, \{\w+\}", sentence) or sentence in WORDS
    }


TEXT = r'"((?:[^"\\]|\\.)*)"'
CZECH = ("czech", "czechkinds")
WORDY = ("words", "rangewords", "single", "press", "receipts", "denial", "refuting", "authority")
"""Modules in which every text of several words is a sentence for people."""
WORDS = frozenset({"holds", "committed", "consent", "contract", "refused", "you", "Held", "Check", "Language"})


@pytest.fixture(scope="module")
def czech() -> dict[str, str]:
    """The dictionary of the pages."""
    pairs = [re.findall(rf"^  \[{TEXT}, {TEXT}\],$", SOURCES[name], re.MULTILINE) for name in CZECH]
    assert len({english for some in pairs for english, _ in some}) == sum(map(len, pairs))
    return dict(pair for some in pairs for pair in some)


def test_every_sentence_is_said_in_czech_with_the_same_values(czech):
    """None is missing, and none loses what is filled in."""
    assert len(said()) > 150
    assert sorted(said() - czech.keys()) == []
    for english, translated in czech.items():
        wanted = {name.lower() for name in re.findall(r"\{(\w+)\}", english)}
        assert {name.lower() for name in re.findall(r"\{(\w+)\}", translated)} == wanted, english


def test_no_sentence_is_kept_that_nobody_says(czech):
    """The dictionary holds what the script says, and nothing else."""
    joined = (re.sub(r'" \+\n\s*"', "", source) for name, source in SOURCES.items() if name not in CZECH)
    everything = "".join(joined)
    assert [english for english in czech if f'"{english}"' not in everything] == []


def test_refusals_read_as_on_the_persons_own_page():
    """Each rule has its clause, and it is the same one."""
    from aboveboard.faces.portal.refusals import WHY

    clauses = dict(re.findall(rf"^  \[{TEXT}, {TEXT}\],$", SOURCES["naming"].partition("WHY")[2], re.MULTILINE))
    assert clauses == WHY


def test_each_module_can_be_read():
    """No file is longer than the house allows, each says first what it is, and nothing is fetched by any of them."""
    for name, source in SOURCES.items():
        assert source.startswith("/* "), name
        assert len(source.splitlines()) <= LONGEST, name
        wide = [line for line in source.splitlines() if len(re.sub(TEXT, "", line)) > WIDEST]
        assert wide == [], name
        assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|innerHTML|eval\(|sendBeacon|import\(", source), name
