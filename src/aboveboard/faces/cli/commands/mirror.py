"""A mirror: for an outsider on a machine of their own, without a home of Aboveboard."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aboveboard.faces.cli.answers import Answer, Exit, tell
from aboveboard.faces.cli.command import Needs, group

if TYPE_CHECKING:
    from aboveboard.apps.mirror.keeping import Mirror

FOLDER = click.Path(path_type=Path, file_okay=False)
THERE = click.Path(path_type=Path, file_okay=False, exists=True)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@group
def command() -> None:
    """Hold every entry of a log of others, replay its index, serve it again. Needs no home."""


@command.command("init", needs=Needs.NOTHING)
@click.argument("folder", type=FOLDER)
@click.option("--log", "url", required=True, help="The address of the log, such as https://crm.example/log.")
@click.option(
    "--trust", required=True, type=FILE, help="Its keys (`aboveboard key trust`), better had by another way than there."
)
@click.option("--origin", default="", help="Which log, where the file names several.")
@click.option("--cosign-as", default="", metavar="NAME", help="Make a key that cosigns, such as council.example.")
@click.option("--ml-dsa-44", is_flag=True, help="Cosign with a post-quantum key (FIPS 204) beside the Ed25519 key.")
def init(*, folder: Path, url: str, trust: Path, origin: str, cosign_as: str, ml_dsa_44: bool) -> Answer:
    """Lay down a mirror in FOLDER; nothing is fetched yet.

    A key made by --cosign-as says more than a witness's: that the mirror holds every entry and has replayed the index.
    Its name says so too.
    """
    from aboveboard.apps.mirror.folder import make
    from aboveboard.faces.cli.mirroring import read_trust_of

    policy = read_trust_of(trust, origin)
    made = make(folder.absolute(), policy, url, cosign_as=cosign_as, ml_dsa_44=ml_dsa_44)
    words = [f"A mirror of {made.origin} lies in {folder}; next: aboveboard mirror fetch {folder}"]
    lines = _cosigner_lines(made)
    if lines:
        words += [*lines, "Its keys lie in the folder. Never lay an older copy of it back: make a new mirror."]
    return Answer({"folder": str(folder), "origin": made.origin, "lines": lines}, words)


@command.command("fetch", needs=Needs.NOTHING)
@click.argument("folder", type=THERE)
@click.option("--log", "url", default="", help="Another address to fetch from this time, such as another mirror.")
@click.option(
    "--every", type=click.FloatRange(min=1), metavar="SECONDS", help="Fetch again and again until told to stop."
)
def fetch(*, folder: Path, url: str, every: float | None) -> Answer:
    """Fetch what is new in the log, check it, replay its index, and only then show it. Cut short, it goes on.

    A fork, a set-back log or a wrong index is refused with a sentence; the signed checkpoints are kept in
    FOLDER/refused, and what was held before stays. A memory or index of the mirror's own that is damaged is made anew
    from the entries it holds.
    """
    from aboveboard.apps.mirror.folder import open_mirror
    from aboveboard.faces.cli.mirroring import fetch_for_ever, fetch_once

    mirror = open_mirror(folder, tell)
    if every is not None:
        tell(f"Fetching {mirror.origin} every {every:g} s; stop with Ctrl-C.")
        fetch_for_ever(mirror, url, every)
    fetched = fetch_once(mirror, url)
    size = fetched.checkpoint.size
    data = {"origin": mirror.origin, "size": size, "new": max(0, size - fetched.before)}
    return Answer(data, [f"{size} entries of {mirror.origin} are held, replayed and shown; {data['new']} are new."])


@command.command("serve", needs=Needs.NOTHING)
@click.argument("folder", type=THERE)
@click.option("--bind", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8200, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
def serve(*, folder: Path, bind: str, port: int) -> Answer:
    """Serve the log again out of FOLDER until told to stop; any server of files can do it too, out of FOLDER/log."""
    from aboveboard.faces.cli.health import require_free
    from aboveboard.faces.cli.mirroring import load
    from aboveboard.faces.cli.mirroring import serve as serve_mirror

    require_free(bind, port)
    load(folder.absolute())
    tell(f"The log again on http://{bind}:{port}; stop with Ctrl-C.")
    serve_mirror(folder.absolute(), bind, port)
    return Answer({"stopped": True}, ["Stopped."])


@command.command("check", needs=Needs.NOTHING)
@click.argument("folder", type=THERE)
def check(*, folder: Path) -> Answer:
    """Hash every file of the mirror anew, replay the index from nothing; ends with 1 where something does not hold.

    It ends with 1 too where a fork or a wrong index of the log is proved by what was kept.
    """
    from aboveboard.apps.mirror.checking import check as check_mirror
    from aboveboard.apps.mirror.folder import open_mirror
    from aboveboard.faces.cli.mirroring import now_and_then, told_of

    mirror = open_mirror(folder, tell)
    checked = check_mirror(mirror, now_and_then("{} of {} entries are checked ..."))
    size = checked.checkpoint.size if checked.checkpoint else 0
    words = [*checked.flaws, *(told_of(one, folder) for one in checked.refusals)]
    if not checked.flaws:
        words.insert(
            0, f"All {size} entries of {mirror.origin} make the signed root, and the index at each index leaf."
        )
    lines = _cosigner_lines(mirror)
    data: dict[str, Any] = {"origin": mirror.origin, "size": size, "holds": checked.holds, "flaws": checked.flaws}
    data["refused"] = [
        {"kind": one.kind, "sentence": one.sentence, "ours": one.ours, "theirs": one.theirs} for one in checked.refusals
    ]
    return Answer({**data, "lines": lines}, [*words, *lines], Exit.DONE if checked.holds else Exit.FAILED)


@command.command("trust", needs=Needs.NOTHING)
@click.argument("folder", type=THERE)
@click.option("--trust", "path", required=True, type=FILE, help="The keys of the log from now on.")
def trust(*, folder: Path, path: Path) -> Answer:
    """Trust other keys of the same log from now on, as when it changes its key; ask by another way whether it does."""
    from aboveboard.apps.mirror.folder import open_mirror, trust_anew
    from aboveboard.faces.cli.mirroring import read_trust_of

    policy = trust_anew(folder.absolute(), read_trust_of(path, open_mirror(folder).origin))
    keys = [log.key.encode() for log in policy.logs]
    return Answer({"keys": keys}, [*keys, "These keys of the log are trusted from now on."])


def _cosigner_lines(mirror: "Mirror") -> list[str]:
    from aboveboard.faces.cli.witnessing import witness_lines

    return witness_lines([cosigner.key for cosigner in mirror.cosigners], "")
