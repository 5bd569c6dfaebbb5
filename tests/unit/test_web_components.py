"""The parts pages are made of say what they are given, escaped, and in the reader's language."""

import re
from datetime import UTC, date, datetime

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from aboveboard.core.terms import RuleSource
from aboveboard.faces.web import components as c
from aboveboard.faces.web import wording

NOON = datetime(2025, 11, 22, 11, 4, 31, tzinfo=UTC)


def _part(name: str, **context) -> str:
    return render_to_string(f"web/parts/{name}.html", context)


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(("language", "said"), [("en", "4 December 2025"), ("cs", "4.\xa0prosince\xa02025")])
def test_dates_are_said_in_the_readers_language(language, said):
    """British order in English, the genitive and unbroken spaces in Czech."""
    with translation.override(language):
        assert wording.day(date(2025, 12, 4)) == said


@pytest.mark.parametrize(("language", "said"), [("en", "1,204"), ("cs", "1\xa0204")])
def test_figures_are_grouped_as_the_reader_groups_them(language, said):
    """A comma in English, an unbroken space in Czech."""
    with translation.override(language):
        assert wording.number(1204) == said


def test_a_clock_says_what_is_left_and_by_when():
    """The ring is a drawing; the words carry it."""
    clock = wording.clock(due=date(2025, 12, 4), today=date(2025, 11, 22), term_days=31)
    assert (clock.left, clock.until, clock.share, clock.overdue) == ("12 days left", "by 4 December 2025", 39, False)


@pytest.mark.parametrize(
    ("today", "left", "overdue"), [(3, "1 day left", False), (4, "0 days left", False), (5, "1 day overdue", True)]
)
def test_a_clock_is_overdue_only_after_its_last_day(today, left, overdue):
    """On the last day there is still time."""
    clock = wording.clock(due=date(2025, 12, 4), today=date(2025, 12, today), term_days=31)
    assert (clock.left, clock.overdue) == (left, overdue)
    assert ("clock-overdue" in _part("clock", clock=clock)) is overdue


def test_the_trace_bar_says_what_the_look_left_behind():
    """Looks, categories, purpose, place, entry; committed, signed, witnessed."""
    proof = wording.proof_chip(committed_at=NOON, signed=True, witnessed=2, witnesses=3, digest=bytes(32), href="/p")
    bar = wording.trace_bar(look_count=1, category_count=3, purpose="contract", place="Prague", proof=proof, entry=1204)
    said = _words(_part("trace_bar", bar=bar))
    for words in ("1 look", "3 categories", "contract", "Prague", "entry 1,204", "signed", "witnessed 2 of 3"):
        assert words in said
    assert [tick.done for tick in proof.ticks] == [True, True, False]


def test_a_hash_is_shown_short_and_copied_whole():
    """Nobody compares sixty-four signs by eye, but everybody may copy them."""
    chip = wording.proof_chip(committed_at=None, signed=False, digest=bytes(range(32)))
    html = _part("proof_chip", chip=chip)
    assert chip.short == "00010203…1d1e1f"
    assert f'data-copy="{bytes(range(32)).hex()}"' in html
    assert "hidden" in html


@pytest.mark.parametrize("source", RuleSource)
def test_a_refusal_says_by_word_and_shape_where_it_comes_from(source):
    """Law, guidance or house default: never by colour alone."""
    refusal = c.RefusalText(
        source, wording.source_word(source), "Not this.", ("Ask the signatory.",), "Article 6", "Why."
    )
    html = _part("refusal", refusal=refusal)
    assert f"chip-{source}" in html
    assert wording.source_word(source) in html
    assert "Ask the signatory." in html
    assert "<details" in html


def test_a_sealed_row_holds_no_value_and_asks_for_the_purpose():
    """What is closed is not on the page at all; opening it names a purpose the person will read."""
    choice = c.PurposeChoice("contract", "I keep a contract.", "They kept a contract.", likely=True)
    picker = c.PurposePicker("What for?", (choice,), prefix="row-1")
    html = _part("sealed_row", row=c.SealedRow("row-1", "Children", ("consent",), "/open", (("f", "1"),), picker))
    assert 'value="contract"' in html
    assert "They kept a contract." in html
    assert "closed" in _words(html)
    assert 'method="post"' in html


def test_a_sealed_row_that_cannot_be_opened_has_no_button():
    """Where the rules say no, there is nothing to press, but the reason."""
    refusal = c.RefusalText(RuleSource.LAW, "Law", "Not from there.")
    html = _part("sealed_row", row=c.SealedRow("row-1", "Income", refusal=refusal))
    assert "<button" not in html
    assert "Not from there." in html


def test_values_are_escaped_wherever_they_stand():
    """A name may hold signs that mean something to a browser; here they mean themselves."""
    rows = (c.OpenRow("row-1", "Name", ("<b>&",)),)
    html = _part("fact_group", group=c.FactGroup("<i>", rows))
    assert "&lt;b&gt;&amp;" in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_a_table_puts_every_cell_under_its_column():
    """A row of another length is a fault of the page and is told as one."""
    columns = (c.Column("Organisation"), c.Column("People", numeric=True))
    table = c.DataTable("Caption", columns, ((c.Cell("A", "/a"), c.Cell("4")),))
    assert '<th scope="row"><span><a href="/a">A</a>' in _part("table", table=table)
    short = c.DataTable("Caption", columns, ((c.Cell("A"),),))
    with pytest.raises(ValueError, match="shorter"):
        _ = short.body


def test_the_gallery_stands_in_a_sample_home_only(client, settings):
    """In a real home there is nothing at its address."""
    assert client.get("/gallery").status_code == 404
    assert client.get("/gallery/errors/gone").status_code == 404
    settings.SAMPLE_HOME = True
    assert client.get("/gallery").status_code == 200
    assert client.get("/gallery/errors/gone").status_code == 410
    assert client.get("/gallery/errors/none-such").status_code == 404


def test_the_gallery_shows_every_part(client, settings):
    """Whoever adds a part shows it in the gallery, where it is looked at and checked."""
    from pathlib import Path

    import aboveboard.faces.web

    settings.SAMPLE_HOME = True
    folder = Path(aboveboard.faces.web.__file__).parent / "templates/web"
    reached, todo = set(), [folder / "gallery.html", folder / "base.html", folder / "parts/opened.html"]
    while todo:
        names = re.findall(r'{% include "(web/parts/\w+\.html)"', todo.pop().read_text(encoding="utf-8"))
        fresh = {name for name in names if name not in reached}
        reached |= fresh
        todo += [folder.parent / name for name in fresh]
    there = {f"web/parts/{path.name}" for path in (folder / "parts").glob("*.html")}
    assert there - reached == {"web/parts/opened.html"}
