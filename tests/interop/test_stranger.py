"""The vectors as a stranger makes them: with docs/reference/vectors/README.md, the standard library, `cryptography`."""

import base64
import hmac
import json
from hashlib import sha256, shake_256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.support.present import ROOT

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
KEYS = ("label_key", "opening_key", "seal_key", "pseudonym_key", "digest_key")


def read(name: str) -> dict[str, Any]:
    """A file of vectors."""
    return json.loads((ROOT / "docs/reference/vectors" / f"{name}.json").read_text(encoding="utf-8"))


def un(text: str) -> bytes:
    """Bytes out of hexadecimal digits."""
    return bytes.fromhex(text)


def u64(number: int) -> bytes:
    """Eight bytes, big-endian."""
    return number.to_bytes(8, "big")


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.digest(key, message, "sha256")


def keys_of(key: bytes, log: int = 1) -> dict[str, bytes]:
    """The five keys that hang on one."""
    stream = shake_256(b"aboveboard/log-keys/v1" + key).digest(160)
    if log > 1:
        stream = shake_256(b"aboveboard/log-keys/v1" + key + u64(log)).digest(96) + stream[96:]
    return {name: stream[32 * at : 32 * at + 32] for at, name in enumerate(KEYS)}


def derived(key: bytes, context: bytes, count: int) -> list[bytes]:
    """Keys of fields."""
    stream = shake_256(b"aboveboard/field-keys/v1" + key + context).digest(32 * count)
    return [stream[at : at + 32] for at in range(0, 32 * count, 32)]


def of_field(blind: bytes, name: str, value: str) -> bytes:
    """The commitment of one field."""
    return sha256(blind + bytes([len(name)]) + name.encode() + value.encode()).digest()


def over(fields: list[bytes]) -> bytes:
    """The commitment over all fields."""
    return sha256(b"aboveboard/commitment/v1" + bytes([len(fields)]) + b"".join(fields)).digest()


def label_of(key: bytes, number: int) -> bytes:
    """A label."""
    return mac(key, b"aboveboard/label/v1" + u64(number))


def test_labels():
    """Keys, labels, digests and pseudonyms."""
    for case in read("labels")["cases"]:
        keys = keys_of(un(case["key"]), case["log"])
        assert {name: case[name] for name in KEYS} == {name: value.hex() for name, value in keys.items()}
        assert case["label_key_digest"] == sha256(b"aboveboard/label-key/v1" + keys["label_key"]).hexdigest()
        for number, label in case["labels"].items():
            assert label == label_of(keys["label_key"], int(number)).hex()
        for reader, name in case["pseudonyms"].items():
            digest = mac(keys["pseudonym_key"], b"aboveboard/pseudonym/v1" + un(reader))
            assert name == "".join(LETTERS[byte % 32] for byte in digest[:8])


def test_commitments():
    """Blinds, fields, and all together."""
    found = read("commitments")
    for name, extra in (("field_keys", b""), ("subject_field_key", u64(3)), ("actor_field_key", u64(3))):
        given = found[name]
        context = given.get("context", name.removesuffix("_field_key")).encode() + extra
        expected = given["derived"] if isinstance(given["derived"], list) else [given["derived"]]
        assert expected == [key.hex() for key in derived(un(given["key"]), context, len(expected))]
    for field in found["fields"]:
        assert field["commitment"] == of_field(un(field["blind"]), field["name"], field["value"]).hex()
    assert found["commitment"]["is"] == over([un(one) for one in found["commitment"]["over"]]).hex()


def test_entries():
    """One byte string for each, and its hash."""
    found = read("entries")
    for case in found["cases"]:
        value = json.loads(case["encoded"])
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert (again, value["kind"]) == (case["encoded"], case["kind"])
        assert case["entry_hash"] == sha256(un(found["nonce"]) + again.encode()).hexdigest()


def test_leaves():
    """Each leaf from its keys, counters and values, and what its openings say to whom."""
    found = read("leaves")
    for case in found["cases"]:
        person, employee = keys_of(un(case["k_log"])), keys_of(un(case["k_actor"]))
        subject, actor = (
            label_of(person["label_key"], case["number"]),
            label_of(employee["label_key"], case["actor_number"]),
        )
        key = mac(un(case["k_audit"]), b"aboveboard/leaf-key/v1" + subject)
        blinds = [
            *derived(person["opening_key"], b"subject" + u64(case["number"]), 1),
            *derived(employee["opening_key"], b"actor" + u64(case["actor_number"]), 1),
            *derived(key, b"audit", 13),
        ]
        values = [case["values"][name] for name in found["fields"]]
        fields = [of_field(*parts) for parts in zip(blinds, found["fields"], values, strict=True)]
        leaf = bytes([1, json.loads(case["entry"])["kind"]]) + subject + actor + over(fields)
        assert (case["leaf"], case["leaf_key"]) == (leaf.hex(), key.hex())
        assert case["leaf_hash"] == sha256(b"\0" + leaf).hexdigest()
        packed = b"".join(len(value.encode()).to_bytes(4, "big") + value.encode() for value in values[2:])
        plain = {
            "subject": (person["seal_key"], key + fields[1] + values[0].encode()),
            "actor": (employee["seal_key"], key + fields[0] + values[1].encode()),
            "audit": (derived(key, b"audit", 14)[13], fields[0] + fields[1] + packed),
        }
        for name, (seal_key, said) in plain.items():
            sealed = un(case["openings"][name]["sealed"])
            opened = AESGCM(seal_key).decrypt(sealed[1:13], sealed[13:], un(case["openings"]["bound_to"]))
            assert (sealed[0], opened) == (1, said)
    index = found["index_leaf"]
    assert index["leaf"] == (b"\1\7" + un(index["root"]) + u64(index["covered"]) + bytes(56)).hex()


def told(leaves: list[bytes]) -> bytes:
    """The tally of leaves, as the page says it; KeyError or ValueError where one does not follow."""
    sealed = opened = late = 0
    waiting: dict[int, int] = {}
    for leaf in leaves:
        if leaf[1] not in {8, 9, 10}:
            continue
        number, day = int.from_bytes(leaf[98:106], "big"), int.from_bytes(leaf[106:], "big")
        if leaf[1] == 8:
            if number != sealed or not day:
                raise ValueError(number)
            sealed, waiting[number] = sealed + 1, day
        elif leaf[1] == 10:
            if day <= waiting[number]:
                raise ValueError(number)
            waiting[number] = day
        else:
            opened, late = opened + 1, late + (day > waiting.pop(number))
    days = [min(waiting.values(), default=0), max(waiting.values(), default=0)]
    return u64(sealed) + u64(opened) + u64(late) + b"".join(day.to_bytes(4, "big") for day in days)


def test_sealed_lines():
    """What an index leaf counts behind each leaf, and which leaves cannot follow."""
    found = read("sealed-lines")
    leaves: list[bytes] = []
    for step in found["steps"]:
        leaves.append(un(step["leaf"]))
        tally = told(leaves)
        assert un(step["index_leaf"])[42:] == tally + bytes(24)
        assert [step[name] for name in ("sealed", "opened", "late")] == [
            int.from_bytes(tally[at : at + 8], "big") for at in (0, 8, 16)
        ]
    for one in found["refused"]:
        with pytest.raises((KeyError, ValueError)):
            told([*leaves, un(one["leaf"])])
    keys, order = found["keys"], found["order"]
    own, chain = keys_of(un(keys["k_log"])), keys_of(un(keys["k_chain"]))
    assert label_of(chain["label_key"], keys["number"]).hex() == keys["subject_label"]
    assert mac(own["opening_key"], b"aboveboard/sealed/opening/v1").hex() == keys["opening_key"]
    assert own["seal_key"].hex() == keys["seal_key"]
    named = sha256(b"aboveboard/delay/person/v1" + un(order["nonce"]) + un(order["subject"])).hexdigest()
    assert named == order["person"]


def root_of(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root_of(leaves[:middle]) + root_of(leaves[middle:])).digest()


def path_to(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    if index < middle:
        return [*path_to(index, leaves[:middle]), root_of(leaves[middle:])]
    return [*path_to(index - middle, leaves[middle:]), root_of(leaves[:middle])]


def subproof(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 9162, section 2.1.4.1."""
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= middle:
        return [*subproof(old, leaves[:middle], whole=whole), root_of(leaves[middle:])]
    return [*subproof(old - middle, leaves[middle:], whole=False), root_of(leaves[:middle])]


def test_log():
    """Hashes, roots, proofs, bundle and tile."""
    found = read("log")
    entries = [un(entry) for entry in found["entries"]]
    leaves = [sha256(b"\0" + entry).digest() for entry in entries]
    assert found["leaf_hashes"] == [leaf.hex() for leaf in leaves]
    assert found["roots"] == {str(size): root_of(leaves[:size]).hex() for size in range(len(leaves) + 1)}
    for case in found["inclusion"]:
        assert case["proof"] == [one.hex() for one in path_to(case["index"], leaves[: case["size"]])]
    for case in found["consistency"]:
        assert case["proof"] == [one.hex() for one in subproof(case["old_size"], leaves[: case["size"]])]
    assert un(found["bundle"]) == b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
    assert found["tiles"] == {f"tile/0/000.p/{len(leaves)}": b"".join(leaves).hex()}


def line_of(name: str, kind: int, public: bytes, signature: bytes) -> tuple[str, str]:
    """The vkey of a key, and a line it signed."""
    key_id = sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
    vkey = f"{name}+{key_id.hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"
    return vkey, f"— {name} {base64.b64encode(key_id + signature).decode()}"


def test_signatures():
    """The log's line and both Ed25519 cosignatures, byte for byte; the ML-DSA-44 one verifies."""
    found, log = read("signatures"), read("log")
    text, time = found["checkpoint"], found["time"]
    root = base64.b64encode(un(log["roots"][str(len(log["entries"]))])).decode()
    name = found["log"]["vkey"].partition("+")[0]
    assert text == f"{name}\n{len(log['entries'])}\n{root}\n"
    key = Ed25519PrivateKey.from_private_bytes(un(found["log"]["seed"]))
    vkey, line = line_of(name, 1, key.public_key().public_bytes_raw(), key.sign(text.encode()))
    assert (found["log"]["vkey"], found["signed"]) == (vkey, f"{text}\n{line}\n")
    message = f"cosignature/v1\ntime {time}\n{text}"
    assert found["signed_message"]["ed25519"] == message
    for who in ("council", "auditor"):
        given = found["witnesses"][who]
        key = Ed25519PrivateKey.from_private_bytes(un(given["seed"]))
        signature = u64(time) + key.sign(message.encode())
        of = given["vkey"].partition("+")[0]
        assert (given["vkey"], found["cosignatures"][who]) == line_of(
            of, 4, key.public_key().public_bytes_raw(), signature
        )
    lines = "".join(f"{found['cosignatures'][who]}\n" for who in ("council", "auditor", "authority"))
    assert found["cosigned"] == found["signed"] + lines
    old, *proof = found["request"].partition("\n\n")[0].split("\n")
    case = next(
        one for one in log["consistency"] if (one["old_size"], one["size"]) == (int(old[4:]), len(log["entries"]))
    )
    assert [base64.b64decode(one).hex() for one in proof] == case["proof"]
    assert found["proof"].endswith("\n\n" + found["cosigned"])


def test_the_mldsa_cosignature():
    """The key comes from its seed, and the line holds for the message that is written out."""
    found = read("signatures")
    given, text = found["witnesses"]["authority"], found["checkpoint"]
    name, public = given["vkey"].partition("+")[0].encode(), base64.b64decode(given["vkey"].split("+", 2)[2])[1:]
    assert MLDSA44PrivateKey.from_seed_bytes(un(given["seed"])).public_key().public_bytes_raw() == public
    origin, size, root = text.rstrip("\n").split("\n")
    message = (
        b"subtree/v1\n\0" + bytes([len(name)]) + name + u64(found["time"]) + bytes([len(origin)]) + origin.encode()
    )
    message += u64(0) + u64(int(size)) + base64.b64decode(root)
    assert found["signed_message"]["mldsa44"] == message.hex()
    payload = base64.b64decode(found["cosignatures"]["authority"].rpartition(" ")[2])
    assert payload[4:12] == u64(found["time"])
    MLDSA44PublicKey.from_public_bytes(public).verify(payload[12:], message)


def bit(label: bytes, at: int) -> int:
    """One bit of a label, the first being number 0."""
    return label[at // 8] >> (7 - at % 8) & 1


def tree_of(entries: list[tuple[bytes, int]], depth: int = 0) -> bytes:
    """The root of a set, by the page's definition."""
    if not entries:
        return bytes(32)
    if len(entries) <= 8:
        return sha256(b"\2" + b"".join(label + u64(index) for label, index in sorted(entries))).digest()
    halves = [[entry for entry in entries if bit(entry[0], depth) == side] for side in (0, 1)]
    return sha256(b"\3" + tree_of(halves[0], depth + 1) + tree_of(halves[1], depth + 1)).digest()


class Shown:
    """What a proof shows, read by the page's definition; ValueError where it breaks a rule."""

    def __init__(self, proof: bytes, root: bytes) -> None:
        """Read the whole proof and compare the root."""
        self.rest, self.open = proof, dict[str, dict[bytes, int]]()
        made, _ = self.part("")
        if made != root or self.rest:
            raise ValueError

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if len(self.rest) < size:
            raise ValueError
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def part(self, prefix: str) -> tuple[bytes, int | None]:
        """The hash of the part under *prefix*, and how many entries it shows, None where some are hidden."""
        kind = self.take(1)[0]
        if kind == 1:
            return self.take(32), None
        if kind == 0:
            self.open[prefix] = {}
            return bytes(32), 0
        if kind == 2:
            return self.bucket(prefix)
        if kind != 3:
            raise ValueError
        (left, some), (right, more) = self.part(prefix + "0"), self.part(prefix + "1")
        count = None if some is None or more is None else some + more
        if count is not None and count <= 8:
            raise ValueError
        return sha256(b"\3" + left + right).digest(), count

    def bucket(self, prefix: str) -> tuple[bytes, int]:
        """A bucket of one to eight entries in order, all under the prefix."""
        count = self.take(1)[0]
        entries = [(self.take(32), int.from_bytes(self.take(8), "big")) for _ in range(count)]
        labels = [label for label, _ in entries]
        wrong = [label for label in labels if not "".join(str(bit(label, at)) for at in range(256)).startswith(prefix)]
        if not 1 <= count <= 8 or wrong or labels != sorted(set(labels)):
            raise ValueError
        self.open[prefix] = dict(entries)
        return tree_of(entries), count

    def index_of(self, label: bytes) -> int | None:
        """The index of a label, None where there is none; KeyError where the proof does not reach it."""
        bits = "".join(str(bit(label, at)) for at in range(256))
        return self.open[next((prefix for prefix in self.open if bits.startswith(prefix)), "not shown")].get(label)


def test_the_prefix_tree():
    """Roots of sets, what each proof says, and that none of the wrong ones is taken."""
    found = read("prefix-tree")
    for case in found["cases"]:
        root = tree_of([(un(label), index) for label, index in case["entries"]])
        assert case["root"] == root.hex()
        for proof in case["proofs"]:
            shown = Shown(un(proof["proof"]), root)
            assert {label: shown.index_of(un(label)) for label in proof["says"]} == proof["says"]
    for wrong in found["refused"]:
        with pytest.raises(ValueError):  # noqa: PT011 - what it says is the stranger's own affair
            Shown(un(wrong["proof"]), un(wrong["root"]))
