"""What a page brings along: little, all of it our own or with its licence beside it, nothing from elsewhere."""

import gzip
import re
from pathlib import Path

import aboveboard.faces.web

ROOM = Path(aboveboard.faces.web.__file__).parent
STATIC = ROOM / "static/web"
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))
FIRST_PAGE = ("aboveboard.css", "aboveboard.js", "htmx.min.js", "icons.svg", "mark.svg")
KILOBYTE = 1024


def test_no_font_is_heavier_than_forty_kilobytes():
    """A phone in a village reads this too."""
    fonts = list((STATIC / "fonts").glob("*.woff2"))
    assert fonts
    assert all(font.stat().st_size <= 40 * KILOBYTE for font in fonts)


def test_the_first_page_weighs_less_than_a_hundred_kilobytes(client, settings):
    """Page, style, scripts, icons and both fonts together, as they go over the wire."""
    settings.SAMPLE_HOME = True
    page = len(gzip.compress(client.get("/gallery").content))
    plain = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in FIRST_PAGE)
    fonts = sum(font.stat().st_size for font in (STATIC / "fonts").glob("*.woff2"))
    assert page + plain + fonts < 100 * KILOBYTE


def test_the_fonts_write_czech_and_german():
    """No letter of either language falls back to another face: every one lies in a declared range."""
    css = (STATIC / "aboveboard.css").read_text(encoding="utf-8")
    ranges = [
        (int(first, 16), int(last or first, 16))
        for block in re.findall(r"unicode-range:([^;]*);", css)
        for first, last in re.findall(r"U\+([0-9A-F]{4})(?:-([0-9A-F]{4}))?", block)
    ]
    letters = "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽäöüßÄÖÜẞ„“‚‘–…§·"
    assert [one for one in letters if not any(low <= ord(one) <= high for low, high in ranges)] == []


def test_everything_from_others_stands_in_the_list_with_its_licence():
    """Whoever passes this on can see what may be done with it."""
    listed = (STATIC / "THIRD-PARTY.md").read_text(encoding="utf-8")
    assert all(name in listed for name in ("htmx.min.js", "icons.svg", "fonts/aboveboard-sans"))
    named = re.findall(r"`((?:licences|fonts)/[\w.-]+\.txt)`", listed)
    assert len(named) == 3
    assert all((STATIC / name).stat().st_size > 500 for name in named)


def test_every_icon_a_template_names_is_in_the_sprite():
    """A misspelt icon would leave an empty square."""
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    asked = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)" %}', path.read_text("utf-8"))}
    python = {
        name
        for path in ROOM.rglob("*.py")
        for name in re.findall(r'icon(?:: str)? ?= ?"([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked
    assert asked | python <= drawn


def test_no_template_carries_script_style_or_a_foreign_address():
    """The strict policy would stop them; what it would stop is not written in the first place."""
    guilty = re.compile(r"\sstyle=|\son\w+=|<style|javascript:|https?://", re.IGNORECASE)
    inline = re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))", re.IGNORECASE)
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES}
    assert [name for name, text in texts.items() if guilty.search(text) or inline.search(text)] == []


def test_every_form_that_changes_something_carries_its_token():
    """A form without the token would be refused; worse, one might forget to refuse it."""
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        forms = re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL)
        assert [form for form in forms if "{% csrf_token %}" not in form] == [], path.name
