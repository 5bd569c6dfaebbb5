"""What the catalogue says: ninety-eight categories, most of them refused by the house and few by the law."""

import csv
from collections import Counter
from datetime import date

import pytest

from aboveboard.core.catalogue import CONTACT_TIER, catalogue
from aboveboard.core.catalogue.category import Follows, Letter, Status, Tier
from aboveboard.core.catalogue.holidays import easter_sunday
from aboveboard.core.terms import Capacity, CategoryId, RuleSource, Special
from tests.support.shared import shared

KNOWN = catalogue()


def test_every_category_has_a_rule_for_every_capacity():
    """Ninety-eight categories, T01 to T98, each with three rules."""
    assert list(KNOWN.categories) == [f"T{number:02}" for number in range(1, 99)]
    assert all(set(category.rules) == set(Capacity) for category in KNOWN.categories.values())


def test_the_contact_tier_is_name_mail_telephone_and_function():
    """What a seller sees at once is four categories and no more."""
    assert {"T01", "T02", "T03", "T23"} == CONTACT_TIER
    assert {category.id for category in KNOWN.categories.values() if category.tier is Tier.CONTACT} == CONTACT_TIER


def test_the_law_refuses_special_categories_and_offences_and_nothing_else():
    """Most refusals are the house's own; the law's are those of Articles 9 and 10."""
    by_law = {
        category.id
        for category in KNOWN.categories.values()
        if any(rule.source is RuleSource.LAW for rule in category.rules.values())
    }
    protected = {
        category.id for category in KNOWN.categories.values() if category.special in {Special.ART_9, Special.ART_10}
    }
    assert by_law == protected
    assert "T36" not in by_law


def test_children_hobbies_and_wealth_of_officials_are_refused():
    """The three defaults that undo the story, and consent lifts none of them."""
    for name in ("T36", "T45", "T53", "T44", "T84"):
        rule = KNOWN.rule(CategoryId(name), Capacity.OFFICIAL)
        assert rule.prohibited
        assert not rule.consent_possible


def test_officials_consent_to_events_access_and_travel_only():
    """Where an official's consent counts: visits, food and access at an event, a trip and its papers, photographs."""
    open_to_consent = {
        category.id for category in KNOWN.categories.values() if category.rules[Capacity.OFFICIAL].consent_possible
    }
    assert open_to_consent == {"T16", "T21", "T47", "T48", "T63", "T64", "T79", "T80", "T87"}


def test_gifts_family_and_special_categories_follow_the_strictest_capacity():
    """A customer who is also a deputy is a deputy where it matters."""
    strictest = {c.id for c in KNOWN.categories.values() if c.follows is Follows.STRICTEST}
    special = {c.id for c in KNOWN.categories.values() if c.special is Special.ART_9} - {"T68"}
    family = {f"T{number}" for number in range(36, 45)}
    gifts = {f"T{number}" for number in range(79, 86)}
    assert special | family | gifts | {"T15", "T45", "T53"} <= strictest
    assert CONTACT_TIER.isdisjoint(strictest)


def test_texts_that_may_hold_anything_are_scanned():
    """Free text and e-mails go past the detectors first."""
    assert {c.id for c in KNOWN.categories.values() if c.scanned} == {"T89", "T91"}


def test_categories_without_an_exact_standard_term_have_one_of_our_own():
    """Gift, hospitality, meeting, invitation and the like stand under a broader DPV term."""
    own = {term.iri.rpartition("#")[2]: term.broader for c in KNOWN.categories.values() for term in c.own_terms}
    assert own["Gift"] == "https://w3id.org/dpv/pd#Transaction"
    assert {"Gift", "Hospitality", "Meeting", "Invitation", "SanctionsHit", "GiftIdea"} <= set(own)


@pytest.mark.parametrize(
    ("country", "scopes", "on", "adequate"),
    [
        ("CH", (), date(2026, 1, 1), True),
        ("CH", (), date(1999, 1, 1), False),
        ("GB", (), date(2031, 12, 27), True),
        ("GB", (), date(2031, 12, 28), False),
        ("US", (), date(2026, 1, 1), False),
        ("US", ("DPF",), date(2026, 1, 1), True),
        ("JP", ("APPI",), date(2026, 1, 1), True),
        ("CA", ("DPF",), date(2026, 1, 1), False),
        ("TR", ("DPF",), date(2026, 1, 1), False),
    ],
)
def test_an_adequacy_decision_holds_within_its_scope_and_time(country, scopes, on, adequate):
    """A decision covers whom it names, from its date to its end."""
    assert (KNOWN.adequate(country, frozenset(scopes), on) is not None) is adequate


def test_the_area_of_the_gdpr_is_the_union_and_three_more():
    """Twenty-seven members with the regions the Treaty counts to them, and Iceland, Liechtenstein, Norway."""
    inside = {code for code in KNOWN.countries if KNOWN.is_eea(code)}
    regions = {"GP", "GF", "MQ", "RE", "MF", "YT", "AX"}
    assert len(inside - regions) == 30
    assert {"CZ", "DE", "IS", "LI", "NO"} <= inside
    assert not KNOWN.is_eea("CH")
    assert not KNOWN.is_eea("ZZ")


def test_three_places_are_warned_of():
    """The Czech authority's warning names the mainland, Hong Kong and Macao."""
    assert {code for code in KNOWN.countries if KNOWN.warned_of(code)} == {"CN", "HK", "MO"}
    assert not KNOWN.warned_of("ZZ")


def test_countries_have_names_in_both_languages():
    """An unknown country is called by its code."""
    assert (KNOWN.country_name("CZ"), KNOWN.country_name("CZ", "cs")) == ("Czechia", "Česko")
    assert KNOWN.country_name("ZZ") == "ZZ"


@pytest.mark.parametrize(
    ("year", "day"),
    [(1961, (4, 2)), (2000, (4, 23)), (2008, (3, 23)), (2019, (4, 21)), (2026, (4, 5)), (2038, (4, 25))],
)
def test_easter_falls_on_its_sunday(year, day):
    """The earliest, the latest and ordinary ones."""
    assert easter_sunday(year) == date(year, *day)
    assert easter_sunday(year).weekday() == 6


def test_czech_and_german_holidays_are_modelled_and_others_say_they_are_not():
    """Thirteen days in Czechia; nine in all of Germany; none where nobody has built them in."""
    assert len(KNOWN.public_holidays("CZ", 2026)) == 13
    assert date(2026, 4, 3) in KNOWN.public_holidays("CZ", 2026)
    assert len(KNOWN.public_holidays("DE", 2026)) == 9
    assert date(2026, 5, 14) in KNOWN.public_holidays("DE", 2026)
    assert KNOWN.public_holidays("JP", 2026) == frozenset()
    assert KNOWN.models_holidays("CZ")
    assert not KNOWN.models_holidays("JP")


def test_every_obligation_is_met_in_one_of_four_ways():
    """A hundred and seventeen duties; what is automated names rule and test."""
    assert len(KNOWN.obligations) == 117
    counted = Counter(duty.status for duty in KNOWN.obligations.values())
    assert counted[Status.AUTOMATED] > 0
    assert counted[Status.PEOPLE] > 0


def test_a_category_names_its_retention_class():
    """One facts key is kept for each person and class."""
    name = KNOWN.categories[CategoryId("T01")]
    assert name.retention(Capacity.CUSTOMER) == "relation-3y"
    assert name.retention(Capacity.OFFICIAL) == "office-1y"


def _rows(name: str) -> list[dict[str, str]]:
    with (shared("law") / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_categories_carry_the_facts_of_the_reference_table():
    """The same ids, DPV terms and fideslang keys; what the table forbids is forbidden here."""
    for row in _rows("taxonomy.csv"):
        category = KNOWN.categories[CategoryId(row["id"])]
        assert [iri.rpartition("#")[2] for iri in category.dpv] == row["dpv_pd_terms"].split("; ")
        assert category.fideslang == row["fideslang_key"]
        assert (category.special is Special.ART_9) >= (row["dpv_marks_special"] == "yes")
        for capacity in Capacity:
            letters = category.rules[capacity].letters
            assert (row[capacity.value] == "X") <= (Letter.PROHIBITED in letters)
            assert (row[capacity.value] == "-") <= (letters <= {Letter.NOT_APPLICABLE, Letter.PROHIBITED})


def test_countries_and_decisions_carry_the_facts_of_the_reference_tables():
    """The same countries, the same decisions with their dates."""
    assert {row["alpha_2"] for row in _rows("countries_iso3166.csv")} == set(KNOWN.countries)
    for row in _rows("countries_iso3166.csv"):
        assert KNOWN.is_eea(row["alpha_2"]) >= (row["transfer_class_2026_11"] in {"EU", "EEA"})
    decided = {(row["iso3166_alpha2"], row["decision_date"]) for row in _rows("adequacy_decisions.csv")}
    assert {(decision.country, decision.decided_on.isoformat()) for decision in KNOWN.adequacy} == decided


def test_obligations_are_those_of_the_reference_table():
    """None is forgotten, none invented."""
    assert [row["id"] for row in _rows("obligations.csv")] == list(KNOWN.obligations)
