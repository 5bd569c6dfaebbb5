"""Telephone numbers in the search index of a home whose program did not index them: put there once, then known."""

from aboveboard.apps import keys
from aboveboard.apps.vault.leaving import Leaving
from aboveboard.apps.vault.models import Fact
from aboveboard.core.envelope.identifiers import PHONE_CATEGORIES

_STEP = 500


def index_phones_once() -> int:
    """Put every telephone number held into the index, unless that was done; how many facts were gone through.

    Nothing of them leaves whoever holds the keys. A crash begins anew the next time, and what is indexed twice stands
    there once.
    """
    store, done, last = keys.store(), 0, b""
    if store.phones_indexed():
        return 0
    while facts := list(Fact.objects.filter(category__in=PHONE_CATEGORIES, id__gt=last).order_by("id")[:_STEP]):
        held = [Leaving(bytes(f.person_id), bytes(f.id), f.category, f.retention, bytes(f.sealed)) for f in facts]
        store.index(store.marks_of(held).tokens)
        done, last = done + len(facts), bytes(facts[-1].id)
    store.say_phones_indexed()
    return done
