"""Our HMAC is the one of RFC 2104, for every key of 32 bytes and whatever message."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveboard.core.envelope.mac import mac
from aboveboard.core.errors import Invalid


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300))
def test_it_is_the_one_of_the_standard_library(key, message):
    """Byte for byte what OpenSSL makes."""
    assert mac(key, message) == hmac.digest(key, message, "sha256")


@pytest.mark.parametrize("size", [0, 31, 33, 64, 65])
def test_keys_of_other_lengths_are_refused(size):
    """Shorter keys would be filled up with noughts, so that two keys could make one code."""
    with pytest.raises(Invalid, match="32 bytes"):
        mac(bytes(size), b"message")
