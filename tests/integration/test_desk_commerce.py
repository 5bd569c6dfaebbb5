"""Organisations and deals at the desk: figures at once, people only by a look."""

import pytest
from django.urls import reverse

from tests.support.desk import entries_waiting, on_account, signed_in

MAIL = "vyznacena@example.test"


@pytest.fixture
def person(cell):
    """A customer with a contact tier, on the seller's account."""
    subject = cell.person(T01="Žofie Vyznačená", T02=MAIL)
    on_account(cell, [subject], "Cihelna Horní s.r.o.")
    return subject


def test_an_organisation_shows_its_people_by_one_look_and_its_deals_by_none(cell, person):
    """Deals are commercial and instant; people leave a trace."""
    number = on_account(cell, [person], "Cihelna Horní s.r.o.")
    client, before = signed_in(), entries_waiting()
    here = reverse("desk:organisation", args=[number])
    assert MAIL in client.get(here).content.decode()
    assert entries_waiting() == before + 1
    client.post(reverse("desk:new-deal", args=[number]), {"amount": "125000", "currency": "CZK"})
    before = entries_waiting()
    page = client.get(reverse("desk:deals")).content.decode()
    assert "125,000 CZK" in page
    assert "Cihelna Horní" in client.get(reverse("desk:organisations")).content.decode()
    assert entries_waiting() == before


def test_a_deal_moves_until_it_is_closed_and_only_sellers_move_it(cell, person):
    """A won deal is over; headquarters reads the figures and changes none."""
    from aboveboard.apps.crm.models import Deal

    number = on_account(cell, [person], "Cihelna Horní s.r.o.")
    client = signed_in()
    client.post(reverse("desk:new-deal", args=[number]), {"amount": "10", "currency": "EUR"})
    move = reverse("desk:move-deal", args=[Deal.objects.get().pk])
    assert signed_in("analyst-hq").post(move, {"stage": "offer"}).status_code == 403
    client.post(move, {"stage": "won"})
    assert Deal.objects.get().stage == "won"
    assert client.post(move, {"stage": "lead"}).status_code == 409
    assert client.post(move, {"stage": "elsewhere"}).status_code == 400
    assert client.post(reverse("desk:move-deal", args=[10**6]), {"stage": "won"}).status_code == 404
    assert "10 EUR" in signed_in("analyst-hq").get(reverse("desk:deals")).content.decode()


def test_one_place_of_the_navigation_is_here(cell, person):
    """Nobody is in two places at once."""
    number = on_account(cell, [person], "Cihelna Horní s.r.o.")
    client = signed_in()
    for address in (
        reverse("desk:person", args=[person]),
        reverse("desk:organisation", args=[number]),
        reverse("desk:deals"),
    ):
        assert client.get(address).content.decode().count('aria-current="page"') == 1
