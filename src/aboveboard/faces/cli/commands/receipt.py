"""Keep the log's signed promise for an entry, and the line that shows that it was kept."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Invalid
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer
from aboveboard.faces.cli.command import answering

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting

HASH_SIZE = 32


@answering()
@click.argument("entry")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder for the receipt.")
@acting
def command(*, entry: str, out: Path, acting: "Acting") -> Answer:
    """Write the receipt of ENTRY (64 hexadecimal digits) into a new folder, with your line once it is signed.

    The receipt is the log's signature under the promise that the entry stands in it within a minute. Of an entry in
    which you acted the line is opened to you, and to nobody else; it says nothing about whom it was about.
    """
    from aboveboard.apps.evidence.pack import lay_down, require_new
    from aboveboard.apps.evidence.receipts import receipt_files
    from aboveboard.core.verify.receipts import LINE

    try:
        entry_hash = bytes.fromhex(entry)
    except ValueError:
        entry_hash = b""
    if len(entry_hash) != HASH_SIZE:
        raise Invalid("An entry is named by 64 hexadecimal digits; a look and every change give them.")
    require_new(out)
    files = receipt_files(entry_hash, by=acting.staff, now=acting.now)
    lay_down(out.absolute(), files)
    kept = LINE in files
    words = ["The receipt and the line that keeps it" if kept else "The receipt", f"lie in {out}."]
    return Answer({"entry": entry, "kept": kept, "folder": str(out)}, [" ".join(words)])
