"""The loader reads every row and refuses a bad file, naming the file and the line."""

import pytest

from aboveboard.core.catalogue.load import TABLES, data_files, digest_of, file_name, load
from aboveboard.core.errors import Invalid

FILES = dict(data_files())


def refused(table: str, old: str, new: str) -> str:
    """Change the first *old* of a table to *new* and give the sentence the loader refuses it with."""
    name = file_name(table)
    assert old in FILES[name], f"{old} is not in {name}"
    with pytest.raises(Invalid) as refusal:
        load({**FILES, name: FILES[name].replace(old, new, 1)})
    assert refusal.value.code == "invalid_data_file"
    return refusal.value.sentence


def test_the_files_of_this_version_load():
    """What is shipped is whole."""
    assert load(FILES).digest == load(dict(reversed(FILES.items()))).digest


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_file_is_named(table):
    """No table may be left out."""
    with pytest.raises(Invalid, match=f"{file_name(table)} is missing"):
        load({name: text for name, text in FILES.items() if name != file_name(table)})


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_file_changes_the_digest(table):
    """Line ends alone change nothing, a letter does."""
    name = file_name(table)
    assert digest_of({**FILES, name: FILES[name].replace("\n", "\r\n")}) == digest_of(FILES)
    assert digest_of({**FILES, name: FILES[name] + "x"}) != digest_of(FILES)


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_and_foreign_columns_are_refused(table):
    """A table has its own head and at least one row."""
    name = file_name(table)
    head = FILES[name].splitlines()[0]
    for text, sentence in ((f"{head}\n", "line 2: there are no rows"), ("", "line 1"), ("a,b\n1,2\n", "line 1")):
        with pytest.raises(Invalid, match=sentence):
            load({**FILES, name: text})


BAD_ROWS = [
    ("categories", "T01,", "X1,", "line 2: id is not T and two digits"),
    ("categories", "Work e-mail", "", "line 3: name is empty"),
    ("categories", ",contact,case", ",,case", "line 2: tier is not the one"),
    ("categories", ",none,,case", ",none,contact,case", "line 5: tier is not the one"),
    ("categories", "Name,,user", "name,,user", "line 2: dpv is not the name of a term"),
    ("categories", "Gift>Transaction", "Gift", "own_terms is not the name of a term"),
    ("categories", ",none,contact", ",odd,contact", "line 2: special is none of none, art-9"),
    ("categories", "T02,", "T01,", "line 3: T01 stands twice"),
    ("categories", "T98,", "T99,", "line 99: T99 lacks the rule for a capacity"),
    ("category-rules", "T98,partner", "T99,partner", "line 99: T98 lacks the rule for a capacity in category-rules"),
    ("category-rules", "T01,official", "T01,customer", "line 3: the rule stands twice"),
    ("category-rules", "CONTRACT LI", "CONTRACT SURELY", "line 2: letters is none of CONTRACT"),
    ("category-rules", "CONTRACT LI", "LI LI", "line 2: letters says a word twice"),
    ("category-rules", "CONTRACT LI", "", "line 2: letters is empty"),
    ("category-rules", "CONTRACT LI", "PROHIBITED LI", "line 2: PROHIBITED and NOT_APPLICABLE stand alone"),
    ("category-rules", "LI,published", "LI,anywhere", "condition is not one of the conditions"),
    (
        "category-rules",
        "GDPR-5-1-c,relation-3y",
        "GDPR-5-1-c,for-ever",
        "retention is not one of the retention classes",
    ),
    ("category-rules", "GDPR-5-1-c,relation-3y", "GDPR-0,relation-3y", "obligation is not the id of an obligation"),
    ("category-rules", "law,V,Art. 9(1)", "law,K,Art. 9(1)", "may not refuse as law"),
    ("category-rules", "law,V,Art. 9(1)", "law,U,Art. 9(1)", "may not refuse as law"),
    ("category-rules", "law,V,Art. 9(1),GDPR-9-1", "law,V,Art. 22,GDPR-22", "its obligation was not read"),
    ("conditions", "published,record", "published,sometimes", "kind is none of purpose, record"),
    ("conditions", "published,", "given-by-person,", "line 3: given-by-person stands twice"),
    ("retention", "relation-3y,relation_end,3", "relation-3y,relation_end,three", "years is not a whole number"),
    ("retention", "relation-3y,relation_end,3", "relation-3y,relation_end,-3", "a term is not negative"),
    ("retention", "relation-1y,", "relation-3y,", "line 3: relation-3y stands twice"),
    ("retention", ",policy,", ",habit,", "source is none of law, policy"),
    ("countries", "AD,AND", "ad,AND", "line 2: code is not two capital letters"),
    ("countries", "AE,ARE", "AD,ARE", "line 3: AD stands twice"),
    ("countries", ",eu,", ",efta,", "membership is none of eu, eea, empty"),
    ("countries", "NUKIB-2025", "NUKIB-1999", "warning is not the id of an obligation"),
    ("adequacy", "2010-10-19", "19 October 2010", "line 2: decided_on is not a day"),
    ("adequacy", "2031-12-27", "2001-12-27", "it expires before it was decided"),
    ("adequacy", "2010-10-19,,,V", "2010-10-19,,,K", "a decision nobody has read opens no country"),
    ("holidays", "CZ,fixed,1,1", "CZ,fixed,2,31", "line 2: month and day are no day of a year"),
    ("holidays", "CZ,fixed,1,1", "CZ,moveable,1,1", "line 2: kind is none of fixed, easter"),
    ("obligations", "GDPR-5-1-b,", "GDPR-5-1-a,", "line 3: GDPR-5-1-a stands twice"),
    ("obligations", "core/policy basis_stands", "", "line 2: what is automated or clocked names its rule and its test"),
    ("obligations", ",documented,", ",somehow,", "status is none of automated, clocked"),
]


@pytest.mark.parametrize(("table", "old", "new", "sentence"), BAD_ROWS)
def test_a_bad_row_is_refused_with_file_and_line(table, old, new, sentence):
    """The sentence names the file, the line and what is wrong."""
    told = refused(table, old, new)
    assert file_name(table) in told
    assert sentence in told


def test_a_row_with_too_many_cells_is_refused():
    """A row has as many cells as the head."""
    told = refused("conditions", "given-by-person,record,", "given-by-person,record,,,")
    assert "line 2: 5 cells instead of 3" in told


def test_a_rule_without_its_category_is_refused():
    """A rule that belongs to nothing would never be asked."""
    name = file_name("category-rules")
    extra = "T99,customer,LI,,house-default,V,Art. 5(1)(c),GDPR-5-1-c,relation-3y,\n"
    with pytest.raises(Invalid, match="the rule belongs to no category"):
        load({**FILES, name: FILES[name] + extra})


def test_a_known_rule_may_refuse_as_law_once_it_was_read():
    """Naming the official text and the date opens the way that confidence alone does not."""
    name = file_name("category-rules")
    row = "T65,customer,PROHIBITED,,law,V,Art. 9(1),GDPR-9-1,lifted-1y,"
    assert row in FILES[name]
    read = row.replace(",V,", ",K,") + '"Art. 9 in OJ L 119, 2026-11-22"'
    assert load({**FILES, name: FILES[name].replace(row, read)}).categories
