"""The log's keys where a service keeps them: the next one is made there, signs there, and never leaves it."""

from pathlib import Path

import pytest

from tests.attack.conftest import Laid, copied
from tests.support.keeping import apart, keeping

pytestmark = pytest.mark.slow
FIRST, SECOND, OFFICER = ("--as", "signatory-cz"), ("--as", "signatory-cz-2"), ("--as", "dpo-cz")


@pytest.mark.parametrize("network", [False, True])
def test_the_log_s_key_changes_and_a_post_quantum_one_comes_beside_it_in_the_service(
    laid_home: Laid, tmp_path: Path, *, network: bool
):
    """Proposed at the desk, which holds no key; the sequencer's checkpoint then bears three lines, and packs verify."""
    with copied(laid_home, tmp_path / "attacked") as home:
        home.more = {**home.more, "ABOVEBOARD_LOG_ML_DSA_44": "yes"}
        of = apart(home, network=network)
        with keeping(of):
            act = of.desk.json("key", "rotate-log", "--overlap-days", "9", *FIRST)["act"]
            of.desk.json("act", "opine", act, "--in-favour", *OFFICER)
            of.desk.json("act", "sign", act, *SECOND)
            of.desk.json("act", "apply", act, *SECOND)
            of.operator.json("sequence", "--once")
            logs = of.desk.json("key", "list")["logs"]
            assert [log["state"] for log in logs] == ["in force", "coming", "post-quantum"]
            signed = (of.operator.home / "log" / "checkpoint").read_text().split("\n\n")[1].splitlines()
            assert len(signed) == len(logs)
            trust = tmp_path / "trust"
            of.desk.json("key", "trust", str(trust))
            of.desk.json("prove", laid_home.people[0], "--out", str(tmp_path / "pack"), *OFFICER)
            assert of.desk.run("verify", str(tmp_path / "pack"), "--trust", str(trust)).code == 0
        of.close()
