"""The script of the pages that check finds out what core/verify finds out, about sound packs and about changed ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from aboveboard.core.tlog.checkpoint import sign_checkpoint
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import KeyType, NoteSigner, SignedNote
from aboveboard.core.tlog.trust import Group, TrustPolicy, Witness
from aboveboard.core.verify import verify_pack
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from tests.support.bits import flipped
from tests.support.checked_in_browser import bare_page, in_browser, in_python
from tests.support.packs import FIRST, NOW, ORIGIN, SECOND, TERMS, Draft, act, draft, grow, kept, short_form, trust

pytestmark = pytest.mark.browser
EVERY = 40
"""Bytes turned over in each file, spread evenly; `tests/unit/test_verify_pack.py` turns every one in Python."""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The script in a page of its own, opened from a file, without a network."""
    context = browser.new_context()
    yield bare_page(context, Path(tmp_path_factory.mktemp("bare")))
    context.close()


def check_alike(page: Page, files: dict[str, bytes], policy: TrustPolicy | None = None, since=()) -> bool:
    """Both verifiers make the same checks in the same order, with the same outcome; whether the pack holds."""
    policy = policy or trust()
    report = verify_pack(files, policy, since)
    assert in_browser(page, files, policy.encode(), since) == in_python(report)
    return report.holds


def test_a_sound_pack_holds_in_both(page):
    """The good one, with an earlier checkpoint that was kept and without."""
    made, log = draft()
    assert check_alike(page, made.files())
    assert check_alike(page, made.files(), since=[kept(log, 6)])


def test_a_turned_byte_in_any_file_is_found_by_the_same_check(page):
    """A sample of the bytes of every file."""
    files = draft(short=True)[0].files()
    held = []
    for name, data in files.items():
        for at in range(0, len(data), max(1, len(data) // EVERY)):
            changed = {**files, name: data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]}
            if check_alike(page, changed):
                held.append((name, at))
    assert held == []


CHANGES: dict[str, Callable[[Draft], object]] = {
    "a line left out in the middle": lambda pack: pack.entries.pop(1),
    "the first line left out": lambda pack: pack.entries.pop(0),
    "the last line left out": lambda pack: pack.entries.pop(),
    "two lines exchanged": lambda pack: pack.entries.reverse(),
    "no lines": lambda pack: pack.entries.clear(),
    "a field told otherwise": lambda pack: pack.entries[2]["opened"]["country"].__setitem__(1, "CZ"),
    "a field that lines do not have": lambda pack: pack.entries[1]["opened"].update(apology=["00" * 32, "sorry"]),
    "a field said nothing of": lambda pack: pack.entries[1]["opened"].pop("country"),
    "a line at another place": lambda pack: pack.entries[1].update(index=9),
    "a proof too short": lambda pack: pack.entries[1]["proof"].pop(),
    "a proof too long": lambda pack: pack.entries[1]["proof"].append("00" * 32),
    "a line of another log": lambda pack: pack.entries[1].update(log=2),
    "another person": lambda pack: pack.evidence.update(subject="07" * 16),
    "another label key": lambda pack: pack.evidence.update(label_keys={"1": "11" * 32}),
    "no label key": lambda pack: pack.evidence.update(label_keys={}),
    "another controller": lambda pack: pack.evidence.update(controller="hq"),
    "another origin": lambda pack: pack.evidence.update(origin="other.test/log"),
    "another value": lambda pack: pack.evidence["facts"][0].update(value="Somebody Else"),
    "a value under another category": lambda pack: pack.evidence["facts"][0].update(category="T50"),
    "a value not shown": lambda pack: pack.evidence["facts"][1].update(value=None),
    "a fact twice": lambda pack: pack.evidence["facts"].append(dict(pack.evidence["facts"][0])),
    "no recordings": lambda pack: pack.evidence.update(recordings=[]),
    "a recording in no line": lambda pack: pack.evidence["recordings"][0].update(line=7),
    "no acts": lambda pack: pack.governance["acts"].clear(),
    "a grant without its signature": lambda pack: pack.governance["acts"][0].update(signer_signature="00" * 64),
    "a grant with wider terms": lambda pack: pack.governance["acts"][0]["body"]["categories"].append("T42"),
    "a grant of one person alone": lambda pack: pack.governance.update(
        acts=[act(TERMS, by=SECOND, signer=SECOND, keys=(4, 4))]
    ),
    "a grant under a foreign key": lambda pack: pack.governance.update(acts=[act(TERMS, keys=(3, 8))]),
    "a grant under somebody else's key": lambda pack: pack.governance.update(
        acts=[act(TERMS, by=SECOND, signer=FIRST)]
    ),
    "a grant without an opinion": lambda pack: pack.governance.update(acts=[act(TERMS, opinion={})]),
    "a grant that ran out": lambda pack: pack.governance.update(acts=[act({**TERMS, "valid_until": NOW.isoformat()})]),
    "no line that founds the cell": lambda pack: pack.governance["lines"].pop(0),
    "no line that shows a key": lambda pack: pack.governance["lines"].pop(1),
    "another earlier checkpoint": lambda pack: pack.consistency[0]["proof"].reverse(),
    "an earlier checkpoint that is none": lambda pack: pack.consistency[0].update(checkpoint="x\n"),
    "an index without its tree": lambda pack: pack.index.update(tree="00"),
    "an index cut short": lambda pack: pack.index.update(tree=pack.index["tree"][:-2]),
    "an index at another place": lambda pack: pack.index["proof"].reverse(),
    "a certificate without an erasure": lambda pack: pack.extra.update({"certificate.json": {"entry": "00" * 32}}),
    "many lines twice": lambda pack: pack.entries.extend(pack.entries[1:2] * 30),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_the_log_itself_signed_wrongly_is_found_by_the_same_check(page, what):
    """The operator can sign any manifest, so each part has to stand by itself, in the browser too."""
    made = draft()[0].copy()
    CHANGES[what](made)
    assert check_alike(page, made.files()) is (what == "no recordings")


SHORT: dict[str, Callable[[Draft], object]] = {
    "nothing": lambda pack: pack.paths.copy(),
    "another key": lambda pack: pack.entries[1].update(key="00" * 32),
    "no key": lambda pack: pack.entries[1].pop("key"),
    "a number of nothing said": lambda pack: pack.entries[1].update(said=99),
    "nothing said": lambda pack: pack.entries[1].pop("said"),
    "a field said twice": lambda pack: pack.entries[1]["opened"].update(country="CZ"),
    "a person's side without a blind": lambda pack: pack.entries[1]["opened"].update(subject="me"),
    "something else said": lambda pack: pack.said[1].update(country="XX"),
    "no paths": lambda pack: pack.paths.clear(),
    "a path cut short": lambda pack: pack.paths.update({"1": pack.paths["1"][:-44]}),
    "another hash in a path": lambda pack: pack.paths.update({"1": "AAAA" + pack.paths["1"][4:]}),
    "a place outside": lambda pack: pack.entries[1].update(index=10**6),
    "another log": lambda pack: pack.entries[1].update(log=2),
}


@pytest.mark.parametrize("what", SHORT)
def test_the_form_that_the_product_writes_is_read_alike(page, what):
    """Blinds out of a key, what is said alike once, proofs out of the paths of all."""
    made = short_form(*draft())
    SHORT[what](made)
    assert check_alike(page, made.files()) is (what == "nothing")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("evidence.json", b""),
        ("evidence.json", b"[]"),
        ("evidence.json", b'{ "format":"aboveboard-evidence/2"}'),
        ("entries.json", b"[[" + b"[" * 5000),
        ("entries.json", b'{"lines":[{"hidden":{},"index":1.0,"leaf":"","log":1,"opened":{}}],"paths":{},"said":[]}'),
        ("entries.json", b'{"lines":[],"paths":{"1":"QR=="},"said":[]}'),
        ("entries.json", b'{"lines":[],"paths":{"01":""},"said":[]}'),
        ("entries.json", b'["\\ud800"]'),
        ("entries.json", b"[9007199254740994]"),
        ("entries.json", b'["\\u00e9"]'),
        ("governance.json", b'{"acts":[],"acts":[],"lines":[]}'),
        ("governance.json", b'{"lines":[],"acts":[]}'),
        ("consistency.json", b'[{"checkpoint":1,"proof":[]}]'),
        ("consistency.json", b"\xff"),
        ("consistency.json", b"\xef\xbb\xbf[]"),
        ("index.json", b'{"leaf":"AA","proof":[],"tree":""}'),
    ],
)
def test_nonsense_is_nonsense_in_both(page, name, data):
    """A file of another form, even signed, ends in the same check and in no exception."""
    files = draft()[0].files()
    files[name] = data
    del files[MANIFEST]
    files[MANIFEST] = sign_manifest(ORIGIN, files, NoteSigner(ORIGIN, b"L" * 32))
    assert not check_alike(page, files)


def test_files_that_go_come_or_are_signed_twice_are_found(page):
    """The manifest names every file, and nobody adds a line to it."""
    files = draft()[0].files()
    for name in files:
        assert not check_alike(page, {other: data for other, data in files.items() if other != name}), name
    assert not check_alike(page, {**files, "more.txt": b""})
    second = NoteSigner("somebody.else", b"Y" * 32).sign("x\n").encode().encode()
    assert not check_alike(page, {**files, MANIFEST: files[MANIFEST] + second})
    assert not check_alike(page, draft()[0].files(seed=b"X" * 32))
    assert not check_alike(page, {})


def test_checkpoints_kept_earlier_are_held_against_the_pack_in_both(page):
    """No proof for one, two histories, a log set back."""
    made, log = draft()
    other, _, _ = grow()
    other.leaves[2] = b"\x01" * 98
    longer, _, _ = grow()
    longer.fill(4)
    assert check_alike(page, made.files(), since=[kept(log, len(log.leaves))])
    for note in (kept(log, 5), kept(other, 6), kept(longer, len(longer.leaves)), kept(log, 6, b"X" * 32), b"x"):
        assert not check_alike(page, made.files(), since=[note])


def witnessed(made: Draft, *cosigners: Cosigner) -> dict[str, bytes]:
    """The pack with its checkpoint cosigned."""
    log = NoteSigner(ORIGIN, b"L" * 32)
    note = sign_checkpoint(made.checkpoint, log)
    files = made.files()
    del files[MANIFEST]
    signed = SignedNote(note.text, (*note.signatures, *(one.cosign(note.text, NOW) for one in cosigners)))
    files["checkpoint"] = signed.encode().encode()
    return {**files, MANIFEST: sign_manifest(ORIGIN, files, log)}


def quorum(threshold: int, *cosigners: Cosigner) -> TrustPolicy:
    """The log, and as many of these witnesses."""
    witnesses = tuple(Witness(one.key.name.partition(".")[0], one.key) for one in cosigners)
    group = Group("enough", threshold, tuple(witness.name for witness in witnesses))
    return TrustPolicy(trust().logs, witnesses, (group,), "enough")


def test_a_quorum_of_witnesses_counts_alike(page):
    """Two of three who cosigned are enough where two are wanted, and too few where three are."""
    one, two, three = (Cosigner(f"{name}.test", name.encode() * 16) for name in ("w1", "w2", "w3"))
    files = witnessed(draft()[0], one, two)
    assert check_alike(page, files, quorum(2, one, two, three))
    assert not check_alike(page, files, quorum(3, one, two, three))
    wrong = witnessed(draft()[0], one, Cosigner("w2.test", b"??" * 16))
    assert not check_alike(page, wrong, quorum(2, one, two, three))
    note = SignedNote.parse(files["checkpoint"])
    forged = note.signatures[-1]._replace(signature=flipped(note.signatures[-1].signature))
    lying = SignedNote(note.text, (*note.signatures[:-1], forged)).encode().encode()
    assert not check_alike(page, {**files, "checkpoint": lying}, quorum(1, one, two, three))


def cosigned_earlier(made: Draft, note: bytes, *cosigners: Cosigner) -> dict[str, bytes]:
    """The pack with an earlier checkpoint of it cosigned, and the newest not."""
    earlier = SignedNote.parse(note)
    signatures = (*earlier.signatures, *(one.cosign(earlier.text, NOW) for one in cosigners))
    made.consistency[0]["checkpoint"] = SignedNote(earlier.text, signatures).encode()
    return made.files()


def test_an_earlier_checkpoint_that_witnesses_saw_counts_alike(page):
    """It counts where the newest is proved to lead to it, with a quorum of its own, and for nothing where it is not."""
    one, two = (Cosigner(f"{name}.test", name.encode() * 16) for name in ("w1", "w2"))
    made, log = draft()
    files = cosigned_earlier(made.copy(), kept(log, 6), one, two)
    assert check_alike(page, files, quorum(2, one, two))
    assert not check_alike(page, cosigned_earlier(made.copy(), kept(log, 6), one), quorum(2, one, two))
    unproved = made.copy()
    unproved.consistency[0]["proof"].pop()
    assert not check_alike(page, cosigned_earlier(unproved, kept(log, 6), one, two), quorum(2, one, two))
    other, _, _ = grow()
    other.leaves[2] = b"\x01" * 98
    for foreign in (kept(other, 6), kept(log, 6, b"X" * 32), kept(log, 5)):
        assert not check_alike(page, cosigned_earlier(made.copy(), foreign, one, two), quorum(2, one, two))
    newest = witnessed(made, one)
    assert check_alike(page, newest, quorum(1, one, two))
    assert not check_alike(page, newest, quorum(2, one, two))


def test_a_witness_with_another_kind_of_key_is_not_counted_and_said(page):
    """ML-DSA-44 no browser can check: such a line counts for nothing there, and the report has its number."""
    classic = Cosigner("w1.test", b"w1" * 16)
    quantum = Cosigner("w2.test", b"w2" * 16, KeyType.MLDSA44_COSIGNATURE)
    files = witnessed(draft()[0], classic, quantum)
    assert check_alike(page, files, quorum(1, classic, quantum))
    policy = quorum(2, classic, quantum)
    assert verify_pack(files, policy).holds
    assert ("checkpoint", False, None) in in_browser(page, files, policy.encode())
