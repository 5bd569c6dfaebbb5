"""One value has one byte string, and every other byte string is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveboard.core import canonical
from aboveboard.core.canonical import LARGEST
from aboveboard.core.errors import Invalid

texts = st.text(st.characters(exclude_categories=("Cs",)))
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(keys, inner),
)


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ({"b": 1, "a": [True, None, "č"]}, '{"a":[true,null,"č"],"b":1}'.encode()),
        ((1, 2), b"[1,2]"),
        ({}, b"{}"),
        ('"\\\n', b'"\\"\\\\\\n"'),
        (LARGEST, b"9007199254740992"),
    ],
)
def test_a_value_has_the_form_of_rfc_8785(value, data):
    """Keys in order, no white space, text as UTF-8."""
    assert canonical.encode(value) == data


@given(values)
def test_what_was_encoded_reads_back_the_same(value):
    """Encoding and decoding lose nothing."""
    assert canonical.decode(canonical.encode(value)) == value


@given(st.dictionaries(keys, st.integers(0, 9), min_size=2))
def test_the_order_in_which_keys_came_does_not_show(value):
    """The same object gives the same bytes, however it was built."""
    assert canonical.encode(value) == canonical.encode(dict(reversed(value.items())))


@pytest.mark.parametrize(
    "value",
    [1.0, LARGEST + 1, -LARGEST - 1, {"č": 1}, {1: 1}, b"bytes", {1, 2}, [{"a": object()}], "half \ud800 pair"],
)
def test_what_has_no_single_form_is_refused(value):
    """A number that other readers round, a key they sort elsewhere, a text nobody can encode."""
    with pytest.raises(Invalid):
        canonical.encode(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'"\\u0061"',
        b"1.0",
        b"1e3",
        b"NaN",
        b"-0",
        b"\xef\xbb\xbf1",
        b"\xff",
        b"",
        b"[1]\n",
        b"9007199254740993",
        b"[" * 100_000,
    ],
)
def test_bytes_in_any_other_form_are_refused(data):
    """There is one byte string to a value, so a signature over it means one thing."""
    with pytest.raises(Invalid):
        canonical.decode(data)


@given(values, st.data())
def test_a_flipped_bit_never_reads_as_the_same_value(value, data):
    """Every changed byte is refused, or is the one form of another value."""
    encoded = bytearray(canonical.encode(value))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        other = canonical.decode(bytes(encoded))
    except Invalid:
        return
    assert canonical.encode(other) == bytes(encoded)
    assert canonical.encode(value) != bytes(encoded)
