"""One changed byte anywhere in a range is refused, and no content of it ends in an exception."""

from hypothesis import given, settings
from hypothesis import strategies as st

from aboveboard.core.errors import Invalid
from aboveboard.core.verify.ranges import verify_range
from tests.property.test_verify_pack import json, places
from tests.support.packs import trust
from tests.support.ranges import drafted, log_of_looks

SOUND = drafted(log_of_looks(), start=1)
FILES = SOUND.files()
PARTS = ("range", "lines", "consistency")
PLACES = [(part, place) for part in PARTS for place in places(getattr(SOUND, part))]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_one_changed_bit_in_any_file_is_refused(name, data):
    """Lines, range, checkpoint, manifest, even the text that explains it."""
    content = bytearray(FILES[name])
    at = data.draw(st.integers(0, 8 * len(content) - 1))
    content[at // 8] ^= 1 << at % 8
    assert not verify_range({**FILES, name: bytes(content)}, trust()).holds


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(SOUND.lines) - 1), st.data())
def test_no_change_to_a_line_holds_even_under_a_new_manifest(number, data):
    """Whoever holds the log's key can sign another range, and still not another line of the log."""
    made = SOUND.copy()
    texts = [place for place in places(made.lines[number]) if isinstance(_at(made.lines[number], place), str)]
    place = data.draw(st.sampled_from(texts))
    text = _at(made.lines[number], place)
    at = data.draw(st.integers(0, len(text) - 1))
    _at(made.lines[number], place[:-1])[place[-1]] = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
    assert not made.verified().holds


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), json)
def test_no_content_ends_in_an_exception(where, value):
    """An operator who signs nonsense gets a report that says so."""
    made = SOUND.copy()
    part, place = where
    if place:
        _at(getattr(made, part), place[:-1])[place[-1]] = value
    else:
        setattr(made, part, value)
    try:
        report = made.verified()
    except Invalid:
        return  # the value has no canonical form, so it cannot be written
    assert report.checks
    assert report.not_proved


def _at(value, place):
    for step in place:
        value = value[step]
    return value
