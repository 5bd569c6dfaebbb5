"""The catalogue as one value: what is known about categories, countries, terms and duties on one date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from aboveboard.core.catalogue.category import (
    AdequacyDecision,
    Category,
    CategoryRule,
    Condition,
    Country,
    Holiday,
    Obligation,
    RetentionTerm,
)
from aboveboard.core.catalogue.holidays import holidays_in
from aboveboard.core.terms import Capacity, CategoryId, RetentionClass


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the data files of one date say."""

    dated: date
    categories: Mapping[CategoryId, Category]
    conditions: Mapping[str, Condition]
    retention: Mapping[RetentionClass, RetentionTerm]
    countries: Mapping[str, Country]
    adequacy: tuple[AdequacyDecision, ...]
    holidays: tuple[Holiday, ...]
    obligations: Mapping[str, Obligation]
    digest: bytes
    """SHA-256 over the names and the bytes of all data files."""

    def rule(self, category: CategoryId, capacity: Capacity) -> CategoryRule:
        """Give the default rule of *category* for *capacity*."""
        return self.categories[category].rules[capacity]

    def is_eea(self, code: str) -> bool:
        """Say whether the GDPR applies in the country by EU or EEA law; an unknown one is outside."""
        country = self.countries.get(code)
        return country is not None and country.in_eea

    def warned_of(self, code: str) -> bool:
        """Say whether an authority warns of data being read from the country."""
        country = self.countries.get(code)
        return country is not None and bool(country.warning)

    def country_name(self, code: str, language: str = "en") -> str:
        """Give the name of a country in English or Czech, or the code itself where it is not known."""
        country = self.countries.get(code)
        if country is None:
            return code
        return country.name_cs if language == "cs" else country.name

    def adequate(self, country: str, scopes: frozenset[str], on: date) -> AdequacyDecision | None:
        """Give the adequacy decision that covers an entity inside *scopes* there on that day (Art. 45(3))."""
        for decision in self.adequacy:
            if (
                decision.country == country
                and decision.decided_on <= on
                and (decision.expires_on is None or on <= decision.expires_on)
                and (not decision.scope or decision.scope in scopes)
            ):
                return decision
        return None

    def public_holidays(self, country: str, year: int) -> frozenset[date]:
        """Give the public holidays of *country* in *year*."""
        return holidays_in(self.holidays, country, year)

    def models_holidays(self, country: str) -> bool:
        """Say whether the public holidays of *country* are modelled, or its terms only know weekends."""
        return any(holiday.country == country for holiday in self.holidays)
