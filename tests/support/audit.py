"""What a stranger finds in a published log: a signed checkpoint, tiles making its root, no gap, one history."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.cli import Home

STANDING = """
import json
from aboveboard.apps.ledger.models import Chain, Head, Leaf, Pending, Receipt
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.apps.vault.models import Person
origin = log_origin()
print(json.dumps({
    "origin": origin,
    "vkey": log_signer(origin).vkey,
    "size": Head.objects.get().size,
    "leaves": Leaf.objects.count(),
    "pending": [bytes(e).hex() for e in Pending.objects.values_list("entry_hash", flat=True)],
    "receipts": {bytes(e).hex(): [s, n] for e, s, n in Receipt.objects.values_list("entry_hash", "seq", "leaves")},
    "lines": sum(Chain.objects.values_list("length", flat=True)),
    "erased": Person.objects.filter(erased_at__isnull=False).count(),
}))
"""


@dataclass(frozen=True)
class Checked:
    """A published log that was found sound."""

    size: int
    root: bytes
    leaves: tuple[bytes, ...]


def standing(home: Home) -> dict[str, Any]:
    """What the home's own database says about its ledger."""
    return home.script(STANDING)


def audit(home: Home, told: dict[str, Any]) -> Checked:
    """Read the published files alone, and check them against the log's key."""
    from aboveboard.apps.files.tiles import FileTiles
    from aboveboard.core.tlog.checkpoint import open_checkpoint
    from aboveboard.core.tlog.cosignature import Verifier
    from aboveboard.core.tlog.merkle import leaf_hash
    from aboveboard.core.tlog.tiles import TileBuilder, bundles_for, read_bundle

    folder = home.home / "log"
    note = (folder / "checkpoint").read_bytes()
    signed = open_checkpoint(note, Verifier.from_vkey(told["vkey"]), told["origin"])
    get = FileTiles(folder).get
    leaves = tuple(leaf for bundle in bundles_for(0, signed.size) for leaf in read_bundle(get, bundle))
    assert len(leaves) == signed.size
    assert TileBuilder().extend(map(leaf_hash, leaves)).root == signed.root
    assert TileBuilder.load(get, signed.size).root() == signed.root
    return Checked(signed.size, signed.root, leaves)


def extends(newer: Checked, older: Checked) -> bool:
    """Tell whether *newer* begins with all of *older*: whoever kept the older checkpoint can prove it."""
    return newer.size >= older.size and newer.leaves[: older.size] == older.leaves


def require_sound(home: Home, told: dict[str, Any], released: set[str], forgotten: int = 0) -> Checked:
    """Hold a recovered home to everything that was promised to whoever received *released* (entry hashes)."""
    from aboveboard.core.entries.leaf import IndexLeaf

    checked = audit(home, told)
    assert not told["pending"], "something was left unsequenced"
    assert checked.size == told["size"] == told["leaves"]
    missing = released - set(told["receipts"])
    assert not missing, f"{len(missing)} bodies went out whose entry is nowhere"
    places = sorted(told["receipts"].values())
    entries = checked.size - sum(IndexLeaf.decode_if(leaf) is not None for leaf in checked.leaves)
    covered = sum(count for _, count in places)
    assert covered == entries, "a leaf without a receipt, or a receipt without its leaves"
    # Every leaf is one line of a person (or of the cell) and one of whoever acted; of the erased nobody counts on.
    assert told["lines"] == 2 * entries or (forgotten and told["lines"] < 2 * entries)
    return checked


def kept_checkpoint(home: Home) -> bytes:
    """The checkpoint as a reader outside kept it."""
    path = home.home / "log" / "checkpoint"
    return Path(path).read_bytes() if path.exists() else b""


def tree_size(note: bytes) -> int:
    """The size a kept checkpoint names; 0 where none was kept."""
    return int(note.splitlines()[1]) if note else 0


def lines_of(output: str) -> list[dict[str, Any]]:
    """What a killed reader had printed whole; a line cut short was never received."""
    return [json.loads(line) for line in output.splitlines() if line.endswith("}")]
