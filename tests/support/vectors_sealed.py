"""Vectors of sealed lines: leaves that seal, renew and open, what an index leaf says of them, and what is refused."""

from typing import Any

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf, Leaf
from aboveboard.core.entries.sealed import SealedLines, Tail, keys_of_sealed, person_digest
from aboveboard.core.envelope.keys import log_keys
from aboveboard.core.envelope.labels import label
from tests.support.vectors import made_up, made_up_id

DAY = 20_850
STEPS = (
    (EntryKind.LOOK, 0, 0), (EntryKind.SEALED, 0, DAY + 90), (EntryKind.SEALED, 1, DAY + 30),
    (EntryKind.RENEWED, 1, DAY + 60), (EntryKind.SEALED, 2, DAY + 90), (EntryKind.OPENED, 1, DAY + 61),
    (EntryKind.OPENED, 0, DAY + 12), (EntryKind.OPENED, 2, DAY + 90),
)  # fmt: skip
"""Kind, number, day; the last sealed line is opened on its day, the first early, the second a day late."""
REFUSED = (
    ("the next sealed line is number 3", (EntryKind.SEALED, 4, DAY)),
    ("a sealed line has a day", (EntryKind.SEALED, 3, 0)),
    ("it was opened before", (EntryKind.OPENED, 0, DAY)),
    ("it was opened before", (EntryKind.RENEWED, 1, DAY + 99)),
    ("it was never sealed", (EntryKind.OPENED, 3, DAY)),
)


def leaf(at: int, kind: EntryKind, number: int, day: int) -> Leaf:
    """A leaf of *kind* with labels and commitment that mean nothing."""
    parts = [made_up(f"{part} of leaf {at} among sealed ones") for part in ("label", "actor label", "commitment")]
    return Leaf(kind, *parts, None if kind is EntryKind.LOOK else Tail(number, day))


def sealed_lines() -> dict[str, Any]:
    """Leaves in their order with the index leaf that may stand behind each, leaves to be refused, keys and a digest."""
    lines, steps = SealedLines(), []
    for at, (kind, number, day) in enumerate(STEPS):
        made = leaf(at, kind, number, day)
        lines.take(made.encode())
        tally = lines.tally()
        index = IndexLeaf(made_up("root of a prefix tree"), at + 1, tally)
        said = {"sealed": tally.sealed, "opened": tally.opened, "late": tally.late, "first": tally.first}
        steps.append({"leaf": made.encode().hex(), **said, "last": tally.last, "index_leaf": index.encode().hex()})
    refused = [{"why": why, "leaf": leaf(90, *what).encode().hex()} for why, what in REFUSED]
    person, cell = made_up("K_log of a person"), made_up("K_log of the chain of sealed lines")
    own = keys_of_sealed(log_keys(cell), log_keys(person))
    nonce, subject = made_up("nonce of an order"), made_up_id("a person")
    return {
        "steps": steps,
        "refused": refused,
        "keys": {
            "k_log": person.hex(),
            "k_chain": cell.hex(),
            "number": 2,
            "subject_label": label(own.label, 2).hex(),
            "opening_key": own.opening.hex(),
            "seal_key": own.seal.hex(),
        },
        "order": {"nonce": nonce.hex(), "subject": subject.hex(), "person": person_digest(nonce, subject)},
    }
