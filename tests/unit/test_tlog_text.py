"""One value has one spelling: every other spelling of a number, a hash or a text is refused."""

import pytest

from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.text import (
    as_text,
    encode_base64,
    lines_of,
    parse_base64,
    parse_decimal,
    parse_hash,
)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("20852163", 20852163), (str(2**63 - 1), 2**63 - 1)])
def test_a_plain_decimal_is_read(text, number):
    """A tree size is written in plain decimal digits."""
    assert parse_decimal(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "00", "01", "-1", "+1", " 1", "1 ", "1\n", "1_0", "0x1", "1.0", "١", "²", str(2**63), "9" * 40],
)
def test_any_other_spelling_of_a_number_is_refused(text):
    """A leading zero, a sign, a space, another script's digits or a number too large is no tree size."""
    with pytest.raises(Invalid):
        parse_decimal(text)


@pytest.mark.parametrize(
    "text", ["QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "Q Q==", "QQ==QQ==", "_w==", "-_-_", "QQ==A", "é"]
)
def test_base64_has_one_spelling(text):
    """Missing padding, left-over bits, white space and the URL alphabet are refused."""
    with pytest.raises(Invalid):
        parse_base64(text)


def test_base64_comes_back_as_it_went():
    """What is written can be read again."""
    assert parse_base64(encode_base64(b"\xff\x00\xfe")) == b"\xff\x00\xfe"
    assert parse_base64("") == b""


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_hash_has_32_bytes(size):
    """A root hash is neither shorter nor longer than SHA-256."""
    with pytest.raises(Invalid):
        parse_hash(encode_base64(bytes(size)))


@pytest.mark.parametrize(
    "source", [b"\xff\n", b"\xc3\x28\n", "\ud800\n", "a\r\n", b"a\r\n", "a\tb\n", "a\x00b\n", "\x1f"]
)
def test_a_text_is_utf_8_without_control_characters(source):
    """Bytes that are not UTF-8, carriage returns, tabs and other control characters are refused."""
    with pytest.raises(Invalid):
        as_text(source)


def test_a_text_may_hold_any_printable_character():
    """Notes are UTF-8: letters of every language may stand in them."""
    assert as_text("è subito sera\n".encode()) == "è subito sera\n"


@pytest.mark.parametrize("text", ["", "a", "a\nb"])
def test_the_last_line_ends_too(text):
    """A text cut off in its last line is refused."""
    with pytest.raises(Invalid):
        lines_of(text)


def test_only_newlines_part_lines():
    """A line separator of Unicode is a character like any other."""
    assert lines_of("a\u2028b\n\nc\n") == ["a\u2028b", "", "c"]
