"""Prove to an authority which looks of a period were recorded from somewhere, by somebody, of something: or none."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Invalid
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Exit
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.cosigned import waiting_words
from aboveboard.faces.cli.looks import refusal_data, refusal_words
from aboveboard.faces.cli.moments import MOMENT
from aboveboard.faces.cli.sequencing import have_signed_entry

if TYPE_CHECKING:
    from aboveboard.apps.evidence.ranges import Opened
    from aboveboard.core.verify.asked import Asked
    from aboveboard.faces.cli.acting import Acting


@answering()
@click.option("--from", "since", required=True, type=MOMENT, help="The period's beginning, UTC.")
@click.option("--until", required=True, type=MOMENT, help="The period's end, UTC, itself excluded.")
@click.option("--country", default="", help="Looks as from this country (two letters; ZZ: not established).")
@click.option("--entity", default="", help="Looks by this entity of the group.")
@click.option("--looks-for", default="", help="Looks for this purpose.")
@click.option("--category", default="", help="Looks of this category (T01 to T98).")
@click.option("--released", is_flag=True, help="Only looks that released something; those refused do not count.")
@click.option(
    "--sealed", is_flag=True, help="Open looks as well that a law forbids telling the person about for a time."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder for the range.")
@click.option(
    "--purpose", default="data-protection-oversight", show_default=True, help="For what you ask: a registered purpose."
)
@click.option(
    "--since",
    "kept",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="An earlier checkpoint: the range proves that the log only grew since. Again for more.",
)
@acting
def command(
    *,
    since: datetime,
    until: datetime,
    country: str,
    entity: str,
    looks_for: str,
    category: str,
    released: bool,
    sealed: bool,
    out: Path,
    purpose: str,
    kept: tuple[Path, ...],
    acting: "Acting",
) -> Answer:
    """Write into a new folder how many looks were recorded as asked for in a period: none, or which.

    Every line of a stretch of the log around the period is shown, and of each look only the fields are opened that
    answer the question; nobody learns whom a line is about or who looked. `aboveboard verify` checks the folder without
    this house. Only the data protection officer can do this; it is itself decided and logged.
    """
    from aboveboard.core.verify.asked import Asked

    if since >= until:
        raise Invalid("The period ends before it begins; --until has to be later than --from.")
    found = Asked(
        since.replace(tzinfo=UTC), until.replace(tzinfo=UTC), _country(country), _entity(entity),
        _looks_for(looks_for), _category(category), released,
    )  # fmt: skip
    return _proved(found, out, purpose, kept, acting, sealed=sealed)


def _proved(
    asked: "Asked", out: Path, purpose: str, kept: tuple[Path, ...], acting: "Acting", *, sealed: bool
) -> Answer:
    from aboveboard.apps.evidence.pack import require_new
    from aboveboard.apps.evidence.ranges import ask_for_range, write_range
    from aboveboard.core.terms import PurposeId

    require_new(out)
    overseen = ask_for_range(
        asked,
        actor=acting.actor,
        purpose=PurposeId(purpose),
        place=acting.place,
        now=acting.now,
        sealed=sealed,
    )
    data = {"entry": overseen.entry_hash.hex(), "refusals": [refusal_data(one) for one in overseen.refusals]}
    if not overseen.allowed:
        return Answer(data, refusal_words(overseen.refusals), Exit.REFUSED)
    have_signed_entry(overseen.entry_hash)
    notes = [_read(path) for path in kept]
    opened = write_range(asked, overseen, out.absolute(), now=acting.now, since=notes, sealed=sealed)
    words = [
        *opened.report.proved,
        *_before_the_log(opened),
        f"The range of {opened.lines} lines lies in {opened.folder}.",
        f"Anybody checks it with `aboveboard verify {opened.folder} --trust FILE`.",
        *waiting_words(opened.folder),
    ]
    counted = {"lines": opened.lines, "looks": opened.asked_for, "proved": list(opened.report.proved)}
    return Answer({**data, **counted, "folder": str(opened.folder)}, words)


def _before_the_log(opened: "Opened") -> list[str]:
    """Say so where the whole period lies before the first line: a year mistyped proves nothing of the right one."""
    if opened.begins is None:
        return []
    return [f"Look at the dates: this log begins at {opened.begins:%Y-%m-%d %H:%M} UTC, after the period's end."]


def _country(text: str) -> str:
    from aboveboard.core.catalogue import catalogue
    from aboveboard.core.terms import UNKNOWN_COUNTRY, CountryCode

    code = text.strip().upper()
    if code and code != UNKNOWN_COUNTRY and CountryCode(code) not in catalogue().countries:
        raise Invalid(
            "A country is named by two letters (ISO 3166-1, so GB and not UK), ZZ where it was not established."
        )
    return code


def _entity(text: str) -> str:
    """Take an entity that is or was registered: of one misspelt it would be proved that it never looked."""
    from aboveboard.apps.group.queries import entities

    known = sorted(entities())
    if text and text not in known:
        raise Invalid(f"No company of the group has this id. Registered are: {', '.join(known)}.")
    return text


def _looks_for(text: str) -> str:
    from aboveboard.apps.register.queries import purposes

    known = sorted(purposes())
    if text and text not in known:
        raise Invalid(f"No purpose with this id is registered. Registered are: {', '.join(known)}.")
    return text


def _category(text: str) -> str:
    from aboveboard.core.catalogue import catalogue
    from aboveboard.core.terms import CategoryId

    category = CategoryId(text.strip().upper())
    if category and category not in catalogue().categories:
        raise Invalid("A category is named by its id in the catalogue (T01 to T98).")
    return category


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Invalid("A checkpoint given with --since cannot be read.") from None
