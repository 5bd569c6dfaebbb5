"""An evidence pack made by hand, without a database: a small log, a person in it, a grant signed by two."""

import hashlib
from base64 import b64encode
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aboveboard.core import canonical
from aboveboard.core.entries.entry import CELL_OWNER, Entry, EntryKind, SubjectLine, governance, microseconds
from aboveboard.core.entries.leaf import (
    AUDIT_FIELDS,
    IndexLeaf,
    Leaf,
    Parties,
    audit_values,
    leaf_key,
    make_leaf,
    open_audit,
    open_by_person,
    pack,
    subject_field_key,
)
from aboveboard.core.envelope.keys import LogKeys, log_keys
from aboveboard.core.envelope.labels import label
from aboveboard.core.envelope.seal import sealer
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from aboveboard.core.tlog.note import NoteSigner, VerifierKey
from aboveboard.core.tlog.paths import together
from aboveboard.core.tlog.prefix import cut, subtree_hash
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from aboveboard.core.verify import verify_pack
from aboveboard.core.verify.acts import DECISION, PROPOSAL, staff_key_id
from aboveboard.core.verify.index import AHEAD
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.recordings import recorded_digest

CELL, ORIGIN = "cz-1", "example.test/log"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SUBJECT, SELLER, FIRST, SECOND = (bytes([n]) * 16 for n in (1, 2, 3, 4))
PERSON, STAFF = log_keys(b"p" * 32), log_keys(b"s" * 32)
AUDIT = b"a" * 32
GRANT = bytes([9]) * 16
FACTS = [(bytes([n]) * 16, category, value) for n, category, value in ((5, "T01", "Žofie Říhová"), (6, "T23", "Buyer"))]


def key_of(number: int) -> Ed25519PrivateKey:
    """A signing key of the cast."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def key_id(number: int) -> str:
    """Its id."""
    return staff_key_id(key_of(number).public_key().public_bytes_raw()).hex()


@dataclass
class SmallLog:
    """A log grown entry by entry, as the sequencer would write it."""

    number: int = 1
    leaves: list[bytes] = field(default_factory=list)
    openings: list = field(default_factory=list)
    chains: dict = field(default_factory=dict)

    @property
    def person(self) -> LogKeys:
        """The person's keys in this log."""
        return log_keys(b"p" * 32, self.number)

    def add(self, entry: Entry) -> int:
        """Append one entry about one person, or about the cell; its index."""
        line = entry.subjects[0] if entry.subjects else SubjectLine(CELL_OWNER, ())
        own = self.person if line.subject == SUBJECT else log_keys(b"c" * 32, self.number)
        number, previous = self.chains.get(line.subject, (0, b""))
        values = audit_values(entry, line)
        entry_hash = hashlib.sha256(entry.encode()).digest()
        parties = Parties(
            CELL, own, number, label(own.label, number), previous, STAFF, len(self.leaves), AUDIT, sealer(STAFF.seal)
        )
        leaf, openings = make_leaf(entry, entry_hash, line, values, pack(values), parties)
        data = leaf.encode()
        self.chains[line.subject] = (number + 1, leaf_hash(data))
        self.leaves.append(data)
        self.openings.append((own, openings))
        return len(self.leaves) - 1

    def fill(self, count: int) -> None:
        """Append lines about other people."""
        for n in range(count):
            self.leaves.append(b"\x01\x02" + hashlib.sha256(bytes([n, len(self.leaves)])).digest() * 3)
            self.openings.append(None)

    def subtree(self, start: int, end: int) -> bytes:
        """Give the root over a range."""
        return root_of(map(leaf_hash, self.leaves[start:end]))

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """Give the head at a size."""
        size = len(self.leaves) if size is None else size
        return Checkpoint(ORIGIN, size, self.subtree(0, size))

    def end(self) -> dict:
        """End the log with its index, unless it ends with that; the index as a pack shows it."""
        labelled = [(place, data) for place, data in enumerate(self.leaves) if IndexLeaf.decode_if(data) is None]
        entries = sorted((Leaf.decode(data).subject_label, place) for place, data in labelled)
        root, last = subtree_hash(entries), IndexLeaf.decode_if(self.leaves[-1])
        if last is None or last.root != root or last.covered != len(self.leaves) - 1:
            self.leaves.append(IndexLeaf(root, len(self.leaves)).encode())
            self.openings.append(None)
        count, _ = self.chains.get(SUBJECT, (0, b""))
        asked = sorted(label(self.person.label, number) for number in range(count + AHEAD))
        at = len(self.leaves) - 1
        return {
            "leaf": self.leaves[at].hex(),
            "proof": [one.hex() for one in inclusion_proof(at, at + 1, self.subtree)],
            "tree": b64encode(cut(entries, asked)).decode(),
        }

    def line(self, index: int, *, person: bool = True) -> dict:
        """Give a line as a pack shows it."""
        own, openings = self.openings[index]
        leaf = Leaf.decode(self.leaves[index])
        audit = open_audit(CELL, leaf, openings.audit, leaf_key(AUDIT, leaf.subject_label))
        opened = {
            name: [blind.hex(), value.decode()]
            for name, blind, value in zip(AUDIT_FIELDS, audit.blinds, audit.values, strict=True)
        }
        hidden = {"actor": audit.actor_commitment.hex(), "subject": audit.subject_commitment.hex()}
        if person:
            side = open_by_person(CELL, leaf, openings.subject, own).side
            opened["subject"] = [subject_field_key(own.opening, side.number).hex(), side.encode().decode()]
            del hidden["subject"]
        proof = inclusion_proof(index, len(self.leaves), self.subtree)
        return {
            "log": self.number,
            "index": index,
            "leaf": self.leaves[index].hex(),
            "opened": opened,
            "hidden": hidden,
            "proof": [one.hex() for one in proof],
        }


def look(at: datetime, *, entity: str = "cz", grant: bytes = b"", categories=("T01",), **more) -> Entry:
    """A look at the person."""
    given = {
        "kind": EntryKind.LOOK,
        "operation": "consult",
        "verdict": "permit",
        "subjects": (SubjectLine(SUBJECT, categories),),
        **more,
    }
    return Entry(
        at=at, actor=SELLER, role="seller", entity=entity, country="CZ" if entity == "cz" else "IN",
        established="workplace", purpose="customer-relationship", grant=grant.hex(), **given,
    )  # fmt: skip


def act(
    body: dict,
    *,
    by: bytes = FIRST,
    signer: bytes = SECOND,
    keys=(3, 4),
    opinion: dict | None = None,
    kind: str = "grant",
    name: bytes = GRANT,
) -> dict:
    """An act proposed by one and signed by another."""
    at = microseconds(NOW)
    proposal = {
        "cell": CELL, "act": name.hex(), "kind": kind, "controller": "cz", "body": sha(canonical.encode(body)),
        "by": by.hex(), "key": key_id(keys[0]), "at": at,
    }  # fmt: skip
    message = PROPOSAL + canonical.encode(proposal)
    proposed = key_of(keys[0]).sign(message)
    decision = {
        "proposal": sha(message), "proposer_signature": sha(proposed),
        "opinion": {"in_favour": True} if opinion is None else opinion, "opinion_waived": "",
        "overruling_reason": "", "by": signer.hex(), "key": key_id(keys[1]), "at": at,
    }  # fmt: skip
    return {
        "id": name.hex(),
        "body": body,
        "proposal": proposal,
        "proposer_signature": proposed.hex(),
        "decision": decision,
        "signer_signature": key_of(keys[1]).sign(DECISION + canonical.encode(decision)).hex(),
    }


def sha(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


TERMS = {
    "controller": "cz",
    "entity": "hq",
    "role": "headquarters-analyst",
    "purpose": "customer-relationship",
    "categories": ["T01", "T23"],
    "valid_from": (NOW - timedelta(days=1)).isoformat(),
    "valid_until": (NOW + timedelta(days=30)).isoformat(),
}


@dataclass
class Draft:
    """The parts of a pack before they are written and signed, to be changed by a test."""

    evidence: dict
    entries: list
    governance: dict
    consistency: list
    checkpoint: Checkpoint
    index: dict
    extra: dict = field(default_factory=dict)
    paths: dict = field(default_factory=dict)
    said: list = field(default_factory=list)

    def copy(self) -> "Draft":
        """A draft of its own, to be changed freely."""
        return deepcopy(self)

    def files(self, seed: bytes = b"L" * 32) -> dict[str, bytes]:
        """Write and sign the pack."""
        signer = NoteSigner(ORIGIN, seed)
        files = {
            "evidence.json": canonical.encode(self.evidence),
            "entries.json": canonical.encode({"lines": self.entries, "paths": self.paths, "said": self.said}),
            "governance.json": canonical.encode(self.governance),
            "consistency.json": canonical.encode(self.consistency),
            "index.json": canonical.encode(self.index),
            "checkpoint": sign_checkpoint(self.checkpoint, signer).encode().encode(),
            "READ-ME.txt": b"Read me.\n",
            **{name: canonical.encode(value) for name, value in self.extra.items()},
        }
        return {**files, MANIFEST: sign_manifest(ORIGIN, files, signer)}

    def verified(self, since=()):
        """Check the pack as its person would."""
        return verify_pack(self.files(), trust(), since)


def trust(seed: bytes = b"L" * 32) -> TrustPolicy:
    """Trust the small log's key."""
    return TrustPolicy((Log(VerifierKey.parse(NoteSigner(ORIGIN, seed).vkey)),), (), (), NO_QUORUM)


def kept(log: SmallLog, size: int, seed: bytes = b"L" * 32) -> bytes:
    """A checkpoint somebody kept."""
    return sign_checkpoint(log.checkpoint(size), NoteSigner(ORIGIN, seed)).encode().encode()


def governance_entry(step: str, body: dict, at: datetime = NOW, **more) -> Entry:
    """An entry about an act of governance."""
    return replace(governance(step, body, actor=None, place=None, at=at), **more)


def grow(*, short: bool = False) -> tuple[SmallLog, list[int], list[int]]:
    """Grow the small log; the indexes of the person's lines (*short*: of one only) and of the lines of governance."""
    log, governed, own = SmallLog(), [], []
    day = timedelta(days=1)
    governed.append(log.add(governance_entry("cell.founded", {"controller": "cz"}, NOW - 2 * day)))
    for number, staff in ((3, FIRST), (4, SECOND)):
        public = key_of(number).public_key().public_bytes_raw().hex()
        body = {"key": key_id(number), "staff": staff.hex(), "public_key": public}
        governed.append(log.add(governance_entry("key.added", body, NOW - 2 * day)))
    log.fill(5)
    digest = recorded_digest(PERSON.digest, FACTS)
    subjects = (SubjectLine(SUBJECT, ("T01", "T23"), (digest,)),)
    own.append(log.add(look(NOW, kind=EntryKind.CREATED, operation="record", subjects=subjects)))
    log.fill(7)
    if short:
        return log, own, governed[:1]
    own.append(log.add(look(NOW + timedelta(minutes=1))))
    body = {"act": GRANT.hex(), "kind": "grant", "body_hash": sha(canonical.encode(TERMS))}
    governed.append(log.add(governance_entry("act.signed", {**body, "key": key_id(4)})))
    governed.append(log.add(governance_entry("act.applied", body, NOW + timedelta(minutes=2))))
    own.append(log.add(look(NOW + timedelta(hours=1), entity="hq", grant=GRANT, categories=("T01", "T23"))))
    log.fill(3)
    return log, own, governed


def draft(*, short: bool = False) -> tuple[Draft, SmallLog]:
    """A pack in which everything holds; *short*: of a person with one line, about whom nothing was granted."""
    log, own, governed = grow(short=short)
    index = log.end()
    facts = [{"id": one.hex(), "category": category, "value": value} for one, category, value in FACTS]
    evidence = {
        "format": "aboveboard-evidence/2",
        "cell": CELL,
        "origin": ORIGIN,
        "log": 1,
        "controller": "cz",
        "subject": SUBJECT.hex(),
        "label_keys": {"1": PERSON.label.hex()},
        "digest_key": PERSON.digest.hex(),
        "facts": facts,
        "made_at": NOW.isoformat(),
        "recordings": [{"line": 0, "facts": [fact["id"] for fact in facts]}],
    }
    lines = [log.line(index, person=False) for index in governed]
    earlier = [
        {
            "checkpoint": kept(log, 6).decode(),
            "proof": [one.hex() for one in consistency_proof(6, len(log.leaves), log.subtree)],
        }
    ]
    made = Draft(
        evidence,
        [log.line(index) for index in own],
        {"acts": [] if short else [act(TERMS)], "lines": lines},
        earlier,
        log.checkpoint(),
        index,
    )
    return made, log


def short_form(made: Draft, log: SmallLog) -> Draft:
    """The same pack as the product writes it: keys for blinds, what is said alike once, the paths together."""
    short = made.copy()
    for line in short.entries:
        leaf = Leaf.decode(bytes.fromhex(line["leaf"]))
        said = {name: line["opened"].pop(name)[1] for name in AUDIT_FIELDS if name != "time"}
        line["opened"]["time"] = line["opened"]["time"][1]
        line["key"] = leaf_key(AUDIT, leaf.subject_label).hex()
        short.said = short.said if said in short.said else [*short.said, said]
        line["said"] = short.said.index(said)
        del line["proof"]
    indexes = [line["index"] for line in short.entries]
    short.paths = {"1": b64encode(together(indexes, len(log.leaves), log.subtree)).decode()}
    return short


def failed(report) -> set[str]:
    """Names of the checks that do not hold."""
    return {check.name for check in report.failures}


def again(made: Draft, log: SmallLog, more: list[int]) -> None:
    """Show the same lines, and *more* of governance, under the log's new head."""
    made.index = log.end()
    governed = [line["index"] for line in made.governance["lines"]] + more
    made.entries = [log.line(line["index"]) for line in made.entries]
    made.governance["lines"] = [log.line(index, person=False) for index in governed]
    made.checkpoint, made.consistency = log.checkpoint(), []
