"""Signed notes: what is a note, whose signature counts, and what refuses the whole."""

from datetime import UTC, datetime

import pytest

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.note import (
    MAX_NOTE_SIZE,
    MAX_SIGNATURES,
    KeyType,
    NoteSigner,
    Signature,
    SignedNote,
    VerifierKey,
    open_note,
    sign_note,
)
from aboveboard.core.tlog.text import encode_base64
from tests.support.tlog import WORKS_COUNCIL

TEXT = "first line\n\nlast line\n"
ALPHA = NoteSigner("alpha.example/log", bytes([7]) * 32)
BETA = NoteSigner("beta.example/log", bytes([8]) * 32)
ALPHAS, BETAS = Verifier(ALPHA.key), Verifier(BETA.key)
LINE = ALPHA.sign(TEXT).encode()


def test_a_note_is_opened_by_the_key_that_signed_it():
    """The text comes back with the signature that vouches for it."""
    opened = open_note(sign_note(TEXT, ALPHA).encode(), [Verifier.from_vkey(ALPHA.vkey)])
    assert (opened.text, opened.signatures) == (TEXT, (ALPHA.sign(TEXT),))


def test_the_last_blank_line_parts_text_and_signatures():
    """A text may have blank lines of its own."""
    note = SignedNote.parse((TEXT + "\n" + LINE).encode())
    assert note.text == TEXT
    assert note.encode() == TEXT + "\n" + LINE


def test_unknown_signatures_are_ignored():
    """A stranger's line neither helps nor harms."""
    note = sign_note(TEXT, BETA, ALPHA)
    assert open_note(note.encode(), [ALPHAS]).signatures == (ALPHA.sign(TEXT),)


@pytest.mark.parametrize(
    "line",
    [
        Signature(ALPHA.key.name, BETA.key.key_id, b"x" * 64),  # the name is known, the id is not
        Signature(BETA.key.name, ALPHA.key.key_id, b"x" * 64),  # the id is known, the name is not
    ],
)
def test_half_a_known_key_is_unknown(line):
    """Name and id have to be known together."""
    note = sign_note(TEXT, ALPHA).with_signatures(line)
    assert open_note(note.encode(), [ALPHAS]).signatures == (ALPHA.sign(TEXT),)


def test_a_note_nobody_known_has_signed_is_refused():
    """Without one verified signature the text must not be used."""
    for verifiers in ([], [BETAS]):
        with pytest.raises(NotVerified):
            open_note(sign_note(TEXT, ALPHA).encode(), verifiers)


def test_one_wrong_line_of_a_known_key_refuses_the_whole_note():
    """Another good signature does not make up for it."""
    wrong = Signature(BETA.key.name, BETA.key.key_id, BETA.sign("another text\n").signature)
    with pytest.raises(NotVerified):
        open_note(sign_note(TEXT, ALPHA).with_signatures(wrong).encode(), [ALPHAS, BETAS])


def test_a_known_keys_second_line_is_checked_too():
    """A good line first does not cover a wrong one of the same key after it."""
    wrong = Signature(ALPHA.key.name, ALPHA.key.key_id, bytes(64))
    with pytest.raises(NotVerified):
        open_note(sign_note(TEXT, ALPHA).with_signatures(wrong).encode(), [ALPHAS])


def test_a_key_counts_once():
    """The same line twice is one signature."""
    assert len(open_note(TEXT + "\n" + LINE + LINE, [ALPHAS, ALPHAS]).signatures) == 1


def test_two_keys_that_cannot_be_told_apart_are_refused():
    """Where two trusted keys share name and id nobody could say whose line it is."""
    twins = [VerifierKey("twin.example", KeyType.ED25519, number.to_bytes(32, "big")) for number in (22922, 28974)]
    assert twins[0].key_id == twins[1].key_id
    with pytest.raises(Invalid):
        open_note(sign_note(TEXT, ALPHA).encode(), [ALPHAS, *map(Verifier, twins)])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        TEXT + "\n",
        TEXT + LINE,  # no blank line before it: the text's own one parts, and a line of text is no signature
        TEXT + "\n" + LINE.rstrip("\n"),
        TEXT + "\n" + LINE + "\n",
        TEXT + "\n" + LINE + "garbage\n",
        TEXT + "\n" + LINE.replace("— ", "- "),
        TEXT + "\n" + LINE.replace("— ", "—"),
        TEXT + "\n" + LINE.replace("— ", "—  "),
        TEXT + "\n" + LINE.replace("\n", " \n"),
        TEXT + "\n" + LINE.replace("\n", " more\n"),
        TEXT + "\n" + LINE.replace("\n", "\r\n"),
        TEXT + "\n" + LINE.replace("alpha", "al+pha"),
        TEXT + "\n" + LINE.replace("alpha", "al\u00a0pha"),
        TEXT + "\n— name QUJDRA==\n",  # a key id, and no signature
        TEXT + "\n— name QUJD\n",
        TEXT + "\n— name !!!!\n",
        TEXT + "\n— name\n",
        TEXT + "\n" + LINE * (MAX_SIGNATURES + 1),
        "x" * MAX_NOTE_SIZE + "\n\n" + LINE,
        "é" * (MAX_NOTE_SIZE // 2) + "\n\n" + LINE,
        "a\tb\n\n" + LINE,
    ],
)
def test_what_is_not_quite_a_note_is_refused(note):
    """Anything cut, added or written otherwise is no note."""
    for source in (note, note.encode()):
        with pytest.raises(Invalid):
            open_note(source, [ALPHAS])


def test_as_many_signatures_as_the_limit_pass():
    """Sixteen have to pass; here it is more."""
    signers = [NoteSigner(f"signer{number}.example", bytes([number]) * 32) for number in range(MAX_SIGNATURES)]
    assert (
        len(open_note(sign_note(TEXT, *signers).encode(), [Verifier(one.key) for one in signers]).signatures)
        == MAX_SIGNATURES
    )
    with pytest.raises(Invalid):
        sign_note(TEXT).encode()


def test_no_line_is_added_twice():
    """A cosignature that arrives a second time changes nothing."""
    note = sign_note(TEXT, ALPHA)
    assert note.with_signatures(BETA.sign(TEXT), BETA.sign(TEXT), ALPHA.sign(TEXT)) == sign_note(TEXT, ALPHA, BETA)


@pytest.mark.parametrize("text", ["", "no newline", "carriage\r\n", "tab\t\n"])
def test_what_no_note_can_hold_is_not_signed(text):
    """A key never signs a text that nobody could open."""
    with pytest.raises(Invalid):
        ALPHA.sign(text)


@pytest.mark.parametrize("name", ["", "with space", "plus+plus", "line\nline", "\u2003", "tab\t", "\ud800"])
def test_a_key_name_is_one_plain_word(name):
    """Spaces, pluses and control characters would break the line it stands on."""
    with pytest.raises(Invalid):
        NoteSigner(name, bytes(32))


def test_a_seed_has_32_bytes():
    """A cut seed is refused instead of padded."""
    for size in (31, 33):
        with pytest.raises(Invalid):
            NoteSigner("name", bytes(size))


def test_a_vkey_comes_back_as_it_went():
    """The public key's text can be read again, also where its base64 holds a plus."""
    names = [f"name{number}" for number in range(64)]
    vkeys = [NoteSigner(name, name.encode().ljust(32, b"x")).vkey for name in names]
    assert any(vkey.count("+") > 2 for vkey in vkeys)
    assert [VerifierKey.parse(vkey).encode() for vkey in vkeys] == vkeys


def _vkey(name: str, identifier: str, material: bytes) -> str:
    return f"{name}+{identifier}+{encode_base64(material)}"


_RAW = ALPHA.key.public_key
_ID = ALPHA.key.key_id.hex()


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+00000000",
        _vkey("alpha.example/log", "00000000", b"\x01" + _RAW),
        _vkey("alpha.example/log", _ID.upper(), b"\x01" + _RAW),
        _vkey("alpha.example/log", _ID, b"\x01" + _RAW) + "\n",
        _vkey("other.example/log", _ID, b"\x01" + _RAW),
        _vkey("alpha.example/log", _ID, b"\x02" + _RAW),
        _vkey("alpha.example/log", _ID, b""),
        _vkey("alpha.example/log", _ID, b"\x01" + _RAW[:31]),
        _vkey("", VerifierKey("", KeyType.ED25519, _RAW).key_id.hex(), b"\x01" + _RAW),
    ],
)
def test_a_vkey_that_is_not_quite_one_is_refused(vkey):
    """A wrong id, type, length or spelling is no key."""
    with pytest.raises(Invalid):
        VerifierKey.parse(vkey)


def test_a_cosigners_key_does_not_verify_notes():
    """The key types are kept apart: what signs a note is no cosignature, nor the other way round."""
    twin = VerifierKey("name", KeyType.ED25519, WORKS_COUNCIL.key.public_key)
    text = "example.test/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    cosigned = WORKS_COUNCIL.cosign(text, datetime(2026, 1, 1, tzinfo=UTC)).signature
    Verifier(WORKS_COUNCIL.key).verify(text, cosigned)
    for claimed in (cosigned, cosigned[8:]):
        with pytest.raises(NotVerified):
            Verifier(twin).verify(text, claimed)


def test_the_error_names_the_key_by_its_id_only():
    """What failed can be found in a log line that holds nothing else."""
    with pytest.raises(NotVerified, match=ALPHA.key.key_id.hex()):
        ALPHAS.verify("another text\n", ALPHA.sign(TEXT).signature)
