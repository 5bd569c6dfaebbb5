"""A range over declared gaps: what vouches for an earlier log, and what a log could sign to hide one."""

import pytest

from aboveboard.core.verify.ranges import verify_range
from tests.support.gaps import declaring, over_gaps
from tests.support.packs import failed, trust


def test_two_acts_under_one_id_do_not_vouch_for_one_another():
    """Beside an act that two signed over another text one that nobody signed says what the first line says."""
    made, bodies = over_gaps(signed=lambda body: declaring({**body, "lost_from": 0})), list[dict]()
    over_gaps(says=bodies.append)
    forged = {**declaring(bodies[0]), "proposer_signature": "00" * 64, "signer_signature": "00" * 64}
    for at in (0, 1):
        other = made.copy()
        other.declared["acts"].insert(at, forged)
        report = verify_range(other.files(), trust())
        assert report.holds
        assert not any("as two signatories declared" in sentence for sentence in report.proved)
        assert any("no act here shows it" in sentence for sentence in report.not_proved)


def test_a_later_log_is_not_taken_for_the_first():
    """Its first line is of a public kind that no first log has; so nobody hides the logs before by a number."""
    made = over_gaps(gaps=2)
    made.main.range["log"], made.earlier = 1, {}
    made.without |= {"former.json", "declared.json"}
    assert failed(verify_range(made.files(), trust())) == {"range"}


@pytest.mark.parametrize("log", [1000, 2**53])
def test_a_number_of_logs_that_nobody_has_is_refused_and_not_counted(log):
    """Of each log that is missing a sentence is made; a range may not ask for as many as there are numbers."""
    made = over_gaps()
    made.main.range["log"] = log
    assert failed(verify_range(made.files(), trust())) == {"form"}
