"""What those outside wish for while a server is attacked, and what they hold it to afterwards."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.support.cli import Home
from tests.support.outside import Heard, Outside, Wish, api, ask, sign_in
from tests.support.serving import Serving

CARE, OVERSIGHT = "customer-relationship", "data-protection-oversight"
PERSONAL = b"Person Number"
"""In the name of everybody in this home."""
CLIENTS = 4
CLOSED = 503
EXPECTED = {200, 201, 410, CLOSED}
"""Released, recorded, erased, closed for now; everything else is a fault."""


@dataclass
class Load:
    """What those outside wish for: looks of every kind, writes, and now and then an erasure."""

    home: Home
    people: Sequence[str]
    leaving: list[str]
    """Who is to be erased, one after the other."""
    cookies: str = ""
    visits: dict[str, str] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        """Take the tokens of the cast, and let two persons begin a visit to their own page."""
        self._to_leave = len(self.leaving)
        self.seller, self.officer = (self.home.sample(login)["token"] for login in ("seller-cz", "dpo-cz"))
        self.visits = self.home.script(
            "from datetime import UTC, datetime\nfrom aboveboard.apps.evidence.links import begin_visit\n"
            f"people = {list(self.people[:2])!r}\n"
            "print(json.dumps({one: begin_visit(bytes.fromhex(one), datetime.now(UTC)) for one in people}))\n"
        )

    def wish(self, chance: random.Random) -> Wish:
        """Draw the next wish."""
        person, kind = chance.choice(self.people), chance.random()
        if kind < 0.3:
            return api("person", self.seller, "GET", f"/people/{person}", about=person)
        if kind < 0.5:
            sent = {"categories": ["T01", "T02", "T06"], "purpose": CARE}
            return api("open", self.seller, "POST", f"/people/{person}/open", sent, about=person)
        if kind < 0.6:
            return api("search", self.seller, "POST", "/people/search", {"term": "Person Number", "purpose": CARE})
        if kind < 0.7:
            return Wish("page", "GET", f"/desk/people/{person}", {"Cookie": self.cookies})
        if kind < 0.8:
            own = chance.choice(sorted(self.visits))
            return Wish("own page", "GET", "/mine/", {"Cookie": f"aboveboard_own_page={self.visits[own]}"})
        if kind < 0.97 or not self.leaving:
            value = f"Street of Person Number {next(self.numbers)}"
            sent = {"purpose": CARE, "source": "a card", "facts": [{"category": "T06", "value": value}]}
            return api("write", self.seller, "POST", f"/people/{person}/facts", sent, about=f"{person} {value}")
        person = self.leaving.pop()
        path = f"/people/{person}/erase?purpose={OVERSIGHT}"
        return api("erase", self.officer, "POST", path, about=person, confirm="erase")

    @contextmanager
    def put_on(self, serving: Serving, seed: int) -> Iterator[Outside]:
        """Put the load on a server until the block ends; whoever works with pages has signed in."""
        if not self.cookies:
            told = self.home.sample("seller-cz")
            self.cookies = sign_in(serving.port, told["login"], told["password"])
        outside = Outside(serving.port, self.wish, CLIENTS, seed)
        try:
            yield outside
        finally:
            self.heard += outside.stop()

    @property
    def released(self) -> set[str]:
        """The entries named by what holds personal data; whatever holds some and names none is a finding."""
        bodies = [one for one in self.heard if PERSONAL in one.body]
        # A page that was cut off before the place of its entry may have been received; its look is not known by name.
        nameless = [one.wish.name for one in bodies if not one.entry and (one.whole or "page" not in one.wish.name)]
        assert not nameless, f"bodies without an entry: {nameless}"
        return {one.entry for one in bodies if one.entry}

    def acknowledged(self, name: str) -> set[str]:
        """What was written, or who was erased, as far as the client was told so."""
        return {one.wish.about for one in self.heard if one.wish.name == name and one.status in {200, 201}}

    @property
    def asked_to_erase(self) -> int:
        """How many were asked to be erased, whatever came of it."""
        return self._to_leave - len(self.leaving)

    def require_kept(self, serving: Serving) -> None:
        """Ask the server that runs again: what it said it had done is done, its entries have receipts."""
        for line in sorted(self.acknowledged("write")):
            person, _, value = line.partition(" ")
            sent = {"categories": ["T06"], "purpose": CARE}
            opened = _told(serving, api("open", self.seller, "POST", f"/people/{person}/open", sent), 200)
            assert value in {fact["value"] for fact in opened["facts"]}, "an acknowledged write is lost"
        for person in sorted(self.acknowledged("erase")):
            _told(serving, api("person", self.seller, "GET", f"/people/{person}"), 410)
        for entry in [one.entry for one in self.heard if one.entry][-40:]:
            receipt = _told(serving, api("receipt", self.seller, "GET", f"/receipts/{entry}"), 200)
            assert receipt["entry"] == entry

    def require_expected(self) -> None:
        """Hold that nobody outside was answered by a fault."""
        others = {(one.wish.name, one.status) for one in self.heard if one.status not in EXPECTED}
        assert not others
        kinds = {one.wish.name for one in self.heard if one.whole and one.status < 400}
        assert kinds >= {"person", "open", "search", "page", "own page", "write"}, kinds


def _told(serving: Serving, wish: Wish, status: int) -> Any:
    """Ask once, and again for as long as one is told to come later; the answer must be of this *status*."""
    # A server that lost its database says so once for each connection it had.
    while (heard := ask(serving.port, wish)).status == CLOSED:
        continue
    assert heard.status == status, (wish.name, heard.status)
    return json.loads(heard.body)
