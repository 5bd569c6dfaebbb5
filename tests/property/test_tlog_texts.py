"""Every text of the log comes back as it went, in one spelling only, and without one flipped bit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from aboveboard.core.tlog.cosignature import Cosigner, Verifier, cosigned_at
from aboveboard.core.tlog.merkle import inclusion_proof
from aboveboard.core.tlog.note import (
    KeyType,
    NoteSigner,
    Signature,
    SignedNote,
    VerifierKey,
    open_note,
    sign_note,
)
from aboveboard.core.tlog.proof import TlogProof, verify_tlog_proof
from aboveboard.core.tlog.trust import Group, Log, TrustPolicy, Witness
from tests.support.tlog import (
    AUTHORITY,
    LOG,
    ORIGIN,
    SEEN,
    WORKS_COUNCIL,
    checkpoint_over,
    cosigned,
    every_flipped_bit,
    leaves_of,
    policy_of,
    subtree_of,
)

LEAVES = leaves_of(5)
patiently = settings(deadline=None)
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"])
NAMES = st.text(CHARACTERS.filter(lambda one: one != "+" and not one.isspace()), min_size=1, max_size=12)
TEXTS = st.lists(st.text(CHARACTERS, max_size=20), max_size=5).map(
    lambda lines: "".join(f"{line}\n" for line in lines) or "\n"
)
SEEDS = st.binary(min_size=32, max_size=32)
HASHES = st.binary(min_size=32, max_size=32)
CHECKPOINTS = st.builds(Checkpoint, st.text(CHARACTERS, min_size=1, max_size=20), st.integers(1, 2**63 - 1), HASHES)
SIGNATURES = st.builds(Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
NOTES = st.builds(SignedNote, TEXTS, st.lists(SIGNATURES, min_size=1, max_size=5).map(tuple))
PROOFS = st.builds(
    TlogProof,
    st.integers(0, 2**63 - 1),
    st.lists(HASHES, max_size=63).map(tuple),
    st.builds(
        lambda checkpoint, lines: SignedNote(checkpoint.encode(), tuple(lines)).encode(),
        CHECKPOINTS,
        st.lists(SIGNATURES, min_size=1, max_size=3),
    ),
    st.none() | st.binary(min_size=1, max_size=50),
)


@patiently
@given(NOTES)
def test_a_note_comes_back_as_it_went(note):
    """Text and lines survive being written and read."""
    assert SignedNote.parse(note.encode().encode()) == note


@patiently
@given(CHECKPOINTS)
def test_a_checkpoint_comes_back_as_it_went(checkpoint):
    """Origin, size and root survive being written and read."""
    assert Checkpoint.parse(checkpoint.encode()) == checkpoint


@patiently
@given(PROOFS)
def test_a_proof_comes_back_as_it_went(proof):
    """Index, hashes, extra data and checkpoint survive being written and read."""
    assert TlogProof.parse(proof.encode().encode()) == proof


@st.composite
def policies(draw):
    """Any policy of a few logs, witnesses and nested groups."""
    url = st.none() | st.just("https://watch.example/")
    log_keys = draw(st.lists(st.tuples(NAMES, SEEDS), max_size=3, unique_by=lambda pair: pair[1]))
    witness_keys = draw(st.lists(st.tuples(NAMES, SEEDS), max_size=4, unique_by=lambda pair: pair[1]))
    logs = tuple(Log(VerifierKey(name, KeyType.ED25519, raw), draw(url)) for name, raw in log_keys)
    witnesses = tuple(
        Witness(f"w{number}", VerifierKey(name, KeyType.ED25519_COSIGNATURE, raw), draw(url))
        for number, (name, raw) in enumerate(witness_keys)
    )
    free, groups = [witness.name for witness in witnesses], []
    while free and draw(st.booleans()):
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        name = f"g{len(groups)}"
        groups.append(Group(name, draw(st.integers(1, len(members))), tuple(members)))
        free = [one for one in free if one not in members] + [name]
    return TrustPolicy(logs, witnesses, tuple(groups), draw(st.sampled_from(["none", *free])))


@patiently
@given(policies())
def test_a_policy_comes_back_as_it_went(policy):
    """Logs, witnesses, groups and quorum survive being written and read."""
    assert TrustPolicy.parse(policy.encode()) == policy


@patiently
@given(policies(), st.sets(st.sampled_from(["w0", "w1", "w2", "w3"])))
def test_more_witnesses_never_break_a_quorum(policy, names):
    """Every cosignature counts for the checkpoint, none against it."""
    if policy.quorum_met(names):
        assert policy.quorum_met({"w0", "w1", "w2", "w3"})


@patiently
@given(
    st.one_of(TEXTS, st.text(max_size=60), NOTES.map(SignedNote.encode), PROOFS.map(TlogProof.encode)),
    st.data(),
)
def test_whatever_is_read_is_written_the_same(text, data):
    """A parser either refuses a text or gives back exactly it: there is no second spelling."""
    at = data.draw(st.integers(0, len(text)))
    for changed in (
        text,
        text[:at] + data.draw(st.sampled_from(["", "\n", " ", "=", "0", "\r"])) + text[at + 1 :],
    ):
        for form in (SignedNote, Checkpoint, TlogProof, VerifierKey):
            try:
                read = form.parse(changed)
            except Invalid:
                continue
            assert read.encode() == changed


@patiently
@given(NAMES, SEEDS, TEXTS)
def test_a_signer_and_its_vkey_belong_together(name, seed, text):
    """The public text of a key opens what the key signed."""
    signer = NoteSigner(name, seed)
    assert VerifierKey.parse(signer.vkey) == signer.key
    assert open_note(sign_note(text, signer).encode(), [Verifier.from_vkey(signer.vkey)]).text == text


@patiently
@given(
    CHECKPOINTS,
    NAMES,
    SEEDS,
    st.datetimes(min_value=SEEN.replace(tzinfo=None)).map(lambda at: at.replace(tzinfo=SEEN.tzinfo)),
)
def test_a_cosignature_tells_its_second(checkpoint, name, seed, at):
    """Whatever the checkpoint and the time, the witness's key verifies both."""
    cosigner = Cosigner(name, seed)
    line = Signature.parse(cosigner.cosign(checkpoint.encode(), at).encode().rstrip("\n"))
    Verifier(cosigner.key).verify(checkpoint.encode(), line.signature)
    assert cosigned_at(line) == at.replace(microsecond=0)


def test_every_flipped_bit_of_a_checkpoint_is_refused():
    """The log's note does not survive one changed bit, in text, name, id or signature."""
    note = sign_checkpoint(Checkpoint(ORIGIN, 5, LEAVES[0]), LOG).encode().encode()
    for flipped in every_flipped_bit(note):
        with pytest.raises((Invalid, NotVerified)):
            open_checkpoint(flipped, Verifier(LOG.key), ORIGIN)


def test_every_flipped_bit_of_a_cosigned_proof_is_refused():
    """Nor does an offline proof with everything in it, where the witness is asked for."""
    note = cosigned(checkpoint_over(LEAVES), WORKS_COUNCIL)
    proof = TlogProof(2, tuple(inclusion_proof(2, 5, subtree_of(LEAVES))), note.encode())
    policy = policy_of(quorum="council")
    for flipped in every_flipped_bit(proof.encode().encode()):
        with pytest.raises((Invalid, NotVerified)):
            verify_tlog_proof(TlogProof.parse(flipped), LEAVES[2], policy)


@patiently
@given(st.integers(min_value=0))
def test_any_flipped_bit_of_an_mldsa_cosignature_is_refused(number):
    """The long signatures are tried at random places."""
    note = NOTE_OF_THE_AUTHORITY
    at = number % (len(note) * 8)
    flipped = bytearray(note)
    flipped[at // 8] ^= 1 << at % 8
    with pytest.raises((Invalid, NotVerified)):
        policy_of(quorum="authority").open_checkpoint(bytes(flipped))


NOTE_OF_THE_AUTHORITY = cosigned(checkpoint_over(LEAVES), AUTHORITY).encode().encode()


def test_every_flipped_bit_of_a_vkey_is_refused():
    """A key copied with one wrong character is found before it is trusted."""
    for flipped in every_flipped_bit(LOG.vkey.encode()):
        with pytest.raises(Invalid):
            VerifierKey.parse(flipped.decode("utf-8", "surrogateescape"))
