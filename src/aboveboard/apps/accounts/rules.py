"""Who may propose, give an opinion on and sign an act; each no is a value that is written down, not an exception."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aboveboard.apps.accounts.models import Act
from aboveboard.apps.accounts.queries import StaffRecord
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.terms import Role, RuleSource


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a step: done when nothing refused it; *act* is empty when no act was made."""

    act: bytes
    refusals: tuple[Refusal, ...]

    @property
    def done(self) -> bool:
        """Whether the step was taken."""
        return not self.refusals


def proposal_refusals(kind: str, proposer: StaffRecord | None, *, key_on_record: bool) -> tuple[Refusal, ...]:
    """Refuse a proposer who is not appointed, an outsider, the officer, or one without a key on record."""
    if proposer is None:
        return (_house("proposer_is_staff", "not-appointed", "ask-signatory"),)
    found = []
    if proposer.role is Role.OUTSIDER:
        found.append(_house("proposer_is_staff", "outsider", "ask-signatory"))
    if proposer.role is Role.DPO:
        found.append(_OFFICER)
    if not key_on_record:
        found.append(_house("key_on_record", "no-key", "ask-for-key"))
    if kind == "declare-gap" and proposer.role is not Role.SIGNATORY:
        found.append(_house("two_signatories", "not-signatory", "ask-signatory"))
    return tuple(found)


def opinion_refusals(act: Act, officer: StaffRecord | None) -> tuple[Refusal, ...]:
    """Refuse an opinion by anyone but the controller's own officer (Art. 38(1))."""
    if officer is None or officer.role is not Role.DPO or officer.entity != act.controller:
        return (_law("officer_gives_opinion", "not-officer", "Art. 38(1)", "ask-officer"),)
    return ()


def signature_refusals(
    act: Act, body: Mapping[str, Any], signer: StaffRecord | None, *, key_on_record: bool
) -> tuple[Refusal, ...]:
    """Refuse whoever is not the controller's own signatory, proposed it themselves, or would gain from it."""
    found = []
    if signer is not None and signer.role is Role.DPO:
        found.append(_OFFICER)
    if signer is None or signer.role is not Role.SIGNATORY:
        found.append(_law("controller_signs", "not-signatory", "Art. 4(7)", "ask-signatory"))
    elif signer.entity != act.controller:
        found.append(_law("controller_signs", "other-entity", "Art. 4(7)", "ask-signatory"))
    if signer is not None and signer.id == bytes(act.proposed_by):
        found.append(_house("two_people", "own-proposal", "ask-second-signatory"))
    if signer is not None and _own_cause(act.kind, body, signer):
        found.append(_house("two_people", "own-cause", "ask-second-signatory"))
    if not key_on_record:
        found.append(_house("key_on_record", "no-key", "ask-for-key"))
    return tuple(found)


def opinion_first_refusals(act: Act, *, waived: str, overruling_reason: str) -> tuple[Refusal, ...]:
    """Refuse a signature before the officer's opinion, and one against it without a reason (Art. 38(1); WP 243)."""
    if act.opinion_at is None:
        if waived:
            return ()
        return (_law("opinion_first", "no-opinion", "Art. 38(1)", "ask-officer"),)
    if act.opinion_in_favour or overruling_reason.strip():
        return ()
    return (
        Refusal(
            "opinion_first",
            "no-overruling-reason",
            RuleSource.GUIDANCE,
            "WP 243 3.1",
            "GDPR-38-6",
            "give-reason",
        ),
    )


def waiver(kind: str, body: Mapping[str, Any], *, officer_exists: bool) -> str:
    """Say why no opinion is asked for, or nothing: two signatories declare a gap; a missing officer can be named."""
    if kind == "declare-gap":
        return "declare-gap"
    names_officer = kind in ("appointment", "role") and body.get("role") == Role.DPO.value
    return "no-officer" if names_officer and not officer_exists else ""


def _own_cause(kind: str, body: Mapping[str, Any], signer: StaffRecord) -> bool:
    if kind == "grant":
        return body.get("entity") == signer.entity
    return body.get("staff") == signer.id.hex()


def _law(rule: str, reason: str, article: str, way_on: str) -> Refusal:
    return Refusal(rule, reason, RuleSource.LAW, article, "GDPR-38-6", way_on)


def _house(rule: str, reason: str, way_on: str) -> Refusal:
    return Refusal(rule, reason, RuleSource.HOUSE_DEFAULT, "", "", way_on)


# Art. 38(6); C-453/21: the officer advises and monitors, and neither proposes nor decides purposes and means.
_OFFICER = _law("officer_does_not_decide", "officer", "Art. 38(6)", "ask-signatory")
