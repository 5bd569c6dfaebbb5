"""Governance on the command line: nobody decides alone, nobody in their own cause, and the officer is heard first."""

import json
from pathlib import Path

import pytest

from aboveboard.faces.cli.answers import Exit
from tests.support.cli import Home, sample_home

OFFICER = ("--as", "dpo-cz")
FIRST, SECOND = ("--as", "signatory-cz"), ("--as", "signatory-cz-2")
LOOK = ("--purpose", "customer-relationship")
GRANT = ("--entity", "us", "--role", "seller", *LOOK, "--until", "2099-01-01")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A sample home of one's own."""
    return sample_home(tmp_path)


def rules(said: dict[str, list[dict[str, str]]]) -> set[str]:
    """The rules that refused."""
    return {refusal["rule"] for refusal in said["refusals"]}


def test_an_appointment_takes_proposal_opinion_and_another_signature(home: Home, tmp_path: Path):
    """The name is sealed before it is kept; after two signatures the new seller can sign in and look."""
    (tmp_path / "name").write_text("Nová Kolegyně\n")
    post = ("--role", "seller", "--entity", "cz", "--unit", "sales", "--workplace", "cz")
    act = home.json("staff", "propose", "--name-file", str(tmp_path / "name"), *post, *FIRST)["act"]
    assert "opinion_first" in rules(home.json("staff", "sign", act, *SECOND, code=Exit.REFUSED))
    home.json("act", "opine", act, "--in-favour", *OFFICER)
    assert "two_people" in rules(home.json("staff", "sign", act, *FIRST, code=Exit.REFUSED))
    staff = home.json("staff", "sign", act, *SECOND)["staff"]
    (tmp_path / "password").write_text("a first password")
    new = ("staff", "admit", staff, "seller-new", "--password-file", str(tmp_path / "password"))
    assert home.run(*new, "--as", "seller").code == Exit.REFUSED
    assert home.run(*new, "--as", "operator").code == Exit.DONE
    assert home.run("login", "seller-new", "--password-file", str(tmp_path / "password")).code == Exit.DONE
    assert home.json("find", "somebody", *LOOK, "--as", "seller-new") == {"people": []}
    names = {member["name"] for member in home.json("staff", "list", "--as", "seller-new")["staff"]}
    assert "Nová Kolegyně" in names
    assert home.run("staff", "close", "seller-new", *FIRST).code == Exit.DONE
    assert home.run("find", "somebody", *LOOK, "--as", "seller-new").code == Exit.REFUSED


def test_names_of_staff_are_for_colleagues(home: Home):
    """An outsider who cosigns the log does not read who works here."""
    assert home.run("staff", "list", "--as", "outsider").code == Exit.REFUSED


def test_a_grant_goes_from_proposal_to_revocation(home: Home):
    """Only what was opined on, signed by another and applied is in force; one signatory ends it."""
    act = home.json("grant", "propose", *GRANT, *FIRST)["act"]
    home.json("grant", "opine", act, "--in-favour", *OFFICER)
    home.json("grant", "sign", act, *SECOND)
    assert home.json("grant", "list", *OFFICER)["grants"] == []
    home.json("grant", "apply", act, *SECOND)
    (grant,) = home.json("grant", "list", *OFFICER)["grants"]
    assert (grant["in_force"], grant["signatures_hold"], grant["categories"]) == (
        True,
        True,
        ["T01", "T02", "T03", "T23"],
    )
    assert home.run("grant", "apply", act, *SECOND).code == Exit.CONFLICT
    assert home.run("grant", "revoke", act, "--as", "seller").code == Exit.REFUSED
    home.json("grant", "revoke", act, *FIRST)
    assert home.json("grant", "list", *OFFICER)["grants"][0]["in_force"] is False


def test_headquarters_cannot_grant_itself(home: Home):
    """Whoever would gain proposes at most; signing for the controller is refused by the law."""
    own = ("--entity", "hq", "--role", "headquarters-analyst", *LOOK, "--until", "2099-01-01")
    act = home.json("grant", "propose", *own, "--as", "headquarters-analyst")["act"]
    home.json("grant", "opine", act, "--in-favour", *OFFICER)
    refused = home.json("grant", "sign", act, "--as", "headquarters-analyst", code=Exit.REFUSED)
    assert rules(refused) >= {"controller_signs", "two_people"}
    assert {one["source"] for one in refused["refusals"] if one["rule"] == "controller_signs"} == {"law"}


def test_overruling_the_officer_needs_a_reason(home: Home, tmp_path: Path):
    """An opinion against gives its reason; signing against it gives one too."""
    (tmp_path / "reason").write_text("The purpose does not need it.")
    act = home.json("grant", "propose", *GRANT, *FIRST)["act"]
    assert home.run("grant", "opine", act, "--against", *OFFICER).code == Exit.INVALID
    home.json("grant", "opine", act, "--against", "--reason-file", str(tmp_path / "reason"), *OFFICER)
    assert "opinion_first" in rules(home.json("grant", "sign", act, *SECOND, code=Exit.REFUSED))
    home.json("grant", "sign", act, "--overruling-file", str(tmp_path / "reason"), *SECOND)
    assert home.json("act", "show", act, *OFFICER)["state"] == "signed"


def test_a_purpose_is_registered_by_an_act_from_a_file(home: Home, tmp_path: Path):
    """Every kind of act goes the same way; a body of another form is refused before it takes effect."""
    body = {
        "purpose": "newsletter",
        "basis": "consent",
        "allowed": {"customer": ["T01", "T02"]},
        "roles": ["seller"],
        "sentence_en": "We send you news you asked for.",
        "sentence_cs": "Posíláme vám novinky, o které jste požádali.",
        "dpv": "https://w3id.org/dpv#Marketing",
        "assessment": None,
        "ended_on": None,
    }
    (tmp_path / "body.json").write_text(json.dumps(body))
    act = home.json("act", "propose", "purpose", str(tmp_path / "body.json"), *FIRST)["act"]
    home.json("act", "opine", act, "--in-favour", *OFFICER)
    home.json("act", "sign", act, *SECOND)
    home.json("act", "apply", act, *SECOND)
    assert home.json("act", "list", "--kind", "purpose", *OFFICER)["acts"][0]["state"] == "applied"
    (tmp_path / "body.json").write_text("[]")
    assert home.run("act", "propose", "purpose", str(tmp_path / "body.json"), *FIRST).code == Exit.INVALID
    assert home.run("act", "propose", "wish", str(tmp_path / "body.json"), *FIRST).code == Exit.INVALID


def test_a_proposal_is_taken_back_or_refused_and_then_decided(home: Home):
    """Its proposer takes it back; afterwards nobody signs it."""
    act = home.json("grant", "propose", *GRANT, *FIRST)["act"]
    home.json("act", "refuse", act, *FIRST)
    assert home.run("act", "sign", act, *SECOND).code == Exit.CONFLICT
    assert home.json("act", "list", "--open", *OFFICER)["acts"] == []


def test_a_new_signing_key_signs_nothing_until_it_is_on_record(home: Home, tmp_path: Path):
    """Made by its owner, proposed by somebody with a key, signed by another; the one before is retired."""
    (tmp_path / "new").write_text("another good passphrase")
    new = ("--passphrase-file", str(tmp_path / "new"))
    key = home.json("key", "add", *new, *FIRST)["key"]
    act = home.json("key", "propose", key, "--as", "seller-cz")["act"]
    home.json("act", "opine", act, "--in-favour", *OFFICER)
    home.json("act", "sign", act, *SECOND)
    home.json("act", "apply", act, *SECOND)
    assert home.run("grant", "propose", *GRANT, *FIRST).code == Exit.FAILED  # the sample's old passphrase
    assert home.run("grant", "propose", *GRANT, *new, *FIRST).code == Exit.DONE
    home.json("key", "retire", "--yes", *FIRST)
    assert home.run("grant", "propose", *GRANT, *new, *FIRST).code == Exit.FAILED


@pytest.mark.kill
def test_changing_the_root_key_goes_on_after_a_crash_and_opens_everything(home: Home, tmp_path: Path):
    """Cut short before any write: everything else waits, the same command finishes, the old key file is kept."""
    (person,) = home.take_in("Alena Vzorová")
    for step in (1, 3, 4, 5, 6, 7):
        own = home.copy(tmp_path / f"cut-{step}")
        if own.cut_short(step, "key", "rotate") and (own.home / "unfinished.json").exists():
            assert own.run("ask", person, *LOOK, "--as", "seller").code == Exit.CONFLICT
        assert own.run("key", "rotate").code == Exit.DONE
        assert own.json("ask", person, *LOOK, "--as", "seller")["people"]
        assert list(own.outside.glob("root.key.*"))
        assert not (own.outside / "root.key.coming").exists()
