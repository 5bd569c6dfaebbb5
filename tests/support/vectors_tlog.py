"""Vectors of the log itself: hashes, proofs, tiles, signatures, cosignatures, and the prefix tree over labels."""

from datetime import UTC, datetime

from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.cosignature import Cosigner, Verifier
from aboveboard.core.tlog.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from aboveboard.core.tlog.note import KeyType, NoteSigner, Signature
from aboveboard.core.tlog.prefix import Entry, bucket_hash, cut, in_order, node_hash, subtree_hash
from aboveboard.core.tlog.proof import TlogProof
from aboveboard.core.tlog.tiles import TileBuilder, bundles_for, encode_bundle, tiles_for
from aboveboard.core.tlog.trust import Group, Log, TrustPolicy, Witness
from aboveboard.core.tlog.witness import AddCheckpoint
from tests.support.vectors import Vectors, made_up

ORIGIN = "log.example/vectors"
SEEN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ENTRIES = [b"", b"\0", *(f"entry {number}".encode() for number in range(2, 13))]
SIZE, OLD_SIZE = len(ENTRIES), 6
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
LOG = NoteSigner(ORIGIN, made_up("seed of the log"))
COUNCIL = Cosigner("council.example/witness", made_up("seed of the works council's witness"))
AUDITOR = Cosigner("auditor.example/witness", made_up("seed of the auditor's witness"))
AUTHORITY = Cosigner(
    "authority.example/witness", made_up("seed of the authority's witness"), KeyType.MLDSA44_COSIGNATURE
)
POLICY = TrustPolicy(
    (Log(LOG.key),),
    (Witness("council", COUNCIL.key), Witness("auditor", AUDITOR.key), Witness("authority", AUTHORITY.key)),
    (Group("two", 2, ("council", "auditor", "authority")),),
    "two",
)


def subtree(start: int, end: int) -> bytes:
    """The hash over some of the leaves."""
    return root_of(LEAVES[start:end])


def log() -> Vectors:
    """Leaf hashes, roots, proofs within a log of thirteen entries, its tiles and bundle, and paths of larger ones."""
    sizes = range(SIZE + 1)
    return {
        "entries": [entry.hex() for entry in ENTRIES],
        "leaf_hashes": [leaf.hex() for leaf in LEAVES],
        "roots": {str(size): subtree(0, size).hex() for size in sizes},
        "inclusion": [
            {"index": index, "size": size, "proof": _hexed(inclusion_proof(index, size, subtree))}
            for size in (1, 2, 7, 8, SIZE)
            for index in range(size)
        ],
        "consistency": [
            {"old_size": old, "size": size, "proof": _hexed(consistency_proof(old, size, subtree))}
            for size in (7, 8, SIZE)
            for old in range(1, size + 1)
        ],
        "bundle": encode_bundle(ENTRIES).hex(),
        "tiles": {tile.path: data.hex() for tile, data in TileBuilder().extend(LEAVES).tiles},
        "paths": [_paths(*sizes) for sizes in ((0, 1), (0, 256), (255, 257), (65_535, 65_537), (69_990, 70_000))],
    }


def _paths(old_size: int, size: int) -> Vectors:
    grown = (*tiles_for(old_size, size), *bundles_for(old_size, size))
    return {"old_size": old_size, "size": size, "new_or_wider": [tile.path for tile in grown]}


def _hexed(proof: list[bytes]) -> list[str]:
    return [value.hex() for value in proof]


def signatures(kept: str | None) -> Vectors:
    """One checkpoint, its log's signature, three cosignatures, and what is made of them.

    ML-DSA-44 signs otherwise each time: the line *kept* in the file stays as long as it is right.
    """
    checkpoint, older = (Checkpoint(ORIGIN, size, subtree(0, size)) for size in (SIZE, OLD_SIZE))
    text, cosigners = checkpoint.encode(), {"council": COUNCIL, "auditor": AUDITOR, "authority": AUTHORITY}
    lines = [COUNCIL.cosign(text, SEEN), AUDITOR.cosign(text, SEEN), _by_authority(text, kept)]
    signed = sign_checkpoint(checkpoint, LOG)
    whole = signed.with_signatures(*lines)
    extends = tuple(consistency_proof(OLD_SIZE, SIZE, subtree))
    proof = TlogProof(4, tuple(inclusion_proof(4, SIZE, subtree)), whole.encode(), b"not authenticated")
    return {
        "log": {"seed": made_up("seed of the log").hex(), "vkey": LOG.vkey},
        "witnesses": {
            "council": {"seed": made_up("seed of the works council's witness").hex(), "vkey": COUNCIL.vkey},
            "auditor": {"seed": made_up("seed of the auditor's witness").hex(), "vkey": AUDITOR.vkey},
            "authority": {"seed": made_up("seed of the authority's witness").hex(), "vkey": AUTHORITY.vkey},
        },
        "time": int(SEEN.timestamp()),
        "checkpoint": text,
        "signed": signed.encode(),
        "older": sign_checkpoint(older, LOG).encode(),
        "signed_message": {
            "ed25519": f"cosignature/v1\ntime {int(SEEN.timestamp())}\n{text}",
            "mldsa44": _mldsa_message(checkpoint).hex(),
        },
        "cosignatures": {name: line.encode().rstrip("\n") for name, line in zip(cosigners, lines, strict=True)},
        "cosigned": whole.encode(),
        "request": AddCheckpoint(OLD_SIZE, extends, signed.encode()).encode().decode(),
        "proof": proof.encode(),
        "policy": POLICY.encode().decode(),
    }


def _by_authority(text: str, kept: str | None) -> Signature:
    if kept:
        line = Signature.parse(kept)
        try:
            Verifier(AUTHORITY.key).verify(text, line.signature)
        except NotVerified:
            return AUTHORITY.cosign(text, SEEN)
        return line
    return AUTHORITY.cosign(text, SEEN)


def _mldsa_message(checkpoint: Checkpoint) -> bytes:
    """What an ML-DSA-44 cosigner signs, written out as tlog-cosignature has it (cosigned_message)."""
    name, origin = AUTHORITY.key.name.encode(), checkpoint.origin.encode()
    numbers = [number.to_bytes(8, "big") for number in (int(SEEN.timestamp()), 0, checkpoint.size)]
    return b"".join(
        [
            b"subtree/v1\n\0" + bytes([len(name)]) + name + numbers[0],
            bytes([len(origin)]) + origin + numbers[1] + numbers[2] + checkpoint.root,
        ]
    )


def prefix_tree() -> Vectors:
    """Sets of labels with their root, proofs of what is there and what is not, and proofs that have to be refused."""
    crowded = [(bytes(20) + made_up(f"label {number}")[:12], number) for number in range(9)]
    cases = [_set(in_order(_labels(count))) for count in (0, 1, 8, 9, 40)]
    return {"cases": [*cases, _set(in_order(crowded))], "refused": _refused(in_order(_labels(40)))}


def _labels(count: int) -> list[Entry]:
    return [(made_up(f"label {number}"), number) for number in range(count)]


def _set(entries: list[Entry]) -> Vectors:
    asked = [[label for label, index in entries if index == 0], [made_up("no such label")]]
    asked.append(
        sorted([*(label for label, index in entries if index in {2, 5}), made_up("no label"), made_up("none")])
    )
    places = dict(entries)
    return {
        "entries": [[label.hex(), index] for label, index in entries],
        "root": subtree_hash(entries).hex(),
        "proofs": [
            {"says": {label.hex(): places.get(label) for label in labels}, "proof": cut(entries, labels).hex()}
            for labels in asked
            if labels
        ],
    }


def _refused(entries: list[Entry]) -> list[Vectors]:
    """Proofs that a careless reader would take, each with the root it is held against."""
    root, label = subtree_hash(entries), entries[0][0]
    whole = cut(entries, [label])
    nine = in_order(_labels(9))
    eight = nine[:8]
    low = [entry for entry in eight if entry[0] < bytes([0x80])]
    high = eight[len(low) :]
    node = node_hash(bucket_hash(low), bucket_hash(high))
    misplaced = node_hash(made_up("a hidden part"), bucket_hash(low[:1]))
    found: dict[str, tuple[bytes, bytes]] = {
        "another root": (whole, made_up("another root")),
        "a byte more": (whole + bytes(1), root),
        "a byte less": (whole[:-1], root),
        "one label changed": (whole.replace(label, label[:-1] + bytes([label[-1] ^ 1])), root),
        "nine entries in one bucket": (_bucket(nine), bucket_hash(nine)),
        "a bucket out of order": (_bucket(eight[::-1]), bucket_hash(eight[::-1])),
        "one label twice": (_bucket([eight[0], eight[0]]), bucket_hash([eight[0], eight[0]])),
        "eight entries below a node": (bytes([3]) + _bucket(low) + _bucket(high), node),
        "an entry on the wrong side": (bytes([3, 1]) + made_up("a hidden part") + _bucket(low[:1]), misplaced),
        "an empty bucket": (bytes([2, 0]), bucket_hash([])),
        "nothing at all": (b"", root),
        "an unknown kind of part": (bytes([4]) + root, root),
    }
    return [{"why": why, "proof": proof.hex(), "root": root.hex()} for why, (proof, root) in found.items()]


def _bucket(entries: list[Entry]) -> bytes:
    """A bucket as a proof shows it, whatever is in it."""
    return bytes([2, len(entries)]) + b"".join(label + index.to_bytes(8, "big") for label, index in entries)
