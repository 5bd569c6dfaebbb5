"""Categories of personal data with their default rules, countries, terms and duties, as dated data.

Names of countries follow ISO 3166-1; terms of personal data follow W3C DPV-PD 2.3 and fideslang. What most
rules refuse is a house default, not the letter of a law, and each rule says which (Arts 5, 6, 9, 10).
"""

from aboveboard.core.catalogue.catalogue import Catalogue
from aboveboard.core.catalogue.category import CONTACT_TIER, Category, CategoryRule
from aboveboard.core.catalogue.load import catalogue, load

__all__ = ["CONTACT_TIER", "Catalogue", "Category", "CategoryRule", "catalogue", "load"]
