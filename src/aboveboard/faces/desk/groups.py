"""How facts are grouped on a page: by what part of a life they belong to."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aboveboard.core.terms import CategoryId


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the categories under it."""

    title: str | Promise
    categories: tuple[CategoryId, ...]


def _group(title: str | Promise, *ranges: tuple[int, int]) -> Group:
    numbers = (number for first, last in ranges for number in range(first, last + 1))
    return Group(title, tuple(CategoryId(f"T{number:02}") for number in numbers))


GROUPS = (
    _group(_("Identity and contact"), (1, 22)),
    _group(_("Work and office"), (23, 35)),
    _group(_("Family and home"), (36, 44)),
    _group(_("Leisure and taste"), (45, 50)),
    _group(_("Business and money"), (51, 62)),
    _group(_("Health, belief and politics"), (63, 73)),
    _group(_("Law and screening"), (74, 76)),
    _group(_("Travel, meetings and gifts"), (77, 87)),
    _group(_("Messages and texts"), (88, 98)),
)


def group_of(category: str) -> Group:
    """Give the group a category belongs to; what the catalogue does not know lies with texts."""
    return next((group for group in GROUPS if category in group.categories), GROUPS[-1])
