"""Why somebody else was refused, in one clause for the person it was about."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

WHY = {
    "purpose_registered": later("the purpose was not in our register"),
    "role_may": later("it was not the task of whoever asked"),
    "entity_live": later("that company had not started yet"),
    "place_not_warned": later("an authority warns of the place it was asked from"),
    "transfer_allowed": later("it was asked from outside the EEA and nothing on record allowed the transfer"),
    "notice_given": later("you had not been told in time"),
    "not_restricted": later("your data were restricted"),
    "grant_held": later("the company that answers for your data had not granted it"),
    "not_objected": later("you had objected"),
    "purpose_fits": later("it was recorded for another purpose"),
    "basis_stands": later("its legal basis did not hold"),
    "consent_stands": later("there was no consent of yours"),
    "consent_free": later("somebody in public office cannot freely consent to it"),
    "interest_assessed": later("nobody had weighed the interest behind it against yours"),
    "category_allowed": later("it is not needed for that purpose"),
    "exception_attached": later("it is specially protected"),
    "offences_authorised": later("only a law may order that"),
    "national_id_authorised": later("only a law may order that"),
    "source_given": later("nobody could say where it came from"),
    "retention_runs": later("the time for keeping it was over"),
    "text_cleared": later("a text was still to be checked"),
    "own_record_only": later("it was somebody else's record"),
}
"""By rule; a test fails when a rule has no clause."""


def reasons(refusals: Iterable[str]) -> str:
    """Say why, from ``rule:reason`` codes of the log; each clause once."""
    rules = dict.fromkeys(code.partition(":")[0] for code in refusals)
    clauses = dict.fromkeys(_(WHY[rule]) for rule in rules if rule in WHY)
    return _("; ").join(clauses)
