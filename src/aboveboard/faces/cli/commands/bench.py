"""Measure this machine: the benchmarks that come with the source."""

import subprocess
import sys
from pathlib import Path

import click

from aboveboard.core.errors import Conflict
from aboveboard.faces.cli.answers import Answer, Exit, tell
from aboveboard.faces.cli.command import Needs, answering

SOURCE = Path(__file__).resolve().parents[5]


@answering(needs=Needs.NOTHING)
@click.argument("arguments", nargs=-1)
def command(*, arguments: tuple[str, ...]) -> Answer:
    """Run the benchmarks in homes of their own; ARGUMENTS go to them (`-- --help` lists what there is).

    They come with the source and not with the installed program.
    """
    if not (SOURCE / "bench" / "__main__.py").is_file():
        raise Conflict("The benchmarks come with the source; run this command from a checkout.")
    tell("Measuring ...")
    ran = subprocess.run([sys.executable, "-m", "bench", *arguments], cwd=SOURCE, check=False)  # noqa: S603 - ours
    return Answer({"exit": ran.returncode}, [], Exit.DONE if ran.returncode == 0 else Exit.FAILED)
