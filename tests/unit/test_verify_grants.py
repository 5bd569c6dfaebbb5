"""Looks from other entities: each rests on a grant that two people signed, which covers it, before it."""

from datetime import timedelta

import pytest

from aboveboard.core import canonical
from aboveboard.core.verify.acts import PROPOSAL, staff_key_id
from tests.support.packs import (
    FIRST,
    GRANT,
    NOW,
    SECOND,
    TERMS,
    Draft,
    SmallLog,
    act,
    again,
    draft,
    failed,
    governance_entry,
    key_id,
    look,
    sha,
)


@pytest.fixture(scope="module")
def sound() -> tuple[Draft, SmallLog]:
    """A pack in which everything holds, and its log."""
    return draft()


@pytest.fixture
def pack(sound) -> Draft:
    """A pack to be changed."""
    return sound[0].copy()


def test_a_look_from_another_entity_needs_its_grant(pack):
    """Headquarters looked; without the grant that look is not covered."""
    pack.governance["acts"] = []
    report = pack.verified()
    assert failed(report) == {"grants"}
    assert report.failures[0].entry == pack.entries[2]["index"]


@pytest.mark.parametrize("which", ["proposer_signature", "signer_signature"])
def test_a_grant_without_a_signature_that_holds_is_found(pack, which):
    """Both signatures count."""
    one = pack.governance["acts"][0]
    one[which] = "00" * 64
    assert failed(pack.verified()) == {"grants"}


def test_a_grant_with_wider_terms_is_found(pack):
    """What two people signed is what counts, not what is shown."""
    pack.governance["acts"][0]["body"]["categories"].append("T42")
    assert failed(pack.verified()) == {"grants"}


def test_a_grant_that_one_person_signed_alone_is_found(pack):
    """Proposer and signatory are two people."""
    pack.governance["acts"] = [act(TERMS, by=SECOND, signer=SECOND, keys=(4, 4))]
    assert failed(pack.verified()) == {"grants"}


def test_a_grant_signed_with_a_foreign_key_is_found(pack):
    """A key that the log does not show on record signs nothing."""
    pack.governance["acts"] = [act(TERMS, keys=(3, 8))]
    assert failed(pack.verified()) == {"grants"}


def test_a_grant_signed_with_somebody_elses_key_is_found(pack):
    """The key must be its signer's own."""
    pack.governance["acts"] = [act(TERMS, by=SECOND, signer=FIRST)]
    assert failed(pack.verified()) == {"grants"}


def test_a_grant_without_an_opinion_is_found(pack):
    """The officer is heard first."""
    made = act(TERMS, opinion={})
    pack.governance["acts"] = [made]
    assert failed(pack.verified()) == {"grants"}


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"entity": "us"}, "another entity"),
        ({"purpose": "public-affairs"}, "another purpose"),
        ({"categories": ["T01"]}, "fewer categories"),
        ({"valid_until": "2026-11-22T09:30:00+00:00"}, "ended before"),
        ({"valid_from": "2026-11-23T00:00:00+00:00"}, "begins later"),
        ({"valid_until": "soon"}, "no end"),
        ({"categories": "T01"}, "no list"),
    ],
)
def test_a_grant_that_does_not_cover_the_look_is_found(terms, why):
    """Entity, purpose, categories and term of the grant have to cover the look that names it."""
    made, log = draft()
    body = {**TERMS, **terms}
    said = {"act": GRANT.hex(), "kind": "grant", "body_hash": sha(canonical.encode(body))}
    more = log.add(governance_entry("act.signed", {**said, "key": key_id(4)}))
    made.governance["acts"] = [act(body)]
    again(made, log, [more])
    assert failed(made.verified()) == {"grants"}, why


def test_a_grant_that_was_ended_before_the_look_is_found():
    """A line that ends the grant counts from its time on."""
    made, log = draft()
    more = log.add(governance_entry("grant.revoked", {"act": GRANT.hex()}))
    again(made, log, [more])
    assert failed(made.verified()) == {"grants"}


def test_a_key_that_nobody_has_is_found(pack):
    """Not even one whose id is made for it, signed by a person without a name."""
    made = act(TERMS)
    made["proposal"].update(by="", key=staff_key_id(b"").hex())
    made["decision"]["proposal"] = sha(PROPOSAL + canonical.encode(made["proposal"]))
    pack.governance["acts"] = [made]
    assert failed(pack.verified()) == {"grants"}


def test_a_key_retired_before_the_signature_is_found():
    """What a retired key signs is nothing."""
    made, log = draft()
    at = NOW - timedelta(hours=1)
    more = log.add(governance_entry("key.retired", {"key": key_id(4)}, at))
    again(made, log, [more])
    assert failed(made.verified()) == {"grants"}


def test_a_refused_act_states_nothing():
    """A line that records a refusal does not put a key on record or sign an act."""
    made, log = draft()
    more = log.add(governance_entry("grant.revoked", {"act": GRANT.hex()}, verdict="refuse"))
    again(made, log, [more])
    assert made.verified().holds


def test_a_look_of_another_entity_that_names_no_grant_is_found():
    """Only the controller's own staff and the person need none."""
    made, log = draft()
    made.entries.append({"index": log.add(look(NOW + timedelta(hours=2), entity="us"))})
    again(made, log, [])
    report = made.verified()
    assert failed(report) == {"grants"}
    assert "no grant is named" in report.failures[0].sentence


def test_a_refused_look_of_another_entity_needs_no_grant():
    """What was refused released nothing."""
    made, log = draft()
    entry = look(NOW + timedelta(hours=2), entity="us", verdict="refuse", categories=())
    made.entries.append({"index": log.add(entry)})
    again(made, log, [])
    assert made.verified().holds
