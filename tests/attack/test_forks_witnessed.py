"""Old copies, two sequencers, copied machines, and a witness who has seen: a clear refusal, never two histories."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.trust import TrustPolicy
from tests.attack.conftest import Laid, copied
from tests.support.audit import audit, extends, standing
from tests.support.cli import Home
from tests.support.forked import ForkedHome
from tests.support.witness_servers import Own, own_witness, policy_file

pytestmark = [pytest.mark.kill, pytest.mark.database]

SET_BACK = 8
NO_LOOK = "that this log's key has signed and that this database does not lead to"


@pytest.fixture
def council(laid_home: Laid, attacked: ForkedHome, tmp_path: Path) -> Iterator[Own]:
    """A witness on a machine of its own that knows the log."""
    with own_witness(tmp_path / "council", "council", standing(attacked)["vkey"]) as own:
        policy_file(tmp_path / "policy", own.lines())
        yield own


def name_witness(home: ForkedHome, council: Own) -> None:
    """Have the operator of *home* name the witness."""
    home.more = {**home.more, "ABOVEBOARD_WITNESSES": str(council.folder.parent / "policy")}
    home.close()


def look(home: Home, subject: str) -> dict[str, Any]:
    """Look at somebody."""
    return home.script(
        f"import json\nfrom tests.support.victims import *\nprint(json.dumps(look_and_tell({subject!r})))"
    )


def grow(home: Home, *people: str) -> None:
    """Look at each of *people*, and sequence."""
    for person in people:
        assert "entry" in look(home, person)
    home.json("sequence", "--once")


def witnessed(home: Home, vkey: str, council: Own) -> Checkpoint:
    """The newest witnessed checkpoint of *home*, as an outsider who trusts log and witness reads it."""
    policy = TrustPolicy.parse(f"log {vkey}\n{council.lines()[0]}\nquorum council\n")
    return policy.open_checkpoint((home.home / "log" / "checkpoint.witnessed").read_bytes()).checkpoint


def test_an_old_copy_is_refused_by_what_the_witness_has_seen(
    attacked: ForkedHome, laid_home: Laid, council: Own, tmp_path: Path
):
    """All is laid back from yesterday, the head outside too: only the witness knows, and that is enough."""
    name_witness(attacked, council)
    grow(attacked, laid_home.people[0])
    attacked.json("backup", str(tmp_path / "old"))
    shutil.copytree(attacked.outside, tmp_path / "outside")
    shutil.copytree(attacked.home / "log", tmp_path / "log")
    grow(attacked, *laid_home.people[1:4])
    attacked.json("ask-witnesses", "--once")
    seen = witnessed(attacked, standing(attacked)["vkey"], council)
    attacked.json("restore", str(tmp_path / "old"))
    for folder, old in ((attacked.outside, "outside"), (attacked.home / "log", "log")):
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / old, folder)
    before = (attacked.outside / "head").read_bytes()
    ran = attacked.run("sequence", "--once")
    assert (ran.code, f"shows a checkpoint of {seen.size} entries" in ran.err) == (SET_BACK, True), ran.err
    assert "`aboveboard recover --declare-gap`" in ran.err
    assert (attacked.outside / "head").read_bytes() == before, "nothing is signed on the old copy"
    told = look(attacked, laid_home.people[0])
    assert (told["code"], NO_LOOK in told["sentence"]) == ("ledger_unavailable", True)
    assert attacked.run("ask", laid_home.people[0], "--purpose", "customer-relationship", "--as", "seller-cz").code == 8


def test_the_newer_copy_laid_back_goes_on(attacked: ForkedHome, laid_home: Laid, council: Own, tmp_path: Path):
    """Evidence that the database leads to after all is no evidence any more."""
    name_witness(attacked, council)
    grow(attacked, laid_home.people[0])
    attacked.json("ask-witnesses", "--once")
    evidence = (attacked.home / "log" / "checkpoint.witnessed").read_bytes()
    (attacked.outside / "elsewhere").write_bytes(evidence)
    assert look(attacked, laid_home.people[1])["code"] == "ledger_unavailable"
    attacked.json("sequence", "--once")
    assert not (attacked.outside / "elsewhere").exists()
    assert "entry" in look(attacked, laid_home.people[1])


def test_of_a_copied_machine_one_goes_on_and_the_other_is_refused(
    attacked: ForkedHome, laid_home: Laid, council: Own, tmp_path: Path
):
    """Both sequence and ask one witness: it cosigns one history, and shows it to the other, which stops for good."""
    vkey = standing(attacked)["vkey"]
    with copied(laid_home, tmp_path / "copy") as copy:
        for home in (attacked, copy):
            name_witness(home, council)
        # Neither has seen the other yet, so both sign once.
        grow(attacked, laid_home.people[0])
        grow(copy, *laid_home.people[1:3])
        attacked.json("ask-witnesses", "--once")
        ran = copy.run("ask-witnesses", "--once")
        assert (ran.code, NO_LOOK in ran.err) == (SET_BACK, True), ran.err
        signed = (copy.outside / "head").read_bytes()
        for words in (("sequence", "--once"), ("ask-witnesses", "--once"), ("serve",)):
            assert copy.run(*words).code == SET_BACK
        assert look(copy, laid_home.people[4])["code"] == "ledger_unavailable"
        assert (copy.outside / "head").read_bytes() == signed
        assert not (copy.home / "log" / "checkpoint.witnessed").exists()
        doctor = {one["name"]: one for one in copy.json("doctor", code=1)["checks"]}
        assert NO_LOOK in doctor["log"]["sentence"]
        grow(attacked, laid_home.people[5])
        attacked.json("ask-witnesses", "--once")
        assert witnessed(attacked, vkey, council).size == standing(attacked)["size"]
        assert not extends(audit(copy, standing(copy)), audit(attacked, standing(attacked)))


def test_a_copy_that_starts_later_signs_nothing(attacked: ForkedHome, laid_home: Laid, council: Own, tmp_path: Path):
    """Its sequencer asks the witness before its first signature, and finds that another has signed."""
    with copied(laid_home, tmp_path / "copy") as copy:
        for home in (attacked, copy):
            name_witness(home, council)
        grow(attacked, laid_home.people[0])
        attacked.json("ask-witnesses", "--once")
        before = (copy.outside / "head").read_bytes()
        assert "entry" in look(copy, laid_home.people[1])
        ran = copy.run("sequence", "--once")
        assert (ran.code, NO_LOOK in ran.err) == (SET_BACK, True), ran.err
        assert (copy.outside / "head").read_bytes() == before


def test_a_gap_declared_on_the_copy_ends_its_log_and_says_what_was_signed_elsewhere(
    attacked: ForkedHome, laid_home: Laid, council: Own, tmp_path: Path
):
    """The way on for who has only the old copy: two signatories, a new log whose first line names the other head."""
    with copied(laid_home, tmp_path / "copy") as copy:
        for home in (attacked, copy):
            name_witness(home, council)
        grow(attacked, *laid_home.people[:3])
        attacked.json("ask-witnesses", "--once")
        seen = witnessed(attacked, standing(attacked)["vkey"], council)
        assert copy.run("sequence", "--once").code == SET_BACK
        words = ("recover", "--declare-gap", "--signatory", "signatory-cz", "--signatory", "signatory-cz-2")
        told = copy.json(*words)
        assert (told["elsewhere_size"], told["elsewhere_root"]) == (seen.size, seen.root.hex())
        assert told["lost_from"] == told["lost_to"] == told["last_size"]
        assert not (copy.outside / "elsewhere").exists()
        assert (copy.outside / "elsewhere-1").exists()
        grow(copy, laid_home.people[0])
        out = tmp_path / "evidence"
        copy.json("prove", laid_home.people[0], "--out", str(out), "--as", "dpo-cz")
        copy.json("key", "trust", str(tmp_path / "trust"), "--without-witnesses")
        assert copy.json("verify", str(out), "--trust", str(tmp_path / "trust"))["holds"]
        # The witness does not know the new log yet: with its name in the file, that is said.
        copy.json("key", "trust", str(tmp_path / "with-witnesses"))
        report = copy.json("verify", str(out), "--trust", str(tmp_path / "with-witnesses"), code=1)
        assert [one["sentence"] for one in report["checks"] if not one["holds"]] == [
            "Too few witnesses of the policy have cosigned the checkpoint."
        ]


def test_two_sequencers_never_make_two_histories(attacked: ForkedHome, laid_home: Laid, council: Own):
    """A second one is refused while one runs; one that was held back meets the other's head and signs nothing."""
    name_witness(attacked, council)
    told = attacked.script(
        "import json\n"
        "from tests.support.victims import *\n"
        "from aboveboard.apps.ledger.sequencer import Sequencer\n"
        "from aboveboard.core.errors import AboveboardError\n"
        "first, second = Sequencer(), Sequencer()\n"
        "first.drain(); second_said = []\n"
        f"look({laid_home.people[0]!r}); first.drain(); look({laid_home.people[1]!r})\n"
        "try:\n    second.drain()\n"
        "except AboveboardError as error:\n    second_said = [error.code, error.sentence]\n"
        "first.drain()\n"
        "print(json.dumps(second_said))\n"
    )
    assert told[0] == "rolled_back", told
    assert "exchanged under a running sequencer" in told[1]
    attacked.json("ask-witnesses", "--once")
    assert witnessed(attacked, standing(attacked)["vkey"], council).size == standing(attacked)["size"]
    assert not council.witness.memory.clashes()


def test_killed_while_asking_it_begins_again_where_it_was(attacked: ForkedHome, laid_home: Laid, council: Own):
    """Death at any moment leaves whole files; the next one asks, and the checkpoint is witnessed."""
    name_witness(attacked, council)
    grow(attacked, laid_home.people[0])
    for number in range(3):
        running = subprocess.Popen(
            [sys.executable, "-m", "aboveboard", "ask-witnesses"],
            env=attacked.environment, cwd=attacked.folder, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert running.stderr
            assert "Asking witnesses" in running.stderr.readline()
        finally:
            running.send_signal(signal.SIGKILL)
            running.communicate()
        SignedNote.parse((attacked.home / "log" / "checkpoint").read_bytes())
        grow(attacked, laid_home.people[number + 1])
    told = attacked.json("ask-witnesses", "--once")
    assert (told["quorum"], told["tree_size"]) == (True, standing(attacked)["size"]), json.dumps(told)
    assert witnessed(attacked, standing(attacked)["vkey"], council).size == told["tree_size"]
