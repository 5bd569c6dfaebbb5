"""A card is a row, whatever its program made of the standard, and the kind of a value is in its property's name."""

from pathlib import Path

import pytest

from aboveboard.apps.intake.readers.source import Format, Reason
from tests.support.people_files import pairs, read, written

NAME = "FN:Holder Of Office\n"


def card(*lines: str, version: str = "3.0") -> str:
    """A card of these lines."""
    return "\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


def cells(folder: Path, *lines: str, version: str = "3.0") -> list[tuple[str, str]]:
    """The cells of one card of these lines."""
    source = written(folder, card(*lines, version=version))
    rows, problems = read(source)
    assert problems == []
    return pairs(source, rows[0])


def test_the_place_a_value_belongs_to_is_part_of_its_name(tmp_path: Path) -> None:
    """Home and work, written in the ways of all versions."""
    found = cells(
        tmp_path,
        "TEL;TYPE=HOME,VOICE:1",
        'TEL;TYPE="work,voice":2',
        "TEL;WORK;FAX:3",
        "TEL;TYPE=cell;TYPE=pref:4",
        "EMAIL;INTERNET:a@example.org",
    )
    assert found == [
        ("TEL;home", "1"),
        ("TEL;work", "2"),
        ("TEL;work;fax", "3"),
        ("TEL;cell", "4"),
        ("EMAIL", "a@example.org"),
    ]


def test_a_value_of_both_places_counts_as_one_at_home_first(tmp_path: Path) -> None:
    """The stricter rule holds."""
    assert cells(tmp_path, "TEL;TYPE=work;TYPE=home:1") == [("TEL;home;work", "1")]


def test_a_known_label_becomes_part_of_the_name_and_an_invented_one_a_value(tmp_path: Path) -> None:
    """Somebody's own words never stand in the name of a property, which is printed in reports."""
    found = cells(
        tmp_path,
        "item1.X-ABRELATEDNAMES:One",
        "item1.X-ABLabel:_$!<Spouse>!$_",
        "item2.TEL:2",
        "item2.X-ABLabel:Secret line",
        "item3.X-ABLabel:Alone",
    )
    assert found == [
        ("X-ABRELATEDNAMES;label=spouse", "One"),
        ("TEL;label", "Secret line"),
        ("TEL;label=other", "2"),
        ("X-ABLABEL", "Alone"),
    ]


def test_an_invented_type_is_a_value_too(tmp_path: Path) -> None:
    """And the property counts as one of some other kind."""
    assert cells(tmp_path, "EMAIL;TYPE=Secret:a@b.c") == [("EMAIL;other", "a@b.c"), ("EMAIL;other;type", "secret")]


def test_structured_values_are_taken_apart_or_joined_readably(tmp_path: Path) -> None:
    """Name by its parts, organisation and unit, address on one line."""
    found = cells(
        tmp_path,
        r"N:Of Office;Holder;Very\, Very;Dr.;MBA",
        "ORG:Town Hall;Roads;Bridges",
        r"ADR;WORK:;;1 Street\nFloor 2;Town;;10000;Land",
    )
    assert found == [
        ("N;family", "Of Office"),
        ("N;given", "Holder"),
        ("N;additional", "Very, Very"),
        ("N;prefix", "Dr."),
        ("N;suffix", "MBA"),
        ("ORG", "Town Hall"),
        ("ORG;unit", "Roads, Bridges"),
        ("ADR;work", "1 Street, Floor 2, Town, 10000, Land"),
    ]


def test_parameters_that_carry_a_value_are_cells(tmp_path: Path) -> None:
    """The label of an address, and where on earth it is."""
    found = cells(tmp_path, 'ADR;TYPE=home;GEO="geo:1,2";LABEL="1 Street^nTown":;;1 Street;;;;', version="4.0")
    assert found == [("ADR;home", "1 Street"), ("ADR;home;geo", "geo:1,2"), ("ADR;home;label", "1 Street\nTown")]


def test_folded_lines_are_one_line_even_within_a_character(tmp_path: Path) -> None:
    """Folding counts bytes, and some programs cut a letter in two."""
    text = "Příliš žluťoučký kůň".encode()
    cut = text.index("ž".encode()) + 1
    source = written(
        tmp_path, b"BEGIN:VCARD\r\nVERSION:3.0\r\nNOTE:" + text[:cut] + b"\r\n " + text[cut:] + b"\r\nEND:VCARD\r\n"
    )
    assert pairs(source, read(source)[0][0]) == [("NOTE", "Příliš žluťoučký kůň")]


def test_version_2_1_folds_before_white_space_that_stays(tmp_path: Path) -> None:
    """Later versions add the white space, this one does not."""
    assert cells(tmp_path, "NOTE:one", " two", version="2.1") == [("NOTE", "one two")]
    assert cells(tmp_path, "NOTE:one", " two", version="3.0") == [("NOTE", "onetwo")]


def test_quoted_printable_with_soft_line_breaks_is_read_in_its_charset(tmp_path: Path) -> None:
    """A soft line break may be followed by an empty line, or cut a character in two."""
    found = cells(
        tmp_path,
        "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=\n=99eka=0D=0Ab=C5=99eh=\n",
        "TITLE;CHARSET=ISO-8859-2;QUOTED-PRINTABLE:=F8editel",
        version="2.1",
    )
    assert found == [("NOTE", "řeka\r\nbřeh"), ("TITLE", "ředitel")]


def test_japanese_text_is_read_in_the_charset_its_line_names(tmp_path: Path) -> None:
    """Raw Shift-JIS, whose second bytes may look like a backslash."""
    line = b"ORG;CHARSET=SHIFT_JIS:" + "ソース表示".encode("shift_jis")
    source = written(tmp_path, b"BEGIN:VCARD\nVERSION:2.1\n" + line + b"\nEND:VCARD\n")
    assert pairs(source, read(source)[0][0]) == [("ORG", "ソース表示")]


def test_a_card_of_an_old_encoding_that_names_none_is_read_by_its_letters(tmp_path: Path) -> None:
    """As Czech programs wrote them before Unicode."""
    source = written(tmp_path, card("NOTE:Příliš žluťoučký kůň úpěl"), "cp1250")
    assert pairs(source, read(source)[0][0]) == [("NOTE", "Příliš žluťoučký kůň úpěl")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_card_with_a_mark_or_in_wide_characters_is_read(tmp_path: Path, encoding: str) -> None:
    """As address books on a Macintosh export them."""
    source = written(tmp_path, card("NOTE:žluťoučký kůň"), encoding)
    assert pairs(source, read(source)[0][0]) == [("NOTE", "žluťoučký kůň")]


def test_pictures_are_carried_as_base64_without_white_space(tmp_path: Path) -> None:
    """Folded, ended by a blank line, or gone on without the leading space."""
    found = cells(
        tmp_path,
        "PHOTO;TYPE=JPEG;ENCODING=BASE64:",
        " AAAA",
        " BBBB",
        "",
        "LOGO;ENCODING=b:CCCC",
        "DDDD=",
        version="2.1",
    )
    assert found == [("PHOTO", "AAAABBBB"), ("LOGO", "CCCCDDDD=")]


def test_backslashes_are_taken_away_by_the_rules_of_the_version(tmp_path: Path) -> None:
    """In vCard 2.1 a backslash before n is a backslash."""
    assert cells(tmp_path, r"NOTE:a\nb\, c\; d\\e") == [("NOTE", "a\nb, c; d\\e")]
    assert cells(tmp_path, r"NOTE:C:\new\; d", version="2.1") == [("NOTE", r"C:\new; d")]


def test_a_card_within_a_card_is_a_card_of_its_own(tmp_path: Path) -> None:
    """An agent is somebody else."""
    inner = card("FN:Agent", version="2.1")
    source = written(tmp_path, card("FN:Outer", "AGENT:", inner.strip(), "TITLE:Mayor", version="2.1"))
    rows, problems = read(source)
    assert [pairs(source, row) for row in rows] == [[("FN", "Agent")], [("FN", "Outer"), ("TITLE", "Mayor")]]
    assert problems == []


def test_a_card_that_is_never_closed_is_reported_and_the_next_is_read(tmp_path: Path) -> None:
    """Its values count as failed."""
    source = written(tmp_path, "BEGIN:VCARD\nFN:One\nTITLE:x\n" + card("FN:Two"))
    rows, problems = read(source)
    assert [pairs(source, row) for row in rows] == [[("FN", "Two")]]
    assert [(problem.reason, problem.cells) for problem in problems] == [(Reason.BROKEN_CARD, 2)]


def test_a_line_that_is_no_property_is_reported_beside_its_card(tmp_path: Path) -> None:
    """The card itself is read; nothing is lost without a word."""
    source = written(tmp_path, card("FN:One", "# a comment", "lost words", "TITLE:x"))
    rows, problems = read(source)
    assert pairs(source, rows[0]) == [("FN", "One"), ("TITLE", "x")]
    assert [(problem.reason, problem.cells, problem.whole) for problem in problems] == [(Reason.BROKEN_LINE, 2, False)]


def test_a_value_that_is_no_text_is_reported_beside_its_card(tmp_path: Path) -> None:
    """One broken letter does not cost the person."""
    source = written(tmp_path, card("FN:One", "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3"))
    rows, problems = read(source)
    assert pairs(source, rows[0]) == [("FN", "One")]
    assert [(problem.reason, problem.whole) for problem in problems] == [(Reason.UNDECODABLE, False)]


def test_lines_outside_of_cards_are_reported(tmp_path: Path) -> None:
    """Between two cards, or behind the last."""
    _, problems = read(written(tmp_path, card("FN:One") + "stray: line\n" + card("FN:Two") + "tail\n"))
    assert [(problem.reason, problem.cells) for problem in problems] == [(Reason.OUTSIDE_CARD, 1)] * 2


def test_names_of_properties_are_found_with_their_counts_before_a_row_is_read(tmp_path: Path) -> None:
    """Every property is classified before a value is stored."""
    source = written(tmp_path, card("FN:One", "TEL:1", "TEL:2") + card("FN:Two", "HOBBY:x"))
    assert dict(zip(source.properties, source.counts or (), strict=True)) == {"FN": 2, "TEL": 2, "HOBBY": 1}


def test_a_card_in_json_or_xml_has_the_properties_of_a_plain_card(tmp_path: Path) -> None:
    """RFC 7095 and RFC 6351."""
    plain = cells(
        tmp_path,
        "FN:One",
        "N:b;a;;;",
        "TEL;TYPE=work:1",
        "ORG:Town Hall;Roads",
        "ADR;TYPE=home:;;1 Street;Town;;;",
        version="4.0",
    )
    jcard = written(
        tmp_path,
        '["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "One"],'
        ' ["n", {}, "text", ["b", "a", "", "", ""]],'
        ' ["tel", {"type": "work"}, "uri", "1"], ["org", {}, "text", ["Town Hall", "Roads"]],'
        ' ["adr", {"type": "home"}, "text", ["", "", "1 Street", "Town", "", "", ""]]]]',
    )
    assert (jcard.format, pairs(jcard, read(jcard)[0][0])) == (Format.JCARD, plain)
    xcard = written(
        tmp_path,
        '<?xml version="1.0"?><vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard><fn><text>One</text></fn>'
        "<n><surname>b</surname><given>a</given></n>"
        "<tel><parameters><type><text>work</text></type></parameters><uri>1</uri></tel>"
        "<org><text>Town Hall</text><text>Roads</text></org>"
        "<adr><parameters><type><text>home</text></type></parameters><street>1 Street</street>"
        "<locality>Town</locality></adr></vcard></vcards>",
    )
    assert (xcard.format, pairs(xcard, read(xcard)[0][0])) == (Format.XCARD, plain)


def test_a_json_or_xml_card_that_breaks_off_is_reported(tmp_path: Path) -> None:
    """What was read before stays read."""
    for text in (
        '[["vcard", [["fn", {}, "text", "One"]]], ["vc',
        '<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard>',
    ):
        assert [problem.reason for problem in read(written(tmp_path, text))[1]] == [Reason.BROKEN_FORM]
