"""What pages say of the log's witnesses: who they are, how far they confirm it, and what happens without them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.apps.ledger.confirmed import Standing
from aboveboard.faces.web import wording
from aboveboard.faces.web.components import Tick


def witness_sentences(found: Standing | None) -> tuple[str, ...]:
    """Say how far outsiders have confirmed the log, who signs, and what the operator has chosen for their silence."""
    if found is None:
        return (_("No independent witness confirms this log yet."),)
    return tuple(
        sentence for sentence in (confirmed_words(found), newest_words(found), choice_words(found)) if sentence
    )


def confirmed_words(found: Standing) -> str:
    """Say how far the quorum reaches, and as of when."""
    if not found.stated.wants_quorum:
        return _("Witnesses are asked to sign the log, but no number of them is required.")
    if found.confirmed_at is None:
        return _("The log's witnesses have not confirmed it yet.")
    said = {"number": wording.number(found.witnessed), "when": wording.moment(found.confirmed_at)}
    return (
        ngettext(
            "The log's witnesses have confirmed its first %(number)s line, as of %(when)s.",
            "The log's witnesses have confirmed its first %(number)s lines, as of %(when)s.",
            found.witnessed,
        )
        % said
    )


def newest_words(found: Standing) -> str:
    """Say whose signatures stand under the newest checkpoint."""
    all_names = {"all": _listed(found.stated.names)}
    if not found.cosigned:
        return _("Named are: %(all)s. None of them has signed the newest checkpoint yet.") % all_names
    signed = {**all_names, "names": _listed(sorted(found.cosigned))}
    return _("Named are: %(all)s. Under the newest checkpoint stand: %(names)s.") % signed


def choice_words(found: Standing) -> str:
    """Say what becomes of looks while the quorum is silent."""
    seconds = found.stated.stop_after
    if not found.stated.wants_quorum:
        return ""
    if seconds is None:
        return _("While they are silent, looks go on and stand in the log without their signature.")
    return ngettext(
        "If they are silent for longer than %(number)s second, nobody can look until they answer.",
        "If they are silent for longer than %(number)s seconds, nobody can look until they answer.",
        seconds,
    ) % {"number": wording.number(seconds)}


def log_tick(found: Standing | None) -> Tick:
    """Say how many have signed the newest checkpoint; it counts once the quorum has."""
    if found is None:
        return wording.witness_tick(0, 0, enough=False)
    enough = found.stated.wants_quorum and found.witnessed == found.size
    return wording.witness_tick(len(found.cosigned), len(found.stated.names), enough=enough)


def entry_tick(found: Standing | None, end: int) -> Tick | None:
    """Say that the lines before *end* are witnessed; None while they are not."""
    if found is None or end > found.witnessed:
        return None
    return Tick(_("witnessed"), done=True)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
