"""Evidence that is no pack: the script of the page that checks it finds out what core/verify finds out."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from aboveboard.apps.evidence.pack import own_trust
from aboveboard.core import canonical
from aboveboard.core.envelope.identifiers import IdentifierKind
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import NoteSigner
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify.folder import verify_files
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.receipts import Promise, hold_receipt
from aboveboard.core.verify.refuting import refute
from aboveboard.core.verify.single import verify_proof
from tests.browser.test_checks_alike import cosigned_earlier, quorum
from tests.integration.test_evidence_authority import written
from tests.support.cell import Cell
from tests.support.checked_in_browser import bare_page, in_browser, in_python, outcome_in_browser
from tests.support.denials_by_hand import NAMED, denial_files
from tests.support.evidence import let_headquarters_look
from tests.support.packs import NOW, ORIGIN, draft, kept, short_form, trust
from tests.support.ranges import RangeDraft, drafted, log_of_looks
from tests.support.singles import LEAVES, proof_of
from tests.unit.test_verify_authority import made as authority_made
from tests.unit.test_verify_receipts import ENTRY, OWNER, line_of_reader
from tests.unit.test_verify_receipts import signed as signed_receipt

pytestmark = pytest.mark.browser
EVERY = 30
"""Bytes turned over in each file, spread evenly; the tests of each kind in Python turn more."""
PROOF, PROVED = "a single proof", "its entry"


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The script in a page of its own, opened from a file, without a network."""
    context = browser.new_context()
    yield bare_page(context, Path(tmp_path_factory.mktemp("bare")))
    context.close()


def check_alike(
    page: Page, files: Mapping[str, bytes], policy: TrustPolicy | None = None, since: Sequence[bytes] = ()
) -> bool:
    """Both verifiers make the same checks in the same order, with the same outcome; whether it holds."""
    policy = policy or trust()
    if PROOF in files:
        report = verify_proof(files[PROOF], files.get(PROVED), policy, since)
    else:
        report = verify_files(files, policy, since)
    assert in_browser(page, files, policy.encode(), since) == in_python(report)
    return report.holds


def receipt_files() -> dict[str, bytes]:
    """A receipt with the line that shows it kept."""
    entry, line, files = line_of_reader()
    return {**files, "receipt": signed_receipt(Promise(ORIGIN, entry, NOW)), "line.json": canonical.encode(line)}


SOUND: dict[str, Callable[[], dict[str, bytes]]] = {
    "a range": lambda: drafted(log_of_looks()).files(),
    "a range from the middle": lambda: drafted(log_of_looks(), start=1).files(),
    "an evidence file": lambda: authority_made().files(),
    "a denial": lambda: denial_files()[0],
    "a denial with a mark of an erasure": lambda: denial_files(erased=date(2026, 11, 20))[0],
    "a receipt with its line": receipt_files,
    "a receipt alone": lambda: {"receipt": receipt_files()["receipt"]},
    "a proof with its entry inside": lambda: {PROOF: proof_of(4, LEAVES[4])},
    "a proof with its entry beside it": lambda: {PROOF: proof_of(4, None), PROVED: LEAVES[4]},
}


@pytest.mark.parametrize("kind", SOUND)
def test_sound_evidence_holds_in_both(page, kind):
    """Of each kind one in which everything holds, under the log's key and under no other."""
    files = SOUND[kind]()
    assert check_alike(page, files), kind
    assert not check_alike(page, files, trust(b"X" * 32))


@pytest.mark.parametrize("kind", SOUND)
def test_a_turned_byte_in_any_file_is_found_by_the_same_check(page, kind):
    """A sample of the bytes of every file, and every file left out; a letter in another case is the same identifier."""
    files = SOUND[kind]()
    held = []
    for name, data in files.items():
        places = range(0, len(data), max(1, len(data) // EVERY))
        changed = [data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :] for at in places]
        held += [(name, at) for at, one in zip(places, changed, strict=True) if check_alike(page, {**files, name: one})]
        if len(files) > 1 and name not in ("denial", "receipt", "range.json", PROOF):
            without = {other: content for other, content in files.items() if other != name}
            assert not check_alike(page, without) or kind == "a receipt with its line", name
    assert {name for name, _ in held} <= {"identifiers.json"}


RANGES: dict[str, Callable[[RangeDraft], object]] = {
    "a line left out": lambda one: one.lines.pop(2),
    "no lines": lambda one: one.lines.clear(),
    "two lines exchanged": lambda one: one.lines.insert(2, one.lines.pop(3)),
    "a line closed": lambda one: one.lines.__setitem__(3, one.lines[3][:1]),
    "a line said to be sealed": lambda one: one.lines.__setitem__(3, [one.lines[3][0], "sealed"]),
    "a line of which the key is gone": lambda one: one.lines.__setitem__(3, [one.lines[3][0], "key-gone"]),
    "a line withheld for no reason": lambda one: one.lines.__setitem__(3, [one.lines[3][0], "because"]),
    "a field told otherwise": lambda one: one.lines[4][1]["country"].__setitem__(1, "CZ"),
    "a commitment too few": lambda one: one.lines[4][2].pop(),
    "a commitment too many": lambda one: one.lines[4][2].append("00" * 32),
    "another question": lambda one: one.range["asked"].update(country="CZ"),
    "a longer period": lambda one: one.range["asked"].update({"from": (NOW - timedelta(hours=3)).isoformat()}),
    "a later end": lambda one: one.range["asked"].update(until=(NOW + timedelta(hours=9)).isoformat()),
    "an end before the beginning": lambda one: one.range["asked"].update(until=NOW.isoformat()),
    "a moment without its zone": lambda one: one.range["asked"].update(until="2026-11-22T10:00:00"),
    "a moment written otherwise": lambda one: one.range["asked"].update(until="2026-11-22T11:00:00+01:00"),
    "a question of a word nobody knows": lambda one: one.range["asked"].update(colour="red"),
    "a question of nothing": lambda one: one.range["asked"].update(purpose=""),
    "a question about what was released": lambda one: one.range["asked"].update(released="only"),
    "a question about some releases": lambda one: one.range["asked"].update(released="some"),
    "a question about a category": lambda one: one.range["asked"].update(category="T01"),
    "another start": lambda one: one.range.update(start=2),
    "a start before all": lambda one: one.range.update(start=-1),
    "no peaks": lambda one: one.range.update(before=[]),
    "a peak too many": lambda one: one.range["before"].append("00" * 32),
    "no proof behind": lambda one: one.range.update(after=[]),
    "another log": lambda one: one.range.update(origin="other.test/log"),
    "a file too many": lambda one: one.range.update(files=2),
    "no file": lambda one: one.range.update(files=0),
    "everything opened": lambda one: one.range.update(opens="all"),
    "nothing opened": lambda one: one.range.update(opens="none"),
    "another form": lambda one: one.range.update(format="aboveboard-range/2"),
    "lines that are no list": lambda one: one.lines.append({}),
}


@pytest.mark.parametrize("what", RANGES)
@pytest.mark.parametrize("kind", ["a range", "an evidence file"])
def test_whatever_the_log_itself_signed_wrongly_in_a_range_is_found_by_the_same_check(page, kind, what):
    """The operator can sign any manifest, so each part of a range has to stand by itself."""
    made = drafted(log_of_looks(), start=1) if kind == "a range" else authority_made()
    try:
        RANGES[what](made)
    except (IndexError, KeyError):
        pytest.skip("no such line in it")
    check_alike(page, made.files())


@pytest.mark.parametrize("name", ["looks.csv", "disclosures.csv", "erasures.csv", "rule-sets.csv", "rules.json"])
def test_a_table_that_says_something_else_is_found_in_both(page, name):
    """Signed by the log with its manifest, and made anew from the lines all the same."""
    made = authority_made()
    made.extra[name] = made.extra[name].replace(b"e", b"3", 1)
    assert not check_alike(page, made.files())
    del made.extra[name]
    assert not check_alike(page, made.files())


def test_a_file_for_the_press_is_checked_alike(page):
    """Its counts are signed, and that is all there is to check."""
    told = {"format": "aboveboard-press/1", "origin": ORIGIN}
    log, base = log_of_looks(), drafted(log_of_looks()).files()
    for value, holds in ((told, True), ({**told, "origin": "other.test/log"}, False), ({"format": "x"}, False)):
        files = {
            "press.json": canonical.encode(value), "checkpoint": kept(log, len(log.leaves)),
            "consistency.json": base["consistency.json"],
        }  # fmt: skip
        files[MANIFEST] = sign_manifest(ORIGIN, files, NoteSigner(ORIGIN, b"L" * 32))
        assert check_alike(page, files) is holds


def test_checkpoints_kept_earlier_are_held_against_each_kind(page):
    """A proof, a range and a denial against a checkpoint of their log, and against one of another history."""
    log = denial_files()[1]
    denial, earlier = denial_files()[0], len(log.leaves) - 2
    assert check_alike(page, denial, since=[kept(log, earlier)])
    assert not check_alike(page, denial, since=[kept(log, 5)])
    assert not check_alike(page, {PROOF: proof_of(4, LEAVES[4])}, since=[kept(log, 5)])
    assert not check_alike(page, drafted(log_of_looks()).files(), since=[kept(log, 5)])


def test_other_identifiers_than_those_denied_are_found_in_both(page):
    """Written otherwise it is the same person; another one, another kind and another form are not."""
    files, _ = denial_files()
    shown = canonical.decode(files["identifiers.json"])
    for at, (name, value, holds) in enumerate([
        ("given", "STRASSE@example.TEST ", True), ("given", "other@example.test", False), ("given", "nobody", False),
        ("kind", "name", False), ("salt", "00" * 32, False), ("salt", "00" * 31, False), ("kind", "colour", False),
        ("given", 5, False), ("given", None, False), ("given", [], False), ("kind", None, False), ("salt", 7, False),
    ]):  # fmt: skip
        changed = [{**shown[0], name: value}, *shown[1:]]
        assert check_alike(page, {**files, "identifiers.json": canonical.encode(changed)}) is holds, at
    for changed in ([], shown[:1], [*shown, shown[0]], [{**shown[0], "more": 1}, *shown[1:]], {}):
        assert not check_alike(page, {**files, "identifiers.json": canonical.encode(changed)})


def test_a_line_of_something_else_is_not_that_of_the_denial(page):
    """Another line of governance, two of them, or none."""
    files, log = denial_files()
    other = log.line(0, person=False)
    own = canonical.decode(files["line.json"])
    for lines in ([other], [*own, other], [], [{**own[0], "proof": []}], [{**own[0], "hidden": {}}]):
        assert not check_alike(page, {**files, "line.json": canonical.encode(lines)})


def held(page: Page, pack: Mapping[str, bytes], against: Mapping[str, bytes]) -> str:
    """What a denial and a pack say together, in both."""
    expected = refute(against, pack, trust())
    assert outcome_in_browser(page, pack, against, trust().encode()) == (
        expected.outcome.value, len(expected.sentences), in_python(expected.denial),
    )  # fmt: skip
    return expected.outcome.value


def test_a_denial_is_refuted_alike(page):
    """By a pack of somebody it names, entered before; not by a pack of another, nor by one that does not hold."""
    made, log = draft()
    pack, size = made.files(), len(log.leaves)
    assert held(page, pack, denial_files(NAMED, size=size - 1)[0]) == "refuted"
    assert held(page, short_form(made, log).files(), denial_files(NAMED, size=size - 1)[0]) == "refuted"
    assert held(page, pack, denial_files(NAMED, size=5)[0]) == "not-refuted"
    assert held(page, pack, denial_files()[0]) == "not-refuted"
    born = {IdentifierKind.NAME_AND_BIRTH: "Žofie Říhová|1990-01-02"}
    assert held(page, pack, denial_files(born, size=size - 1)[0]) == "refuted"
    unproved = {**denial_files(NAMED, size=size - 1)[0], "line.json": b"[]"}
    assert held(page, pack, unproved) == "unverified"
    assert held(page, {**pack, "evidence.json": b"{}"}, denial_files(NAMED, size=size - 1)[0]) == "unverified"
    older, _ = draft(short=True)
    assert held(page, older.files(), denial_files(NAMED)[0]) == "open"


def test_a_receipt_is_held_against_a_pack_alike(page):
    """Kept, broken, open, unverified."""
    made, _ = draft()
    entry = bytes.fromhex(canonical.decode(made.entries[1]["opened"]["subject"][1].encode())[4])
    late = NOW + timedelta(hours=1)
    notes = {
        "kept": [signed_receipt(Promise(ORIGIN, entry, NOW))],
        "broken": [signed_receipt(Promise(ORIGIN, ENTRY, late, OWNER))],
        "open": [
            signed_receipt(Promise(ORIGIN, ENTRY, NOW)), signed_receipt(Promise(ORIGIN, ENTRY, NOW, bytes(32))),
            signed_receipt(Promise(ORIGIN, ENTRY, late + timedelta(seconds=1), OWNER)),
        ],
        "unverified": [signed_receipt(Promise(ORIGIN, ENTRY, NOW), b"X" * 32), b"", b"\xff\n\n"],
    }  # fmt: skip
    for outcome, some in notes.items():
        for note in some:
            assert hold_receipt(note, made.files(), trust()).outcome.value == outcome
            assert outcome_in_browser(page, made.files(), {"receipt": note}, trust().encode())[0] == outcome


def test_a_receipt_is_held_against_a_pack_of_which_witnesses_saw_the_beginning(page):
    """The quorum under an earlier checkpoint is enough for both, as it is for the pack alone."""
    made, log = draft()
    witness = Cosigner("w1.test", b"w1" * 16)
    files, policy = cosigned_earlier(made, kept(log, 6), witness), quorum(1, witness)
    note = signed_receipt(Promise(ORIGIN, ENTRY, NOW, OWNER))
    assert hold_receipt(note, files, policy).outcome.value == "broken"
    assert outcome_in_browser(page, files, {"receipt": note}, policy.encode())[0] == "broken"


def test_an_evidence_file_as_the_product_writes_it_holds_in_both(page, cell: Cell, tmp_path):
    """With grants, refusals and pages for people, out of a cell."""
    let_headquarters_look(cell)
    cell.look([cell.person()], ["T01"], by="analyst-hq")
    folder = written(cell, tmp_path / "file")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert check_alike(page, files, own_trust())
    (only,) = [name for name in files if name.startswith("evidence.")]
    assert not check_alike(page, {**files, only: b"<p>another"}, own_trust())


def test_a_dropped_file_is_told_by_its_first_bytes(page):
    """A proof, a receipt and a denial may come without a folder; a copy of a log is for the command line."""
    names = """async (texts) => {
      const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
      const dropped = texts.map((text) => ({ name: "x", data: bytes(text) }));
      return [...(await in_kinds.filesOf(dropped)).keys()];
    }"""
    for files, expected in (
        ([proof_of(4, LEAVES[4])], [PROOF]),
        ([LEAVES[4], proof_of(4, None)], [PROVED, PROOF]),
        ([receipt_files()["receipt"]], ["receipt"]),
        ([denial_files()[0]["denial"]], ["denial"]),
    ):
        assert page.evaluate(names, [base64.b64encode(one).decode() for one in files]) == expected
    refused = (
        "(names) => in_kinds.verifyFiles(new Map(names.map((one) => [one, ''])), null).catch((error) => error.sentence)"
    )
    assert "aboveboard-verify.pyz" in page.evaluate(refused, ["tile/0/000"])
