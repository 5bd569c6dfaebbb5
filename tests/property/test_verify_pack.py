"""Whatever is written into a signed pack, the verifier answers with a report, and no change to evidence holds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from aboveboard.core.errors import Invalid
from tests.support.packs import draft

SOUND, _LOG = draft()
PARTS = ("evidence", "entries", "governance", "consistency")
leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8)
names = st.sampled_from(["log", "index", "a"])
json = st.recursive(
    leaves | st.sampled_from(["00" * 32, "T01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)


def places(value, path=()):
    """Every place in a value, the outermost first."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from places(item, (*path, at))


PLACES = [(part, place) for part in PARTS for place in places(getattr(SOUND, part))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), json)
def test_no_content_ends_in_an_exception(where, value):
    """An operator who signs nonsense gets a report that says so."""
    made = SOUND.copy()
    part, place = where
    if not place:
        setattr(made, part, value)
    else:
        held = getattr(made, part)
        for step in place[:-1]:
            held = held[step]
        held[place[-1]] = value
    try:
        report = made.verified()
    except Invalid:
        return  # the value has no canonical form, so it cannot be written
    assert report.checks
    assert report.not_proved


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2), st.data())
def test_no_change_to_a_line_holds(number, data):
    """Any character of a line that is changed, in its leaf, openings or proof, is found, even under a new manifest."""
    made = SOUND.copy()
    line = made.entries[number]
    texts = [place for place in places(line) if isinstance(_at(line, place), str) and _at(line, place)]
    place = data.draw(st.sampled_from(texts))
    text = _at(line, place)
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
    holder = _at(line, place[:-1])
    holder[place[-1]] = changed
    assert not made.verified().holds


def _at(value, place):
    for step in place:
        value = value[step]
    return value
