"""What a doctor finds about the log's witnesses: the file, what is recorded of it, the quorum, each of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from aboveboard.apps.ledger.confirmed import Standing
    from aboveboard.apps.ledger.witnesses import Plan

LATE_AFTER_S = 300
"""Five times as long as a quiet log takes to have its head confirmed anew."""


class Finding(NamedTuple):
    """One thing that was looked at: its name, whether it holds, a sentence."""

    name: str
    holds: bool
    sentence: str


def examine_witnesses() -> Iterator[Finding]:
    """Look at the operator's file, what the log says of it, how old the quorum's word is, and who is silent."""
    from aboveboard.apps.ledger.confirmed import standing
    from aboveboard.apps.ledger.witnesses import planned

    plan = planned()
    if not plan.is_recorded():
        sentence = "What is chosen is not yet what the log says; the sequencer records it when it starts."
        yield Finding("witnesses: choice", holds=False, sentence=sentence)
    found = standing()
    if found is None:
        yield Finding(
            "witnesses", holds=True, sentence="None is named; who was shown which log is for people to compare."
        )
        return
    yield _quorum(found)
    yield from _each(plan, found)


def _quorum(found: "Standing") -> Finding:
    if not found.stated.wants_quorum:
        return Finding("witnesses: quorum", holds=True, sentence="No quorum is named; whoever signs is welcome.")
    choice = f"Without the quorum: {found.stated.choice}."
    if found.confirmed_at is None:
        sentence = f"It has not confirmed the log yet. {choice}"
        return Finding("witnesses: quorum", holds=False, sentence=sentence)
    age = int((datetime.now(UTC) - found.confirmed_at).total_seconds())
    sentence = f"It has confirmed {found.witnessed} leaves, {age} s ago. {choice}"
    return Finding("witnesses: quorum", holds=age < LATE_AFTER_S, sentence=sentence)


def _each(plan: "Plan", found: "Standing") -> Iterator[Finding]:
    from aboveboard.apps.ledger.rounds import known_witnesses

    known = known_witnesses()
    where = {witness.name: address for address, keys in plan.addresses.items() for witness in keys}
    for name in found.stated.names:
        address = where.get(name)
        if address is None:
            yield Finding(f"witness {name}", holds=True, sentence="It has no address, so nobody asks it.")
        elif address not in known or not known[address].said:
            yield Finding(f"witness {name}", holds=False, sentence="It was not asked yet; `aboveboard serve` asks it.")
        else:
            said = known[address]
            yield Finding(f"witness {name}", holds=not said.failures, sentence=f"Asked at {said.at}, it {said.said}.")
