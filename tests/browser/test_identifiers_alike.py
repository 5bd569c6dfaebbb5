"""Identifiers in a denial: the script of the page that checks compares names, numbers and addresses as core does."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from aboveboard.core.envelope.blind import words
from aboveboard.core.envelope.identifiers import CATEGORIES, IdentifierKind, held_under, normalised
from aboveboard.core.errors import Invalid
from tests.support.checked_in_browser import bare_page
from tests.support.denials_by_hand import STRANGER

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The script in a page of its own, opened from a file, without a network."""
    context = browser.new_context()
    yield bare_page(context, Path(tmp_path_factory.mktemp("bare")))
    context.close()


GIVEN: dict[IdentifierKind, list[str]] = {
    IdentifierKind.EMAIL: [
        *(
            STRANGER[IdentifierKind.EMAIL],
            " A@b.test\u00a0",
            "a b@c.test",
            "@b",
            "a@",
            "ıI@ŒUVRE.test",
            "ΣΑΣ@x",
            "ﬃ@x.test",
        ),
        "x" * 199 + "@y",
    ],
    IdentifierKind.PHONE: [
        *(
            "+420 601 222 333",
            "601222333",
            "12345",
            "601 222 333, 602 222 333",
            "(02) 123-456",
            "٦٠١٢٢٢٣٣٣",
            "１２３４５６７",
        ),
    ],
    IdentifierKind.NAME: [
        *(
            "Žofie Říhová",
            "říhová, ŽOFIE",
            "Łukasz Æsøp",
            "ab",
            "Ἀθηνᾶ Παλλάς",
            "Nguyễn Thị",
            "李小龍",
            "Straße GROẞE",
            "x_y_z",
        ),
        *("Дмитрий Ёлкин", "नरेंद्र मोदी", "ﬁnn O’Neil", "Ⅷ Karel²", "ᏣᎳᎩ ꮳꮃꭹ"),
    ],
    IdentifierKind.NAME_AND_BIRTH: [
        *(
            "Jan Novák|2001-12-31",
            "Jan Novák|31. 12. 2001",
            "Jan Novák|31/12/2001",
            "Jan Novák|20011231",
            "Jan Novák|2001-02-30",
        ),
        *("Jan Novák", "|2001-12-31", "Jan|Novák|1.1.2001", "Jan Novák| 2001-12-31 ", "Jan Novák|31.12.01"),
    ],
}


def test_identifiers_have_the_same_compared_form_in_both(page):
    """Names, numbers and addresses as people write them, and such as are none."""
    asked = [(kind.value, given) for kind, some in GIVEN.items() for given in some]
    found = page.evaluate(
        """(asked) => asked.map(([kind, given]) => {
          try { return in_identifiers.compared(kind, given); } catch (error) { return null; }
        })""",
        asked,
    )
    assert dict(zip(asked, found, strict=True)) == {(kind, given): compared(kind, given) for kind, given in asked}


def compared(kind: str, given: str) -> str | None:
    """The compared form in Python, or None for what is none."""
    try:
        return normalised(IdentifierKind(kind), given)
    except Invalid:
        return None


def test_every_letter_is_folded_as_core_folds_it(page):
    """Each character of every script on the first plane: case, accents, words."""
    letters = [chr(code) for code in range(0xFFFF) if not 0xD800 <= code < 0xE000]
    told = page.evaluate(
        "(all) => all.map((one) => [in_identifiers.caseFolded(one), in_identifiers.wordsOf(`a${one}b`).join(' ')])",
        letters,
    )
    expected = [[one.casefold(), " ".join(words(f"a{one}b"))] for one in letters]
    known = [at for at, one in enumerate(letters) if unicodedata.category(one) != "Cn"]
    assert [(letters[at], told[at], expected[at]) for at in known if told[at] != expected[at]] == []


def test_what_is_held_under_an_identifier_is_so_in_both(page):
    """Each value of each category against each identifier."""
    values = [
        "Žofie Říhová",
        "Rihova Zofie Marie",
        "a@b.test, c@d.test",
        "A@B.test ",
        "+420 601 222 333 / 222 333 444",
        "1990-01-02",
    ]
    facts = [[category, value] for of in CATEGORIES.values() for category in sorted(of) for value in values]
    asked = [("name", "rihova zofie"), ("email", "a@b.test"), ("phone", "601222333")]
    asked += [("name-and-birth", f"rihova zofie|1990-01-{day}") for day in ("02", "03")]
    cases = [[kind, wanted, [one, other]] for kind, wanted in asked for one in facts for other in facts[::5]]
    found = page.evaluate("(all) => all.map((one) => in_identifiers.heldUnder(...one))", cases)
    expected = [held_under(IdentifierKind(kind), wanted, [(c, v) for c, v in some]) for kind, wanted, some in cases]
    assert found == expected
    assert any(found)
