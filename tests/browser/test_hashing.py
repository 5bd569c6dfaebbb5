"""What the pages that check compute themselves: SHA-256, HMAC, SHAKE256, base64, against Python and against vectors."""

import base64
import hashlib
import hmac
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.checked_in_browser import bare_page

pytestmark = pytest.mark.browser
SIZES = [*range(200), 447, 448, 511, 512, 1023, 1024, 1025, 100_000]
"""Bytes of a message: each place in a block where the padding can begin, and more than one block."""
NO_BASE64 = ["A", "AA", "AAA", "A===", "====", "=AAA", "A=AA", "AA==AAAA", "AAAA=", "AA-_", "AAAŁ", "AA A", "AAA\n"]
FIPS_180 = {
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": (
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    b"a" * 1_000_000: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
}


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The script in a page of its own, opened from a file, without a network."""
    context = browser.new_context()
    yield bare_page(context, Path(tmp_path_factory.mktemp("bare")))
    context.close()


def computed(page: Page, how: str, *given: bytes) -> list[str]:
    """What the expression *how* makes of `data`, for each of the byte strings given, in hexadecimal digits."""
    call = f"""(all) => all.map((text) => {{
      const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      return in_bytes.toHex({how});
    }})"""
    return page.evaluate(call, [base64.b64encode(one).decode() for one in given])


def messages() -> list[bytes]:
    """Messages of every size, the same at each run."""
    drawn = random.Random(1)  # noqa: S311 - a seed that everybody knows
    return [drawn.randbytes(size) for size in SIZES]


def test_sha_256_is_that_of_the_standard_and_of_python(page):
    """FIPS 180-4, in one piece and in two."""
    assert computed(page, "in_sha.sha256(data)", *FIPS_180) == list(FIPS_180.values())
    expected = [hashlib.sha256(one).hexdigest() for one in messages()]
    assert computed(page, "in_sha.sha256(data)", *messages()) == expected
    assert computed(page, "in_sha.sha256(data.subarray(0, 7), data.subarray(7))", *messages()) == expected


def test_hmac_is_that_of_python_whatever_the_length_of_the_key(page):
    """FIPS 198-1: shorter than a block, as long, and longer."""
    for length in (0, 32, 64, 65, 200):
        key = bytes(range(length))
        how = f"in_sha.hmac(Uint8Array.from({{ length: {length} }}, (_, at) => at))(data)"
        assert computed(page, how, *messages()) == [hmac.digest(key, one, "sha256").hex() for one in messages()]


def test_shake_256_is_that_of_python(page):
    """FIPS 202, with less and with more than one block of output."""
    for size in (32, 136, 416):
        expected = [hashlib.shake_256(one).hexdigest(size) for one in messages()]
        assert computed(page, f"in_shake.shake256(data, {size})", *messages()) == expected


def test_base64_has_one_spelling(page):
    """RFC 4648: what Python writes is read back, and nothing else is."""
    expected = [one.hex() for one in messages()]
    assert computed(page, "in_bytes.fromBase64(btoa(String.fromCharCode(...data)))", *messages()[:-1]) == expected[:-1]
    refused = """(text) => {
      try { return in_bytes.toHex(in_bytes.fromBase64(text)); } catch (error) { return error.sentence; }
    }"""
    for text in NO_BASE64:
        assert page.evaluate(refused, text) == "a value is not standard base64", text
    for text in ("AB==", "AAB="):
        assert page.evaluate(refused, text) == "a value is not canonical base64", text


def test_a_browser_in_which_it_came_out_otherwise_checks_nothing(page):
    """Before anything is checked, both ways of hashing are held against each other."""
    assert page.evaluate("in_hashing.lacking()") is None
    broken = """async () => {
      const own = crypto.subtle.digest;
      crypto.subtle.digest = (name, data) => own.call(crypto.subtle, name, data.length === 64 ? data.slice(1) : data);
      try { return await in_hashing.lacking(); } finally { delete crypto.subtle.digest; }
    }"""
    assert "computes hashes otherwise" in page.evaluate(broken)
