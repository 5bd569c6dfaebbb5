"""The reference pages are what the rules and the catalogue say; WRITE_REFERENCE=1 writes them anew."""

import os

import pytest

from aboveboard.core.policy.reference import obligations_page, rules_page
from tests.support.present import ROOT


@pytest.mark.parametrize(("name", "page"), [("rules.md", rules_page), ("obligations.md", obligations_page)])
def test_the_written_page_is_what_the_program_says(name, page):
    """A rule or a duty that changed and is not written down fails here."""
    path = ROOT / "docs" / "reference" / name
    if os.environ.get("WRITE_REFERENCE") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == page()
