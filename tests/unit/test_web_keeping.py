"""How long something is kept is said in words, whatever the class."""

import pytest
from django.utils import translation

from aboveboard.core.catalogue import catalogue
from aboveboard.core.catalogue.category import Anchor
from aboveboard.faces.web.keeping import keeping


@pytest.mark.parametrize(
    ("retention", "english", "czech"),
    [
        ("relation-3y", "3 years from the end of the relationship", "3 roky od konce vztahu"),
        ("relation", "until the end of the relationship", "do konce vztahu"),
        ("recorded-1m", "1 month from the day of recording", "1 měsíc od zaznamenání"),
        ("event-14d", "14 days from the event", "14 dní od události"),
        ("nobody-knows", "nobody-knows", "nobody-knows"),
    ],
)
def test_a_term_is_said_as_people_say_it(retention, english, czech):
    """From what it runs, and how long."""
    assert keeping(retention) == english
    with translation.override("cs"):
        assert keeping(retention).replace("\u00a0", " ") == czech


def test_every_class_of_the_catalogue_has_words():
    """None is shown by its id, but where nothing may be kept at all."""
    shown = [term.id for term in catalogue().retention.values() if keeping(term.id) == term.id]
    assert all(catalogue().retention[name].anchor is Anchor.NONE for name in shown)
