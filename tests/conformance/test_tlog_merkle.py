"""Merkle proofs as others test them: RFC 6962 hashes and the probes of transparency-dev/merkle.

Of its 518 probes 500 apply here, and all of these are judged alike. Left are 18 of subtree consistency (a newer
draft's proof that any range of leaves, not only the first ones, belongs to a tree), which say something about trees
this program has no proof for: 16 of ranges that do not begin at leaf 0, and 2 where the draft accepts that an empty
range is part of a tree of size 0. A proof from size 0 shows nothing, and `verify_consistency` refuses it.
"""

import base64
import json
from collections.abc import Callable, Iterator

import pytest

from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.merkle import EMPTY_ROOT, leaf_hash, node_hash, verify_consistency, verify_inclusion
from tests.support.shared import shared


def probes(kind: str) -> Iterator[tuple[str, dict]]:
    """Every probe of a kind with its name, its hashes as bytes."""
    folder = shared("vectors/transparency-dev-merkle")
    for path in sorted(folder.glob(f"{kind}/**/*.json")):
        fields = json.loads(path.read_text("utf-8"))
        for field in ("root", "root1", "root2", "leafHash"):
            fields[field] = base64.b64decode(fields.get(field) or "")
        fields["proof"] = [base64.b64decode(value) for value in fields["proof"] or []]
        yield str(path.relative_to(folder)), fields


def refuses(verify: Callable[..., None], *arguments: object) -> bool:
    """Whether *verify* refuses the proof."""
    try:
        verify(*arguments)
    except NotVerified:
        return True
    return False


def test_inclusion_proofs_are_judged_as_the_reference_does():
    """Of 98 proofs the right ones are accepted and the mutated ones refused."""
    judged = {
        name: refuses(
            verify_inclusion, *(case[field] for field in ("leafIdx", "treeSize", "leafHash", "proof", "root"))
        )
        == case["wantErr"]
        for name, case in probes("inclusion")
    }
    assert len(judged) == 98
    assert [name for name, agreed in judged.items() if not agreed] == []


def test_consistency_proofs_are_judged_as_the_reference_does():
    """Of 98 proofs the right ones are accepted and the mutated ones refused."""
    judged = {
        name: refuses(verify_consistency, *(case[field] for field in ("size1", "size2", "proof", "root1", "root2")))
        == case["wantErr"]
        for name, case in probes("consistency")
    }
    assert len(judged) == 98
    assert [name for name, agreed in judged.items() if not agreed] == []


def test_inclusion_in_a_subtree_is_inclusion_in_a_tree_of_its_own():
    """Counted from its first leaf, a subtree is a tree: all 204 proofs of it are judged as the reference does."""
    judged = {}
    for name, case in probes("subtreeinclusion"):
        place, size = case["leafIdx"] - case["start"], case["end"] - case["start"]
        refused = refuses(verify_inclusion, place, size, case["leafHash"], case["proof"], case["root"])
        judged[name] = refused == case["wantErr"]
    assert len(judged) == 204
    assert [name for name, agreed in judged.items() if not agreed] == []


def test_consistency_of_a_subtree_that_begins_the_tree_is_consistency_of_a_smaller_tree():
    """Of 118 proofs the 102 that begin at leaf 0 are ours; two of an empty tree are refused here, as from size 0."""
    found = dict(probes("subtreeconsistency"))
    ours = {name: case for name, case in found.items() if case["start"] == 0}
    assert (len(found), len(ours)) == (118, 102)
    judged_otherwise = [
        (case["size"], case["proof"], case["wantErr"])
        for case in ours.values()
        if refuses(verify_consistency, *(case[field] for field in ("end", "size", "proof", "root1", "root2")))
        != case["wantErr"]
    ]
    assert judged_otherwise == [(0, [], False)] * 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (EMPTY_ROOT, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (leaf_hash(b""), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (leaf_hash(b"L123456"), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"),
        (node_hash(b"N123", b"N456"), "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"),
        (leaf_hash(b"hello world"), base64.b64decode("TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=").hex()),
    ],
    ids=["empty tree", "empty leaf", "leaf", "node", "record of Go's tlog package"],
)
def test_rfc_6962_hashes(value, expected):
    """Empty tree, empty leaf, leaf and node have the known hashes."""
    assert value.hex() == expected
