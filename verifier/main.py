"""The command: evidence and trusted keys in, what is proved and what is not out, and an exit code."""

import argparse
import json
import sys
from os.path import exists
from pathlib import Path

from aboveboard.core.verify.pack import verify_plain_pack
from aboveboard.core.verify.shown import refuse_archive, verify_shown
from aboveboard.core.verify.told import told, worded

HOLDS, FAILS, USAGE, BROKEN, INTERRUPTED = 0, 1, 2, 70, 130
ABOUT = "Check evidence offline, without trusting whoever made it, and say what it proves and what it does not."
EXITS = "Exit codes: 0 holds; 1 fails or cannot be read; 2 bad call; 7 Python or cryptography too old; 70 our error."


def main(words: list[str] | None = None) -> int:
    """Check what the command line names, print the report and give the exit code; whatever comes, no traceback."""
    asked = _arguments(words)
    try:
        return _answer(asked)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a stranger is told that nothing was checked, not where we failed
        sys.stderr.write(f"aboveboard-verify: nothing was checked ({type(error).__name__}); please report it\n")
        return BROKEN


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("aboveboard-verify", description=ABOUT, epilog=EXITS)
    parser.add_argument("shown", type=Path, help="a pack or a mirrored log (a folder), or a .tlog-proof")
    parser.add_argument("--trust", type=Path, required=True, help="the file of keys you trust, had from elsewhere")
    parser.add_argument("--since", type=Path, action="append", default=[], help="a checkpoint you kept; repeatable")
    parser.add_argument("--entry", type=Path, help="the file with the entry that a .tlog-proof is about")
    parser.add_argument("--json", action="store_true", help="answer as one JSON object")
    return parser.parse_args(words)


def _answer(asked: argparse.Namespace) -> int:
    named = [asked.shown, asked.trust, *asked.since, *([asked.entry] if asked.entry else [])]
    for number, path in enumerate(named, 1):
        if not exists(path):  # noqa: PTH110 - which answers also where a name is no name
            sys.stderr.write(f"aboveboard-verify: path number {number} of {len(named)} leads to nothing\n")
            return USAGE
    report = verify_shown(verify_plain_pack, refuse_archive, asked.shown, asked.trust, asked.since, asked.entry)
    text = json.dumps(told(report), ensure_ascii=False) if asked.json else "\n".join(worded(report))
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    return HOLDS if report.holds else FAILS
