"""A witness: for an outsider on a machine of their own, without a home of Aboveboard."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.faces.cli.answers import Answer, Exit, tell
from aboveboard.faces.cli.command import Needs, group

if TYPE_CHECKING:
    from aboveboard.apps.witness.memory import Clash

FOLDER = click.Path(path_type=Path, file_okay=False)
THERE = click.Path(path_type=Path, file_okay=False, exists=True)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@group
def command() -> None:
    """Cosign the logs of others, so that no log can show two histories unnoticed. Needs no home."""


@command.command("init", needs=Needs.NOTHING)
@click.argument("folder", type=FOLDER)
@click.option("--name", required=True, help="Its name for ever, such as witness.example/works-council.")
@click.option("--url", default="", help="The address logs will reach it under; goes into the lines printed.")
@click.option("--ml-dsa-44", is_flag=True, help="Make a post-quantum key (FIPS 204) beside the Ed25519 key.")
def init(*, folder: Path, name: str, url: str, ml_dsa_44: bool) -> Answer:
    """Make the keys of a witness in FOLDER, and print the lines by which others come to trust it.

    Give the lines to whoever runs a log and to whoever verifies it, by a way that the log's operator does not control.
    """
    from aboveboard.apps.witness.keys import lay_down
    from aboveboard.core.tlog.note import KeyType
    from aboveboard.faces.cli.witnessing import witness_lines

    types = [KeyType.ED25519_COSIGNATURE, *([KeyType.MLDSA44_COSIGNATURE] if ml_dsa_44 else [])]
    made = [cosigner.key for cosigner in lay_down(folder.absolute(), name, types)]
    lines = witness_lines(made, url)
    words = [*lines, f"Its keys lie in {folder}. Never lay an older copy of this folder back: make a new witness."]
    return Answer({"folder": str(folder), "keys": [key.encode() for key in made], "lines": lines}, words)


@command.command("serve", needs=Needs.NOTHING)
@click.argument("folder", type=THERE)
@click.option(
    "--logs", required=True, type=FILE, help="The logs it cosigns: a trust policy with a line `log VKEY` each."
)
@click.option("--bind", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8100, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
def serve(*, folder: Path, logs: Path, bind: str, port: int) -> Answer:
    """Serve the witness in FOLDER until told to stop; on any network a proxy with TLS stands before it."""
    from aboveboard.faces.cli.health import require_free
    from aboveboard.faces.cli.witnessing import load
    from aboveboard.faces.cli.witnessing import serve as serve_witness

    require_free(bind, port)
    witness = load(folder.absolute(), logs.absolute())
    witness.memory.close()
    names = ", ".join(sorted({log.key.name for log in witness.trust.logs}))
    tell(f"Witness {witness.cosigners[0].key.name} on http://{bind}:{port} for {names}; stop with Ctrl-C.")
    serve_witness(folder.absolute(), logs.absolute(), bind, port)
    return Answer({"stopped": True}, ["Stopped."])


@command.command("show", needs=Needs.NOTHING)
@click.argument("folder", type=THERE)
@click.option("--url", default="", help="The address logs reach it under; goes into the lines printed.")
def show(*, folder: Path, url: str) -> Answer:
    """Print the lines by which others trust the witness in FOLDER, and the latest checkpoint of each log it knows."""
    from aboveboard.apps.witness.keys import read_keys
    from aboveboard.apps.witness.memory import Memory
    from aboveboard.faces.cli.witnessing import witness_lines

    lines = witness_lines([cosigner.key for cosigner in read_keys(folder)], url)
    known = Memory(folder).all_latest()
    logs = [{"origin": one.checkpoint.origin, "size": one.checkpoint.size, "note": one.note.encode()} for one in known]
    words = [*lines, *(f"{one.checkpoint.origin}: {one.checkpoint.size} entries cosigned." for one in known)]
    return Answer({"lines": lines, "logs": logs}, words)


@command.command("forks", needs=Needs.NOTHING)
@click.argument("folder", type=THERE)
@click.option("--out", type=FOLDER, help="A new folder to write the checkpoints into, two files a pair.")
def forks(*, folder: Path, out: Path | None) -> Answer:
    """Print the pairs of signed checkpoints in which a log contradicted itself; ends with 1 where a fork is proved.

    Two checkpoints of one size with different roots prove it to everybody. Where a proof between two sizes did not
    hold, the pair proves nothing yet: anybody can send a good checkpoint with a bad proof. Ask the log for a good one.
    """
    from aboveboard.apps.witness.memory import Memory
    from aboveboard.faces.cli.witnessing import write_pairs

    clashes = Memory(folder).clashes()
    proved = [one for one in clashes if one.proved]
    if out is not None:
        write_pairs(out, clashes)
    words = [text for one in clashes for text in _told(one)]
    words.append(f"{len(proved)} forks are proved; {len(clashes) - len(proved)} pairs wait for a proof of the log.")
    data = {"proved": len(proved), "pairs": [_pair(one) for one in clashes]}
    return Answer(data, words, Exit.FAILED if proved else Exit.DONE)


def _told(one: "Clash") -> list[str]:
    head = "A fork of" if one.proved else "Not yet explained by"
    return [f"{head} {one.origin}, met on {one.at.isoformat()}. Cosigned here:", one.ours, "Sent later:", one.theirs]


def _pair(one: "Clash") -> dict[str, object]:
    return {
        "origin": one.origin,
        "proved": one.proved,
        "ours": one.ours,
        "theirs": one.theirs,
        "at": one.at.isoformat(),
    }
