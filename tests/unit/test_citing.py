"""How a Czech reader finds the article: as Czech lawyers cite it."""

import pytest
from django.utils.translation import override

from aboveboard.faces.web.citing import cited

CZECH = {
    "Art. 5(1)(c)": "čl. 5 odst. 1 písm. c)",
    "Art. 87": "čl. 87",
    "Arts 5(1)(f), 25(2), 29": "čl. 5 odst. 1 písm. f), čl. 25 odst. 2, čl. 29",
    "Art. 38(1), (6)": "čl. 38 odst. 1, odst. 6",
    "Art. 46(1); C-311/18": "čl. 46 odst. 1; C-311/18",
    "Art. 7(4); Recital 43; EDPB Guidelines 05/2020": "čl. 7 odst. 4; bod 43 odůvodnění; pokyny EDPB 05/2020",
    "Art. 32; EDPB 05/2021": "čl. 32; pokyny EDPB 05/2021",
    "Art. 87; Act 133/2000 Coll. s. 13c(1)": "čl. 87; zákon č. 133/2000 Sb., § 13c odst. 1",
    "Act 262/2006 Coll. ss. 280, 316(3)": "zákon č. 262/2006 Sb., § 280, § 316 odst. 3",
    "Act 159/2006 Coll.; 9 As 173/2020-32": "zákon č. 159/2006 Sb.; 9 As 173/2020-32",
    "": "",
}


@pytest.mark.parametrize("english", CZECH)
def test_an_article_is_cited_as_czech_cites_it(english):
    """Article, paragraph and letter by name; what has no Czech form stays as it is."""
    with override("cs"):
        assert cited(english).replace("\u00a0", " ") == CZECH[english]


def test_an_article_is_cited_as_it_stands_for_everybody_else():
    """English is how the rules keep it."""
    with override("en"):
        assert [cited(english) for english in CZECH] == [*CZECH]


def test_a_cited_article_is_not_torn_apart():
    """A line does not break between the word and its number."""
    with override("cs"):
        assert " " not in cited("Art. 5(1)(c)")
