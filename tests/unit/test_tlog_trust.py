"""Trust policies: which logs and witnesses count, and when there are enough of them."""

import sys
from itertools import combinations

import pytest

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.cosignature import Cosigner, Verifier
from aboveboard.core.tlog.note import KeyType, NoteSigner, Signature, SignedNote, VerifierKey
from aboveboard.core.tlog.trust import MAX_POLICY_SIZE, Group, Log, TrustPolicy, Witness
from tests.support.tlog import (
    AUDITOR,
    AUTHORITY,
    LOG,
    ORIGIN,
    SEEN,
    WORKS_COUNCIL,
    checkpoint_over,
    cosigned,
    leaves_of,
    policy_of,
)

NOTE = checkpoint_over(leaves_of(5))
ALL = ("council", "auditor", "authority")
COSIGNERS = {"council": WORKS_COUNCIL, "auditor": AUDITOR, "authority": AUTHORITY}
LINES = f"log {LOG.vkey}\nwitness council {WORKS_COUNCIL.vkey}\nwitness auditor {AUDITOR.vkey}\n"


def test_a_policy_file_is_read_line_by_line():
    """Comments, blank lines and wide gaps are allowed; addresses are kept."""
    policy = TrustPolicy.parse(
        f"# who watches us\n\n \t\n log\t{LOG.vkey}  https://log.example/ \n\t# the council\n"
        f"witness council {WORKS_COUNCIL.vkey}\nwitness auditor {AUDITOR.vkey} https://auditor.example/\n"
        "group both all council auditor\nquorum both\n"
    )
    assert policy == TrustPolicy(
        logs=(Log(LOG.key, "https://log.example/"),),
        witnesses=(
            Witness("council", WORKS_COUNCIL.key),
            Witness("auditor", AUDITOR.key, "https://auditor.example/"),
        ),
        groups=(Group("both", 2, ("council", "auditor")),),
        quorum="both",
    )
    assert TrustPolicy.parse(policy.encode()) == policy


def test_names_are_octets():
    """A name that is not UTF-8 is a name all the same, and not another one."""
    data = LINES.encode() + b"group \xff any council\ngroup \xfe any \xff\nquorum \xfe\n"
    policy = TrustPolicy.parse(data)
    assert policy.encode() == data.replace(b"any", b"all")
    assert policy.quorum_met({"council"})


@pytest.mark.parametrize(
    ("groups", "quorum", "enough"),
    [
        ((), "none", lambda names: len(names) >= 0),
        ((), "auditor", lambda names: "auditor" in names),
        ((Group("g", 1, ALL),), "g", lambda names: len(names) >= 1),
        ((Group("g", 2, ALL),), "g", lambda names: len(names) >= 2),
        ((Group("g", 3, ALL),), "g", lambda names: len(names) == 3),
        (
            (Group("inner", 1, ("council", "auditor")), Group("outer", 2, ("inner", "authority"))),
            "outer",
            lambda names: "authority" in names and len(names) >= 2,
        ),
    ],
    ids=["none", "one", "any", "two", "all", "nested"],
)
def test_a_quorum_is_met_by_enough_witnesses(groups, quorum, enough):
    """Every subset of the witnesses is tried against the rule, and against real cosignatures."""
    policy = policy_of(*groups, quorum=quorum)
    for count in range(4):
        for names in combinations(ALL, count):
            note = cosigned(NOTE, *(COSIGNERS[name] for name in names))
            assert policy.quorum_met(names) == enough(names)
            if enough(names):
                assert dict(policy.open_checkpoint(note.encode()).cosigned) == dict.fromkeys(names, SEEN)
            else:
                with pytest.raises(NotVerified):
                    policy.open_checkpoint(note.encode())


def test_only_witnesses_count():
    """A stranger's name, or a group's, does not help to a quorum."""
    assert not policy_of(Group("g", 1, ALL), quorum="g").quorum_met({"g", "stranger"})


def test_a_known_witness_that_lies_refuses_the_note():
    """A wrong cosignature is not passed over because others are right."""
    wrong = Signature(AUDITOR.key.name, AUDITOR.key.key_id, bytes(72))
    with pytest.raises(NotVerified):
        policy_of(quorum="council").open_checkpoint(cosigned(NOTE, WORKS_COUNCIL).with_signatures(wrong).encode())


def test_a_witness_does_not_speak_for_the_log():
    """Cosignatures without the log's own signature are not enough."""
    note = SignedNote(NOTE.text, (WORKS_COUNCIL.cosign(NOTE.text, SEEN),))
    with pytest.raises(NotVerified):
        policy_of(quorum="council").open_checkpoint(note.encode())


def test_an_unknown_log_is_refused():
    """Even with its own good signature."""
    other = NoteSigner("other.example/log", bytes(32))
    note = sign_checkpoint(Checkpoint("other.example/log", 1, bytes(32)), other)
    with pytest.raises(NotVerified):
        policy_of(quorum="none").open_checkpoint(note.encode())


def test_a_key_that_cannot_be_checked_here_counts_as_unknown(monkeypatch):
    """An older cryptography package goes by the log's Ed25519 key alone; with no other key it says what it lacks."""
    quantum = Cosigner(ORIGIN, bytes([8]) * 32, KeyType.MLDSA44_COSIGNATURE)
    note = cosigned(checkpoint_over(leaves_of(5)), quantum).encode()
    both = TrustPolicy((Log(quantum.key), Log(LOG.key)), (), (), "none")
    alone = TrustPolicy((Log(quantum.key),), (), (), "none")
    assert alone.open_checkpoint(note).checkpoint.size == 5
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.mldsa", None)
    assert both.open_checkpoint(note).checkpoint.size == 5
    with pytest.raises(Invalid, match="no ML-DSA-44"):
        alone.open_checkpoint(note)


def test_a_log_may_sign_in_the_mldsa_form():
    """A log's key of type 0x06 is found by its name like any other."""
    log = Cosigner(ORIGIN, bytes(32), KeyType.MLDSA44_COSIGNATURE)
    policy = TrustPolicy((Log(log.key),), (), (), "none")
    note = SignedNote(NOTE.text, (log.cosign(NOTE.text, SEEN),))
    assert policy.open_checkpoint(note.encode()).checkpoint.size == 5


def test_a_log_may_change_its_key():
    """During the change both keys stand in the policy, and either signs."""
    new = NoteSigner(ORIGIN, bytes([9]) * 32)
    policy = TrustPolicy((Log(LOG.key), Log(new.key)), (), (), "none")
    for signer in (LOG, new):
        policy.open_checkpoint(sign_checkpoint(Checkpoint.parse(NOTE.text), signer).encode())
    assert policy.log_keys_for(ORIGIN) == (Verifier(LOG.key), Verifier(new.key))
    with pytest.raises(Invalid):
        policy.log_key_for(ORIGIN)


def test_a_log_is_found_by_its_origin():
    """The key's name is the log's origin."""
    policy = policy_of(quorum="none")
    assert policy.log_key_for(ORIGIN) == Verifier(LOG.key)
    with pytest.raises(NotVerified):
        policy.log_key_for("other.example/log")


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "quorum none",
        "quorum none\r\n",
        "quorum none\nquorum none\n",
        "quorum\n",
        "quorum none none\n",
        "quorum stranger\n",
        "Quorum none\n",
        "nonsense\nquorum none\n",
        "quorum none\x00\n",
        "quorum none\x7f\n",
        "log\nquorum none\n",
        f"log {LOG.vkey}\nquorum none\n",
        f"log {LOG.vkey.replace(ORIGIN, 'renamed')}\nquorum none\n",
        f"log {WORKS_COUNCIL.vkey}\nquorum none\n",
        f"log {NoteSigner('b', bytes(32)).vkey} url more\nquorum none\n",
        f"witness x {LOG.vkey}\nquorum none\n",
        f"witness x {AUTHORITY.vkey} url more\nquorum none\n",
        f"witness again {AUDITOR.vkey}\nquorum none\n",
        f"witness council {AUTHORITY.vkey}\nquorum none\n",
        f"witness none {AUTHORITY.vkey}\nquorum none\n",
        "group\nquorum none\n",
        "group g\nquorum none\n",
        "group g all\nquorum none\n",
        "group g any\nquorum none\n",
        "group g 0 council\nquorum none\n",
        "group g 2 council\nquorum none\n",
        "group g 01 council\nquorum none\n",
        "group g some council\nquorum none\n",
        "group g any council council\nquorum none\n",
        "group g any council\ngroup h any council auditor\nquorum none\n",
        "group g any g\nquorum none\n",
        "group g any none\nquorum none\n",
        "group none any council\nquorum none\n",
        "group council any auditor\nquorum none\n",
        "group g any h\ngroup h any council\nquorum none\n",
        f"group g any late\nwitness late {AUTHORITY.vkey}\nquorum g\n",
        f"quorum late\nwitness late {AUTHORITY.vkey}\n",
        "#" * MAX_POLICY_SIZE + "\nquorum none\n",
        "# \ud800\nquorum none\n",
    ],
)
def test_what_is_not_quite_a_policy_is_refused(lines):
    """A rule read otherwise than it was meant would be worse than none."""
    with pytest.raises(Invalid):
        TrustPolicy.parse(LINES + lines)


def test_a_policy_may_know_no_log():
    """Where the log is known otherwise, the policy names the witnesses alone."""
    assert TrustPolicy.parse("quorum none\n") == TrustPolicy((), (), (), "none")


def test_the_quorum_line_need_not_be_the_last():
    """Only what it uses has to stand before it."""
    assert TrustPolicy.parse("quorum none\n" + LINES).quorum == "none"


@pytest.mark.parametrize(
    ("witnesses", "groups", "quorum"),
    [
        ((Witness("two words", AUDITOR.key),), (), "none"),
        ((Witness("", AUDITOR.key),), (), "none"),
        ((Witness("w", AUDITOR.key, ""),), (), "none"),
        ((Witness("w", Cosigner("bell\x7f", bytes(32)).key),), (), "none"),
        ((Witness("w", AUDITOR.key),), (Group("g", 1, ("later",)), Group("later", 1, ("w",))), "g"),
        ((Witness("w", AUDITOR.key),), (), "g"),
        (
            tuple(
                Witness(
                    f"twin{number}",
                    VerifierKey("twin.example", KeyType.ED25519_COSIGNATURE, number.to_bytes(32, "big")),
                )
                for number in (28184, 56590)  # two keys with one name and one id
            ),
            (),
            "none",
        ),
    ],
)
def test_no_policy_is_made_that_nobody_could_read(witnesses, groups, quorum):
    """What the file could not say, or says twice, is refused in code too."""
    with pytest.raises(Invalid):
        TrustPolicy((), witnesses, groups, quorum).encode()


def test_a_policy_of_forty_of_each_passes():
    """At least 32 logs, witnesses and groups have to be supported."""
    names = range(40)
    policy = TrustPolicy(
        logs=tuple(Log(NoteSigner(f"log{name}.example", bytes([name]) * 32).key) for name in names),
        witnesses=tuple(
            Witness(f"w{name}", Cosigner(f"w{name}.example", bytes([name]) * 32, KeyType.MLDSA44_COSIGNATURE).key)
            for name in names
        ),
        groups=(
            Group("g0", 1, ("w0",)),
            *(Group(f"g{name}", 2, (f"g{name - 1}", f"w{name}")) for name in names[1:]),
        ),
        quorum="g39",
    )
    assert TrustPolicy.parse(policy.encode()) == policy
    assert policy.quorum_met([f"w{name}" for name in names])
    assert not policy.quorum_met([f"w{name}" for name in names[1:]])
