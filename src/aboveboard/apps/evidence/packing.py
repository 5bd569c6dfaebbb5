"""The person's lines as a pack holds them: what many lines say alike stands there once, and so do the hashes.

A line gives its own key instead of thirteen blinds, names what it says but for the time by number, and takes its proof
out of the paths of all lines. So a thousand lines in a log of a million stay below two megabytes.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from aboveboard.apps.evidence.lines import Line, texts_of
from aboveboard.apps.evidence.logs import Prover

_OWN = "time"
"""The one field in which hardly two lines are alike."""


Said = dict[tuple[tuple[str, str], ...], int]
"""What lines say, and the number it is named by."""


def packed_entries(lines: Sequence[Line], provers: Mapping[int, Prover]) -> dict[str, Any]:
    """Give ``entries.json`` for *lines*; *provers* by log."""
    said: Said = {}
    places: dict[int, list[int]] = {}
    shown = []
    for line in lines:
        packed = _packed(line, said)
        if line.sealed:
            packed["sealed"] = [{**_packed(one, said), "proof": _proof(one, provers)} for one in line.sealed]
        shown.append(packed)
        places.setdefault(line.log, []).append(line.index)
    paths = {str(log): b64encode(provers[log].together(indexes)).decode() for log, indexes in places.items()}
    return {"lines": shown, "paths": paths, "said": [dict(one) for one in said]}


def _packed(line: Line, said: Said) -> dict[str, Any]:
    texts = texts_of(line.audit)
    own = {_OWN: texts.pop(_OWN), "subject": [line.blind.hex(), line.opened.side.encode().decode()]}
    return {
        "log": line.log,
        "index": line.index,
        "leaf": line.leaf.hex(),
        "key": line.opened.leaf_key.hex(),
        "said": said.setdefault(tuple(texts.items()), len(said)),
        "opened": own,
        "hidden": {"actor": line.opened.actor_commitment.hex()},
    }


def _proof(line: Line, provers: Mapping[int, Prover]) -> list[str]:
    return [one.hex() for one in provers[line.log].inclusion(line.index)]
