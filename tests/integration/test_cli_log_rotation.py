"""A rotation of the log's key from the command line, and the disasters around it: old databases, old key stores."""

from pathlib import Path

import pytest

from tests.support.cli import Home, sample_home

pytestmark = [pytest.mark.database, pytest.mark.slow]


def rotate(home: Home, days: int) -> None:
    """Propose, opine, sign, apply, and have the log sign."""
    act = home.run("key", "rotate-log", "--overlap-days", str(days), "--as", "signatory-cz", "--json").data["act"]
    for step in (
        ("opine", act, "--in-favour", "--as", "dpo-cz"),
        *((s, act, "--as", SECOND) for s in ("sign", "apply")),
    ):
        assert home.run("act", *step).code == 0, step
    assert home.run("sequence", "--once").code == 0


SECOND = "signatory-cz-2"
KEYS_MISSING = 7


def states(home: Home) -> list[str]:
    """What the keys of the present log do."""
    return [log["state"] for log in home.run("key", "list", "--json").data["logs"] if log["current"]]


def test_a_backup_from_before_a_rotation_is_set_back_and_recovered(tmp_path: Path):
    """The database knows nothing of the new key, the head outside is signed with it alone: noticed, and recovered."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Alena Vzorová")
    assert home.run("backup", str(tmp_path / "copy")).code == 0
    rotate(home, 0)
    assert states(home) == ["retired", "in force"]
    assert home.run("doctor").code == 0
    assert home.run("restore", str(tmp_path / "copy"), "--json").data["set_back"] is True
    assert home.run("prove", person, "--out", str(tmp_path / "no"), "--as", "dpo-cz").code == 8
    both = ("--signatory", "signatory-cz", "--signatory", SECOND)
    assert home.run("recover", "--declare-gap", *both).code == 0
    assert states(home) == ["in force"]
    assert home.run("doctor").code == 0
    trust = tmp_path / "trust"
    assert home.run("key", "trust", str(trust), "--json").data["logs"] == 2
    assert home.run("prove", person, "--out", str(tmp_path / "pack"), "--as", "dpo-cz").code == 0
    assert home.run("verify", str(tmp_path / "pack"), "--trust", str(trust)).code == 0


def test_a_key_store_from_before_a_rotation_signs_nothing_until_the_newer_one_is_back(tmp_path: Path):
    """No third key is made in the place of the one that is missing; with the newer copy all goes on."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Alena Vzorová")
    assert home.run("key", "backup", str(tmp_path / "old")).code == 0
    rotate(home, 0)
    assert home.run("key", "backup", str(tmp_path / "new")).code == 0
    for copy, code in (("old", KEYS_MISSING), ("new", 0)):
        for part in home.home.glob("keys.sqlite3*"):
            part.unlink()
        assert home.run("key", "restore", str(tmp_path / copy)).code == 0
        ran = home.run("prove", person, "--out", str(tmp_path / f"pack-{copy}"), "--as", "dpo-cz")
        assert (ran.code, "older than the last rotation" in ran.err) == (code, code == KEYS_MISSING), ran.err
    assert states(home) == ["retired", "in force"]


def test_files_of_trust_from_each_time_check_what_they_should(tmp_path: Path):
    """During the overlap either file is enough; without retired keys a later pack holds and an earlier one does not."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Alena Vzorová")

    def pack(name: str) -> str:
        assert home.run("prove", person, "--out", str(tmp_path / name), "--as", "dpo-cz").code == 0
        return str(tmp_path / name)

    def trust(name: str, *more: str) -> str:
        assert home.run("key", "trust", str(tmp_path / name), *more).code == 0
        return str(tmp_path / name)

    before, old = pack("before"), trust("old")
    rotate(home, 30)
    during, both = pack("during"), trust("both")
    assert states(home) == ["in force", "coming"]
    doctor = home.run("doctor")
    assert (doctor.code, "2 sign checkpoints; the one in force until" in doctor.out) == (0, True), doctor.out
    for made in (before, during):
        for known in (old, both):
            assert home.run("verify", made, "--trust", known).code == 0, (made, known)
    home.script(
        "from aboveboard.apps.ledger.models import LogKey\nfrom django.utils import timezone\n"
        "LogKey.objects.exclude(until=None).update(until=timezone.now())\n"
    )
    after, alone = pack("after"), trust("alone", "--without-retired")
    assert home.run("verify", after, "--trust", alone).code == 0
    assert home.run("verify", after, "--trust", both).code == 0
    assert home.run("verify", before, "--trust", both).code == 0
    assert home.run("verify", after, "--trust", old).code == 1
    assert home.run("verify", before, "--trust", alone).code == 1
