"""Vectors for whoever writes a second implementation: inputs, and the bytes core makes of them.

Every key, seed, blind and id in them is the SHA-256 of a sentence, so that anybody sees that it is nobody's; the
sentences are listed in docs/reference/vectors/README.md. Bytes are lower-case hexadecimal digits.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from aboveboard.core.entries.entry import CELL_OWNER, Entry, EntryKind, SubjectLine
from aboveboard.core.entries.leaf import (
    AUDIT_FIELDS,
    IndexLeaf,
    Leaf,
    Openings,
    Parties,
    actor_field_key,
    audit_values,
    leaf_key,
    make_leaf,
    open_audit,
    open_by_actor,
    open_by_person,
    pack,
    subject_field_key,
)
from aboveboard.core.envelope.commitments import commitment, field_commitment, field_keys
from aboveboard.core.envelope.keys import log_keys
from aboveboard.core.envelope.labels import label, label_key_digest, pseudonym
from aboveboard.core.envelope.seal import place, seal, sealer, unseal
from aboveboard.core.tlog.merkle import leaf_hash

CELL = "vectors"
PEOPLE = ("a person", "a second person", "a third person")
SUBJECTS = {person: f"K_log of {person}" for person in PEOPLE}
AT = datetime(2026, 11, 20, 9, 30, 0, 250_000, tzinfo=UTC)
Vectors = dict[str, Any]


def made_up(what: str) -> bytes:
    """Thirty-two bytes that are nobody's."""
    return sha256(f"aboveboard vectors: {what}".encode()).digest()


def made_up_id(what: str) -> bytes:
    """An opaque id that is nobody's."""
    return made_up(what)[:16]


def labels() -> Vectors:
    """Keys that hang on one K_log, the labels they make, and the name of a reader to one person."""
    cases = []
    for whose in ("K_log of a person", "K_log of a second person", "K_actor of an employee"):
        for log in (1, 2):
            keys = log_keys(made_up(whose), log)
            numbers = (0, 1, 2, 255, 2**32)
            cases.append(
                {
                    "key": made_up(whose).hex(),
                    "log": log,
                    "label_key": keys.label.hex(),
                    "opening_key": keys.opening.hex(),
                    "seal_key": keys.seal.hex(),
                    "pseudonym_key": keys.pseudonym.hex(),
                    "digest_key": keys.digest.hex(),
                    "label_key_digest": label_key_digest(keys.label).hex(),
                    "labels": {str(number): label(keys.label, number).hex() for number in numbers},
                    "pseudonyms": {
                        made_up_id(reader).hex(): pseudonym(keys.pseudonym, made_up_id(reader))
                        for reader in ("a reader", "a second reader")
                    },
                }
            )
    return {"cases": cases}


def commitments() -> Vectors:
    """Blinds from a key, commitments of single fields, and the commitment over all of them."""
    key = made_up("key of a leaf")
    blinds = field_keys(key, b"audit", len(AUDIT_FIELDS) + 1)
    fields = [
        {"blind": made_up(name).hex(), "name": name, "value": value}
        for name, value in (("country", "CZ"), ("categories", "T01,T02-T06"), ("body", ""), ("purpose", "účel"))
    ]
    made = [field_commitment(bytes.fromhex(f["blind"]), f["name"], f["value"].encode()) for f in fields]
    return {
        "field_keys": {"key": key.hex(), "context": "audit", "derived": [blind.hex() for blind in blinds]},
        "subject_field_key": {"key": key.hex(), "number": 3, "derived": subject_field_key(key, 3).hex()},
        "actor_field_key": {"key": key.hex(), "number": 3, "derived": actor_field_key(key, 3).hex()},
        "fields": [{**given, "commitment": value.hex()} for given, value in zip(fields, made, strict=True)],
        "commitment": {"over": [value.hex() for value in made], "is": commitment(made).hex()},
    }


def created() -> Entry:
    """The first entry about a person: recorded by an employee of the controller."""
    line = SubjectLine(made_up_id("a person"), ("T01",), (made_up("a digest").hex(),))
    return Entry(
        kind=EntryKind.CREATED, operation="record", purpose="customer-relationship", verdict="permit", transfer="",
        role="seller", entity="cz", country="CZ", subjects=(line,), **_common(),
    )  # fmt: skip


def look() -> Entry:
    """A look at three people from a third country, granted in part: of two the same is said, of one otherwise."""
    first, second, third = (made_up_id(name) for name in PEOPLE)
    lines = (
        SubjectLine(first, ("T01", "T02"), (), ("T06",)),
        SubjectLine(second, ("T01", "T02"), (), ("T06",)),
        SubjectLine(third, (), (), ("T01", "T02", "T06")),
    )
    return Entry(
        kind=EntryKind.LOOK, operation="consult", purpose="customer-relationship", verdict="partial",
        transfer="standard-clauses", role="headquarters-analyst", entity="hq", country="US",
        grant=made_up_id("a grant").hex(), refusals=("purpose_fits:not named", "text_cleared:waits"),
        subjects=lines, named=False, **_common(),
    )  # fmt: skip


def act() -> Entry:
    """An act of governance: about no person, so its one leaf is the cell's own."""
    body = {"act": made_up_id("an act").hex(), "valid_until": "2027-11-20", "categories": ["T01", "T02"], "number": 2}
    return Entry(
        kind=EntryKind.GOVERNANCE, operation="act.signed", purpose="governance", verdict="permit", role="signatory",
        entity="cz", country="CZ", body=body, **_common(),
    )  # fmt: skip


def _common() -> dict[str, Any]:
    rules = made_up("rules in force").hex()
    return {"at": AT, "actor": made_up_id("an employee"), "established": "workplace", "rules": rules}


def entries() -> Vectors:
    """Entries, their canonical bytes, and the hash that names them without telling them."""
    nonce = made_up("nonce of an entry")
    cases = []
    for entry in (created(), look(), act()):
        encoded = entry.encode()
        cases.append(
            {"kind": int(entry.kind), "encoded": encoded.decode(), "entry_hash": sha256(nonce + encoded).hexdigest()}
        )
    return {"nonce": nonce.hex(), "cases": cases}


def leaves() -> Vectors:
    """Leaves with all they are made of, sealed openings included, and an index leaf."""
    first = _leaf(created(), SUBJECTS["a person"], number=0, previous=b"")
    lines = [(person, SUBJECTS[person], number) for person, number in zip(PEOPLE, (1, 4, 300), strict=True)]
    index = IndexLeaf(made_up("root of a prefix tree"), 41)
    return {
        "fields": ["subject", "actor", *AUDIT_FIELDS],
        "cases": [
            first,
            *(
                _leaf(look(), keyed, line=at, number=number, previous=_before(first, person))
                for at, (person, keyed, number) in enumerate(lines)
            ),
            _leaf(act(), "K_log of the cell", number=12, previous=made_up("the leaf before, of the cell")),
        ],
        "index_leaf": {"root": index.root.hex(), "covered": index.covered, "leaf": index.encode().hex()},
    }


def _before(first: Vectors, person: str) -> bytes:
    """The hash of a person's leaf before."""
    return bytes.fromhex(first["leaf_hash"]) if person == PEOPLE[0] else made_up(f"the leaf before, of {person}")


def _leaf(entry: Entry, k_log: str, *, line: int = 0, number: int, previous: bytes) -> Vectors:
    person, employee = log_keys(made_up(k_log)), log_keys(made_up("K_actor of an employee"))
    audit_key, employee_number = made_up("K_audit of a month"), 7 + line
    about = entry.subjects[line] if entry.subjects else SubjectLine(CELL_OWNER, ())
    entry_hash = sha256(made_up("nonce of an entry") + entry.encode()).digest()
    values = audit_values(entry, about)
    parties = Parties(
        CELL,
        person,
        number,
        label(person.label, number),
        previous,
        employee,
        employee_number,
        audit_key,
        sealer(employee.seal),
    )
    leaf, openings = make_leaf(entry, entry_hash, about, values, pack(values), parties)
    key = leaf_key(audit_key, leaf.subject_label)
    opened = open_audit(CELL, leaf, openings.audit, key)
    sides = {
        "subject": open_by_person(CELL, leaf, openings.subject, person).side.encode().decode(),
        "actor": open_by_actor(CELL, leaf, openings.actor, employee).side.encode().decode(),
    }
    return {
        "entry": entry.encode().decode(),
        "entry_hash": entry_hash.hex(),
        "cell": CELL,
        "k_log": made_up(k_log).hex(),
        "number": number,
        "k_actor": made_up("K_actor of an employee").hex(),
        "actor_number": employee_number,
        "k_audit": audit_key.hex(),
        "leaf_key": key.hex(),
        "values": {**sides, **{name: value.decode() for name, value in zip(AUDIT_FIELDS, values, strict=True)}},
        "commitments": {"subject": opened.subject_commitment.hex(), "actor": opened.actor_commitment.hex()},
        "leaf": leaf.encode().hex(),
        "leaf_hash": leaf_hash(leaf.encode()).hex(),
        "openings": _sealed_again(leaf, openings, (person.seal, employee.seal, _seal_key(key))),
    }


def _seal_key(key: bytes) -> bytes:
    return field_keys(key, b"audit", len(AUDIT_FIELDS) + 1)[-1]


def _sealed_again(leaf: Leaf, openings: Openings, keys: tuple[bytes, bytes, bytes]) -> Vectors:
    """What the openings seal, sealed again under a nonce that is the same at each run."""
    bound_to = place(b"aboveboard/opening/v1", CELL, leaf.subject_label)
    found: Vectors = {"bound_to": bound_to.hex()}
    sealed = (openings.subject, openings.actor, openings.audit)
    for name, key, opening in zip(("subject", "actor", "audit"), keys, sealed, strict=True):
        plain, nonce = unseal(key, opening, bound_to), made_up(f"nonce of an opening: {name}")[:12]
        again = seal(key, plain, bound_to, nonce=nonce)
        found[name] = {"key": key.hex(), "plain": plain.hex(), "sealed": again.hex()}
    return found
