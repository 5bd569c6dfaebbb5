"""Why somebody else was refused, in one clause for the person it was about."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

WHY = {
    "purpose_registered": gettext_noop("the purpose was not in our register"),
    "role_may": gettext_noop("it was not the task of whoever asked"),
    "entity_live": gettext_noop("that company had not started yet"),
    "place_not_warned": gettext_noop("an authority warns of the place it was asked from"),
    "transfer_allowed": gettext_noop("it was asked from outside the EEA and nothing on record allowed the transfer"),
    "notice_given": gettext_noop("you had not been told in time"),
    "not_restricted": gettext_noop("your data were restricted"),
    "grant_held": gettext_noop("the company that answers for your data had not granted it"),
    "not_objected": gettext_noop("you had objected"),
    "purpose_fits": gettext_noop("it was recorded for another purpose"),
    "basis_stands": gettext_noop("its legal basis did not hold"),
    "consent_stands": gettext_noop("there was no consent of yours"),
    "consent_free": gettext_noop("somebody in public office cannot freely consent to it"),
    "interest_assessed": gettext_noop("nobody had weighed the interest behind it against yours"),
    "category_allowed": gettext_noop("it is not needed for that purpose"),
    "exception_attached": gettext_noop("it is specially protected"),
    "offences_authorised": gettext_noop("only a law may order that"),
    "national_id_authorised": gettext_noop("only a law may order that"),
    "source_given": gettext_noop("nobody could say where it came from"),
    "retention_runs": gettext_noop("the time for keeping it was over"),
    "text_cleared": gettext_noop("a text was still to be checked"),
    "own_record_only": gettext_noop("it was somebody else's record"),
}
"""By rule; a test fails when a rule has no clause."""


def reasons(refusals: Iterable[str]) -> str:
    """Say why, from ``rule:reason`` codes of the log; each clause once."""
    rules = dict.fromkeys(code.partition(":")[0] for code in refusals)
    clauses = dict.fromkeys(_(WHY[rule]) for rule in rules if rule in WHY)
    return _("; ").join(clauses)
