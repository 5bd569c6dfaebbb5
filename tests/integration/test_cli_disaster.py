"""A whole disaster: a copy is laid back over newer days, noticed, refused, and declared by two signatories."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import Leaf
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from aboveboard.faces.cli.answers import Exit
from tests.support.cli import Home, sample_home

LOOK = ("--purpose", "customer-relationship", "--as", "seller")
TWO = ("--signatory", "signatory-cz", "--signatory", "signatory-cz-2")
RECOVER = ("recover", "--declare-gap", *TWO)
OFFICER = ("--as", "data-protection-officer")


@dataclass
class Disaster:
    """A home that was set back by a day: who was in it, and what had been given out before."""

    home: Home
    seen: str
    """Looked at after the backup."""
    erased: str
    """Erased after the backup."""
    quiet: str
    """Untouched since the backup."""
    later: str
    """Taken in after the backup."""

    @property
    def backup(self) -> Path:
        """The copy from before."""
        return self.home.folder / "backup"

    @property
    def pack(self) -> Path:
        """Evidence about the one who was looked at, from before."""
        return self.home.folder / "pack"


def checkpoint(path: Path) -> Checkpoint:
    """Read a signed head."""
    return Checkpoint.parse(SignedNote.parse(path.read_bytes()).text)


def first_leaf(home: Home) -> tuple[Leaf, dict[str, object]]:
    """The first line of the present log, and what its opening says."""
    told = home.script(
        "import json\n"
        "from aboveboard.apps import keys\n"
        "from aboveboard.apps.ledger.models import Leaf as Row\n"
        "from aboveboard.core.entries.leaf import Leaf, leaf_key, open_audit, AUDIT_FIELDS\n"
        "from aboveboard.core.envelope.keys import KeyKind\n"
        "row = Row.objects.get(seq=0)\n"
        "leaf = Leaf.decode(bytes(row.data))\n"
        "key = leaf_key(keys.store().cell_key(KeyKind.AUDIT, str(row.month)), leaf.subject_label)\n"
        "opened = open_audit('cz-1', leaf, bytes(row.audit), key)\n"
        "values = dict(zip(AUDIT_FIELDS, opened.values))\n"
        "print(json.dumps([bytes(row.data).hex(), json.loads(values['body'])]))\n"
    )
    return Leaf.decode(bytes.fromhex(told[0])), told[1]


def lived(folder: Path) -> Disaster:
    """A day in a sample home: people come in, a backup, looks, a newcomer, an erasure; all of it signed."""
    home = sample_home(folder)
    seen, erased, quiet = home.take_in("Alena Vzorová", "Boris Ukázkový", "Cyril Smyšlený")
    home.json("ask", seen, *LOOK)
    home.json("sequence", "--once")
    home.json("prove", seen, "--out", str(folder / "pack"), *OFFICER)
    home.json("key", "trust", str(folder / "trust"))
    home.json("sequence", "--once")
    home.json("backup", str(folder / "backup"))
    home.json("ask", seen, *LOOK)
    home.json("ask", seen, *LOOK)
    (later,) = home.take_in("Dana Pozdější")
    home.json("sequence", "--once")
    home.json("erase", erased, "--purpose", "data-protection-oversight", "--yes", *OFFICER)
    home.json("sequence", "--once")
    home.json("work", "--once")
    home.json("sequence", "--once")
    return Disaster(home, seen, erased, quiet, later)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Disaster:
    """One such day, lived once and copied for each test."""
    return lived(tmp_path_factory.mktemp("day"))


@pytest.fixture
def disaster(day: Disaster, tmp_path: Path) -> Disaster:
    """That day, in a home of one's own, not yet set back."""
    return Disaster(day.home.copy(tmp_path / "own"), day.seen, day.erased, day.quiet, day.later)


@pytest.fixture
def set_back(disaster: Disaster) -> Disaster:
    """That day, with the copy from before laid back over it."""
    assert disaster.home.json("restore", str(disaster.backup))["set_back"] is True
    return disaster


def test_a_backup_opens_nothing_by_itself(disaster: Disaster):
    """Neither the key store, nor the root key, nor anything from outside the home is among the files of a backup."""
    names = {path.name for path in disaster.backup.rglob("*") if path.is_file()}
    assert {"cell.sqlite3", "commercial.sqlite3", "checkpoint", "manifest.json"} <= names
    assert not any(word in name for name in names for word in ("key", "head", "secret", "sign-ins"))
    manifest = json.loads((disaster.backup / "manifest.json").read_text())
    assert manifest["tree_size"] == checkpoint(disaster.backup / "log" / "checkpoint").size
    assert disaster.home.run("backup", str(disaster.backup)).code == Exit.CONFLICT


def test_a_backup_with_a_changed_byte_is_not_laid_back(disaster: Disaster):
    """What a manifest does not describe does not come into a home."""
    copy = disaster.backup / "cell.sqlite3"
    data = bytearray(copy.read_bytes())
    data[-1] ^= 1
    copy.write_bytes(data)
    before = (disaster.home.home / "cell.sqlite3").read_bytes()
    assert disaster.home.run("restore", str(disaster.backup)).code == Exit.FAILED
    assert (disaster.home.home / "cell.sqlite3").read_bytes() == before
    (disaster.backup / "manifest.json").unlink()
    assert disaster.home.run("restore", str(disaster.backup)).code == Exit.INVALID


def test_a_copy_that_lost_nothing_is_laid_back_and_simply_serves(disaster: Disaster):
    """A backup of now, laid back now, is not a rolled-back database."""
    folder = disaster.home.folder / "now"
    disaster.home.json("backup", str(folder))
    assert disaster.home.json("restore", str(folder))["set_back"] is False
    assert disaster.home.run("ask", disaster.seen, *LOOK).code == Exit.DONE
    assert disaster.home.run(*RECOVER).code == Exit.CONFLICT


def test_a_copy_is_laid_back_into_an_empty_home_with_a_copy_of_the_keys(disaster: Disaster, tmp_path: Path):
    """On a new machine: root key and head from their safe, databases from the backup, keys from their own copy."""
    home = disaster.home
    home.json("backup", str(home.folder / "now"))
    home.json("key", "backup", str(home.folder / "keys"))
    token = home.folder / "token"
    token.write_text(home.sample("seller-cz")["token"])
    look = ("--purpose", "customer-relationship", "--token-file", str(token))
    new = Home(tmp_path / "new")
    shutil.copytree(home.outside, new.outside)
    assert "key restore" in new.run("restore", str(home.folder / "now")).out
    assert new.json("ask", disaster.seen, *look, code=Exit.UNAVAILABLE)
    assert not (new.home / "keys.sqlite3").exists()
    assert new.json("key", "restore", str(home.folder / "keys"))["shredded_again"] == 0
    assert new.json("ask", disaster.seen, *look)["people"]
    assert new.json("ask", disaster.erased, *look, code=Exit.GONE)
    assert new.run("key", "restore", str(home.folder / "keys")).code == Exit.CONFLICT
    assert new.json("sequence", "--once")["leaves"] > 0


def test_a_copy_of_the_keys_does_not_bring_back_who_was_erased_after_it(tmp_path: Path):
    """Keys from yesterday, databases from today: whoever today says is erased is shredded again."""
    home = sample_home(tmp_path / "own")
    (person,) = home.take_in("Alena Vzorová")
    home.json("key", "backup", str(tmp_path / "keys"))
    home.json("erase", person, "--purpose", "data-protection-oversight", "--yes", *OFFICER)
    for path in home.home.glob("keys.sqlite3*"):
        path.unlink()
    assert home.json("doctor", code=Exit.UNAVAILABLE)
    assert home.json("key", "restore", str(tmp_path / "keys"))["shredded_again"] == 1
    held = home.script(
        "import json\n"
        "from aboveboard.apps import keys\n"
        "from aboveboard.core.envelope.keys import KeyKind\n"
        f"print(json.dumps(keys.store().has(KeyKind.FACTS, bytes.fromhex({person!r}))))\n"
    )
    assert held is False


def test_a_database_that_was_set_back_is_refused_by_everything_with_the_same_sentence(set_back: Disaster):
    """Neither server nor sequencer nor a look begins; nothing is signed and no value is shown."""
    home = set_back.home
    head = (home.outside / "head").read_bytes()
    said = {
        " ".join(command): home.run(*command)
        for command in (("serve",), ("sequence", "--once"), ("work", "--once"), ("ask", set_back.seen, *LOOK))
    }
    assert {ran.code for ran in said.values()} == {Exit.SET_BACK}
    assert len({ran.err for ran in said.values()}) == 1
    assert all("set back" in ran.err and "recover --declare-gap" in ran.err for ran in said.values())
    assert all("Vzorová" not in ran.out + ran.err for ran in said.values())
    assert (home.outside / "head").read_bytes() == head
    checks = {check["name"]: check["holds"] for check in home.json("doctor", code=Exit.FAILED)["checks"]}
    assert checks["log"] is False


def test_the_gate_itself_refuses_on_a_database_that_was_set_back(set_back: Disaster):
    """Past the command line, too: no entry can be committed, so no permit can be had."""
    code = set_back.home.script(
        "import json\n"
        "from datetime import UTC, datetime\n"
        "from aboveboard.apps.ledger.actions import append_if\n"
        "from aboveboard.core.entries import governance\n"
        "from aboveboard.core.errors import LedgerUnavailable\n"
        "try:\n"
        "    append_if(governance('test', {}, actor=None, place=None, at=datetime.now(UTC)), '1=1', ())\n"
        "except LedgerUnavailable as error:\n"
        "    print(json.dumps(error.code))\n"
    )
    assert code == "ledger_unavailable"


def test_a_long_copy_from_before_a_gap_does_not_open_the_gate(set_back: Disaster):
    """It holds more entries than the new log has signed, but of another log: nothing can be committed."""
    home = set_back.home
    home.json(*RECOVER)
    home.json("restore", str(set_back.backup))
    code = home.script(
        "import json\n"
        "from datetime import UTC, datetime\n"
        "from aboveboard.apps.ledger.actions import append_if\n"
        "from aboveboard.core.entries import governance\n"
        "from aboveboard.core.errors import LedgerUnavailable\n"
        "try:\n"
        "    append_if(governance('test', {}, actor=None, place=None, at=datetime.now(UTC)), '1=1', ())\n"
        "except LedgerUnavailable as error:\n"
        "    print(json.dumps('set back' in error.sentence))\n"
    )
    assert code is True


def test_a_gap_is_declared_by_two_different_signatories_only(set_back: Disaster):
    """One alone, an officer, a seller, or a wrong passphrase: nothing is touched, and two can still declare it."""
    home = set_back.home
    before = sorted((path, path.stat().st_mtime_ns) for path in home.outside.rglob("*"))
    for pair in (("signatory-cz", "signatory-cz"), ("signatory-cz", "seller-cz")):
        names = [part for name in pair for part in ("--signatory", name)]
        assert home.run("recover", "--declare-gap", *names).code == Exit.REFUSED
    assert home.run("recover", "--declare-gap", "--signatory", "signatory-cz").code == Exit.USAGE
    wrong = home.folder / "wrong"
    wrong.write_text("not the passphrase")
    assert home.run(*RECOVER, "--passphrase-file", str(wrong)).code == Exit.FAILED
    assert sorted((path, path.stat().st_mtime_ns) for path in home.outside.rglob("*")) == before
    assert home.run(*RECOVER).code == Exit.DONE


def test_after_the_declaration_the_erased_stay_erased_and_the_new_log_names_the_old_head(set_back: Disaster):
    """New origin, first line with last head and lost range, erased person gone, everybody else served again."""
    home = set_back.home
    old = checkpoint(home.outside / "head")
    restored = json.loads((set_back.backup / "manifest.json").read_text())["tree_size"]
    said = home.json(*RECOVER)
    assert (said["affected"], said["erased"]) == (2, 1)
    new = checkpoint(home.home / "log" / "checkpoint")
    assert new.origin == f"{old.origin}/2"
    assert checkpoint(home.outside / "head") == new
    assert checkpoint(home.outside / "head-1") == old
    assert checkpoint(home.home / "log-1" / "checkpoint") == old
    leaf, body = first_leaf(home)
    assert leaf.kind == EntryKind.CELL
    assert (body["last_origin"], body["last_size"], body["last_root"]) == (old.origin, old.size, old.root.hex())
    assert (body["lost_from"], body["lost_to"]) == (restored, old.size)
    assert home.json("ask", set_back.erased, *LOOK, code=Exit.GONE)
    assert home.json("find", "Ukázkový", *LOOK) == {"people": []}
    assert home.json("ask", set_back.quiet, *LOOK)["people"]
    home.json("sequence", "--once")
    assert home.json("doctor")["sound"]
    acts = home.json("act", "list", "--kind", "declare-gap", "--as", "signatory")["acts"]
    assert [(act["state"], act["signatures_hold"]) for act in acts] == [("applied", True)]


def test_each_affected_person_is_told_how_many_lines_were_lost(set_back: Disaster):
    """Two looks of the one, nothing of the other; a newcomer who was lost altogether counts too."""
    home = set_back.home
    home.json(*RECOVER)
    told = home.script(
        "import json\n"
        "from aboveboard.apps.ledger.recovering import gaps_of\n"
        f"people = {[set_back.seen, set_back.quiet, set_back.later]!r}\n"
        "print(json.dumps([[[g.number, g.origin, n] for g, n in gaps_of(bytes.fromhex(p))] for p in people]))\n"
    )
    assert [[(number, lines) for number, _, lines in one] for one in told] == [[(1, 2)], [], [(1, 1)]]


def test_evidence_from_before_holds_against_the_old_key_and_new_evidence_against_both(set_back: Disaster):
    """An old pack needs nobody's leave to stay true; a new one shows the kept lines and the new ones."""
    home = set_back.home
    old_trust, new_trust = home.folder / "trust", home.folder / "new-trust"
    home.json(*RECOVER)
    assert home.json("verify", str(set_back.pack), "--trust", str(old_trust))["holds"]
    home.json("ask", set_back.seen, *LOOK)
    home.json("sequence", "--once")
    home.json("key", "trust", str(new_trust))
    new = home.folder / "new-pack"
    home.json("prove", set_back.seen, "--out", str(new), *OFFICER)
    assert home.json("verify", str(new), "--trust", str(new_trust))["holds"]
    assert home.json("verify", str(set_back.pack), "--trust", str(new_trust))["holds"]
    assert home.json("verify", str(new), "--trust", str(old_trust), code=Exit.FAILED)["holds"] is False


def test_an_older_copy_from_before_the_gap_is_noticed_too(set_back: Disaster):
    """After the declaration the old copy stands under the former log: refused, and recovered to a third log."""
    home = set_back.home
    home.json(*RECOVER)
    home.json("ask", set_back.quiet, *LOOK)
    home.json("sequence", "--once")
    assert home.json("restore", str(set_back.backup))["set_back"] is True
    assert home.run("ask", set_back.quiet, *LOOK).code == Exit.SET_BACK
    said = home.json(*RECOVER)
    assert said["new_origin"].endswith("/3")
    assert home.json("ask", set_back.quiet, *LOOK)["people"]
    assert home.json("ask", set_back.erased, *LOOK, code=Exit.GONE)


def test_with_a_key_store_of_another_life_nobody_is_taken_for_erased(set_back: Disaster):
    """An empty key store would make everybody seem erased: the recovery refuses to begin."""
    home = set_back.home
    for path in home.home.glob("keys.sqlite3*"):
        path.unlink()
    assert home.run(*RECOVER).code == Exit.UNAVAILABLE
    home.script("from aboveboard.apps import keys\nkeys.store()\n")
    assert home.run(*RECOVER).code == Exit.UNAVAILABLE
    assert not (home.home / "unfinished.json").exists()


def test_a_copy_of_the_keys_from_before_a_gap_signs_nothing_in_the_log_after_it(set_back: Disaster, tmp_path: Path):
    """What happened and what to do is said by whoever meets it; no second key is made; the newer copy goes on."""
    home = set_back.home
    home.json("key", "backup", str(tmp_path / "before"))
    assert "copies from before hold no key of the new log" in home.run(*RECOVER).out
    home.json("sequence", "--once")
    home.json("key", "backup", str(tmp_path / "after"))
    logs = home.json("key", "list")["logs"]
    for part in home.home.glob("keys.sqlite3*"):
        part.unlink()
    home.json("key", "restore", str(tmp_path / "before"))
    for command in (("sequence", "--once"), ("key", "list"), ("key", "trust", str(tmp_path / "trust"))):
        ran = home.run(*command)
        assert ran.code == Exit.UNAVAILABLE, command
        assert "a copy made before `aboveboard recover` opened that log" in ran.err
    assert home.run(*RECOVER).code == Exit.UNAVAILABLE
    assert not (tmp_path / "trust").exists()
    for part in home.home.glob("keys.sqlite3*"):
        part.unlink()
    home.json("key", "restore", str(tmp_path / "after"))
    home.json("sequence", "--once")
    assert home.json("key", "list")["logs"] == logs
    assert home.json("ask", set_back.quiet, *LOOK)["people"]


def test_a_head_that_was_lost_is_noticed_and_the_published_one_counts(set_back: Disaster):
    """Without the file outside everything is refused; the gap is measured against the published checkpoint."""
    home = set_back.home
    old = checkpoint(home.outside / "head")
    (home.outside / "head").unlink()
    assert home.run("ask", set_back.seen, *LOOK).code == Exit.SET_BACK
    assert home.json(*RECOVER)["last_size"] == old.size


@pytest.mark.kill
@pytest.mark.slow
def test_a_restore_that_is_cut_short_anywhere_is_finished_by_running_it_again(disaster: Disaster, tmp_path: Path):
    """Dying before any write reaches the disk: what was begun is refused until it is finished, and then it is whole."""
    for step in range(1, 40):
        home = disaster.home.copy(tmp_path / "step")
        cut = home.cut_short(step, "restore", str(disaster.backup))
        if cut and (home.home / "unfinished.json").exists():
            assert home.run("ask", disaster.quiet, *LOOK).code == Exit.CONFLICT
        assert home.json("restore", str(disaster.backup))["set_back"] is True
        assert home.run("ask", disaster.quiet, *LOOK).code == Exit.SET_BACK
        shutil.rmtree(home.folder)
        if not cut:
            return
    pytest.fail("a restore has more steps than this test looks at")


@pytest.mark.kill
@pytest.mark.slow
def test_a_recovery_that_is_cut_short_anywhere_is_finished_by_running_it_again(set_back: Disaster, tmp_path: Path):
    """Dying before any write reaches the disk: the same command goes on, once, and nothing is released in between."""
    for step in range(1, 60):
        home = set_back.home.copy(tmp_path / "step")
        cut = home.cut_short(step, *RECOVER)
        if (home.home / "unfinished.json").exists():
            assert home.run("ask", set_back.quiet, *LOOK).code == Exit.CONFLICT
            home.json(*RECOVER)
        elif not (home.outside / "head-1").exists():
            assert home.run("ask", set_back.quiet, *LOOK).code == Exit.SET_BACK
            home.json(*RECOVER)
        assert checkpoint(home.outside / "head").origin.endswith("/2")
        assert first_leaf(home)[0].kind == EntryKind.CELL
        assert home.json("ask", set_back.quiet, *LOOK)["people"]
        assert home.json("ask", set_back.erased, *LOOK, code=Exit.GONE)
        shutil.rmtree(home.folder)
        if not cut:
            return
    pytest.fail("a recovery has more steps than this test looks at")
