"""The three steps behind every proposal, opine, sign and apply, as commands of whichever group proposes acts."""

from pathlib import Path

import click

from aboveboard.faces.cli import acts
from aboveboard.faces.cli.acting import Acting, acting
from aboveboard.faces.cli.answers import Answer

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


def add_steps(command: click.Group, *, opine: str, sign: str, apply: str) -> None:
    """Give the group *command* the three steps; each text is what the help of that step says."""

    @command.command("opine", help=opine)
    @click.argument("act", type=acts.ActType())
    @click.option("--in-favour/--against", "in_favour", required=True, help="The officer's opinion.")
    @click.option("--reason-file", type=FILE, help="The reason; needed for an opinion against. It is kept sealed.")
    @acting
    def _opine(*, act: bytes, in_favour: bool, reason_file: Path | None, acting: Acting) -> Answer:
        return acts.opine(act, acting, in_favour=in_favour, reason_file=reason_file)

    @command.command("sign", help=sign)
    @click.argument("act", type=acts.ActType())
    @click.option(
        "--overruling-file", type=FILE, help="Why the officer's opinion against is overruled. It is kept sealed."
    )
    @acts.signing
    @acting
    def _sign(*, act: bytes, overruling_file: Path | None, passphrase_file: Path | None, acting: Acting) -> Answer:
        return acts.sign(act, acting, passphrase_file, overruling_file)

    @command.command("apply", help=apply)
    @click.argument("act", type=acts.ActType())
    @acting
    def _apply(*, act: bytes, acting: Acting) -> Answer:
        return acts.apply(act, acting)
