"""Look whether everything stands as it should."""

from aboveboard.faces.cli.answers import Answer, Exit, Rows
from aboveboard.faces.cli.command import Needs, answering


@answering(needs=Needs.SETTINGS)
def command() -> Answer:
    """Print every option, and check folders, disk, databases, keys, the log and the head kept outside."""
    from django.conf import settings

    from aboveboard.apps.keys.access import keeps_for_others
    from aboveboard.faces.cli.examining import examine
    from aboveboard.faces.cli.readiness import NO_HOME, is_founded, require_key_store

    options = settings.OPTIONS.describe()
    data: dict[str, object] = {
        "options": [{"name": name, "value": value, "says": says} for name, value, says in options]
    }
    words: list[str | Rows] = [Rows(("option", "value", "what for"), options)]
    keys_only = keeps_for_others()
    if not keys_only and not is_founded():
        return Answer({**data, "checks": [], "sound": False}, [*words, NO_HOME], Exit.FAILED)
    require_key_store()
    checks = examine(keys_only=keys_only)
    sound = all(check.holds for check in checks)
    data |= {"checks": [{"name": c.name, "holds": c.holds, "sentence": c.sentence} for c in checks], "sound": sound}
    words.append(Rows(("check", "", "found"), [(c.name, "ok" if c.holds else "NOT OK", c.sentence) for c in checks]))
    words.append("Everything stands as it should." if sound else "Something does not stand as it should.")
    return Answer(data, words, Exit.DONE if sound else Exit.FAILED)
