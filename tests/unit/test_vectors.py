"""The published vectors are what core makes, and a stranger who has only the page beside them makes the same.

WRITE_REFERENCE=1 writes them anew.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.checkpoint import open_checkpoint
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.prefix import Lookup
from aboveboard.core.tlog.proof import TlogProof, verify_tlog_proof
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.tlog.witness import Asked, read_request, weigh
from tests.support import vectors, vectors_sealed, vectors_tlog
from tests.support.present import ROOT

FOLDER = ROOT / "docs" / "reference" / "vectors"


def kept_line() -> str | None:
    """The ML-DSA-44 line as it was published, where it was."""
    path = FOLDER / "signatures.json"
    return json.loads(path.read_text(encoding="utf-8"))["cosignatures"]["authority"] if path.exists() else None


MADE: dict[str, Callable[[], dict[str, Any]]] = {
    "labels": vectors.labels,
    "commitments": vectors.commitments,
    "entries": vectors.entries,
    "leaves": vectors.leaves,
    "log": vectors_tlog.log,
    "signatures": lambda: vectors_tlog.signatures(kept_line()),
    "prefix-tree": vectors_tlog.prefix_tree,
    "sealed-lines": vectors_sealed.sealed_lines,
}


@pytest.mark.parametrize("name", MADE)
def test_the_published_vectors_are_what_core_makes(name: str):
    """A byte that comes out otherwise than it was published breaks what others have built on it."""
    path, made = FOLDER / f"{name}.json", json.dumps(MADE[name](), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("WRITE_REFERENCE") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made


def test_every_file_of_vectors_is_made_and_explained():
    """Nothing lies there that no test makes anew, and the page names each file."""
    assert {path.name for path in FOLDER.iterdir()} == {"README.md", *(f"{name}.json" for name in MADE)}
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in MADE if f"`{name}.json`" not in page] == []


def test_core_reads_what_is_published():
    """Offline proof, request and policy hold together: two of three witnesses are enough for it."""
    found = MADE["signatures"]()
    policy, proof = TrustPolicy.parse(found["policy"]), TlogProof.parse(found["proof"])
    witnessed = verify_tlog_proof(proof, leaf_hash(vectors_tlog.ENTRIES[proof.index]), policy)
    assert set(witnessed.cosigned) == {"council", "auditor", "authority"}
    asked = read_request(found["request"].encode(), policy)
    older = policy.log_key_for(vectors_tlog.ORIGIN)
    assert isinstance(asked, Asked)
    assert weigh(asked, open_checkpoint(found["older"], older, vectors_tlog.ORIGIN)) is None


def test_core_takes_the_right_proofs_of_the_prefix_tree_and_no_other():
    """What a proof says, and that each of the wrong ones is refused."""
    found = MADE["prefix-tree"]()
    for case in found["cases"]:
        for proof in case["proofs"]:
            lookup = Lookup(bytes.fromhex(proof["proof"]), bytes.fromhex(case["root"]))
            assert {label: lookup.index_of(bytes.fromhex(label)) for label in proof["says"]} == proof["says"]
    for wrong in found["refused"]:
        with pytest.raises(NotVerified):
            Lookup(bytes.fromhex(wrong["proof"]), bytes.fromhex(wrong["root"]))
