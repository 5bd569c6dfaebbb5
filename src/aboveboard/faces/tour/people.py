"""The people of the tour: made from lists of common names by a fixed seed; whoever bears such a name is not meant."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aboveboard.core.envelope.blind import fold

SEED = 2019
COLUMNS = (
    "Jméno", "Příjmení", "Firma", "Funkce", "Pracovní e-mail", "Pracovní telefon", "Počet dětí", "Roční příjem",
    "Koníčky", "Náboženství",
)  # fmt: skip
ENCODING, DELIMITER = "cp1250", ";"
"""What a Czech spreadsheet writes; the reader has to find it out."""

_CZECH_MEN = (
    "Jiří", "Tomáš", "Lukáš", "Václav", "Ondřej", "Matěj", "Řehoř", "Zdeněk", "Luboš", "Štěpán", "Vojtěch", "Přemysl",
)  # fmt: skip
_CZECH_WOMEN = (
    "Jitka", "Šárka", "Růžena", "Žofie", "Ludmila", "Kateřina", "Zdeňka", "Markéta", "Běta", "Dagmar", "Květa",
)  # fmt: skip
_CZECH_NAMES = (
    "Novotný", "Dvořák", "Černý", "Procházka", "Kučera", "Veselý", "Horák", "Němec", "Pokorný", "Král", "Růžička",
    "Beneš", "Fiala", "Sedláček", "Doležal", "Zeman", "Kolář", "Říha", "Čermák", "Šimek", "Žák", "Kříž", "Hájek",
    "Vlček", "Křížek", "Jeřábek", "Štěpánek", "Moučka", "Břízek", "Ptáček",
)  # fmt: skip
_GERMAN_MEN = ("Jürgen", "Günter", "Björn", "Jörg", "Matthias", "Götz", "Sören", "Rüdiger", "Holger", "Ägidius")
_GERMAN_WOMEN = ("Käthe", "Gönül", "Jördis", "Ännchen", "Grete", "Ulrike", "Heike", "Bärbel", "Sünje", "Margarete")
_GERMAN_NAMES = (
    "Müller", "Schröder", "Köhler", "Krüger", "Böhm", "Jäger", "Großmann", "Weiß", "Strauß", "Fröhlich", "Löffler",
    "Kästner", "Hübner", "Schäfer", "Grünwald", "Brückner", "Vögel", "Küster", "Bäcker", "Söllner",
)  # fmt: skip
_FIRST_WORDS = (
    "Severní", "Modrá", "Horní", "Nová", "Tichá", "Jasná", "Bílá", "Zlatá", "Dolní", "Stará", "Nordische", "Blaue",
    "Obere", "Neue", "Stille",
)  # fmt: skip
_TRADES = (
    "strojírna", "pekárna", "tiskárna", "sklárna", "stavba", "doprava", "Werkzeug", "Logistik", "Optik", "Feinkost",
    "papírna", "slévárna",
)  # fmt: skip
_FORMS = ("s.r.o.", "a.s.", "GmbH", "k.s.")
_FUNCTIONS = (
    "vedoucí nákupu", "nákupčí", "technický ředitel", "jednatelka", "provozní", "Einkaufsleiter", "Einkäuferin",
    "Technische Leiterin", "účetní", "správce skladu",
)  # fmt: skip
_BELIEFS = ("římskokatolické", "evangelisch", "bez vyznání", "", "", "")
_HOBBIES = ("golf", "rybaření", "zahrádkaření", "Segeln", "šachy", "myslivost", "Chorgesang", "tenis", "")


@dataclass(frozen=True, slots=True)
class Generated:
    """One line of the raw export."""

    given: str
    family: str
    organisation: str
    function: str
    email: str
    phone: str
    children: str
    income: str
    hobbies: str
    belief: str

    @property
    def name(self) -> str:
        """Give the full name."""
        return f"{self.given} {self.family}"

    def cells(self) -> tuple[str, ...]:
        """Give the line in the order of COLUMNS."""
        return (
            self.given, self.family, self.organisation, self.function, self.email, self.phone, self.children,
            self.income, self.hobbies, self.belief,
        )  # fmt: skip


def people(count: int, seed: int = SEED) -> Iterator[Generated]:
    """Generate *count* fictional people, the same for the same seed; two in three are Czech, one is German."""
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    firms = [
        f"{dice.choice(_FIRST_WORDS)} {dice.choice(_TRADES)} {number} {dice.choice(_FORMS)}" for number in range(1, 181)
    ]
    for number in range(count):
        given, family = _named(dice)
        firm = dice.choice(firms)
        yield Generated(
            given,
            family,
            firm,
            dice.choice(_FUNCTIONS),
            f"{_plain(given)}.{_plain(family)}.{number}@{_plain(firm)}.example",
            f"+420 {dice.randrange(600, 780)} {dice.randrange(1000):03} {dice.randrange(1000):03}",
            str(dice.choice((0, 0, 1, 1, 2, 2, 3, 4))),
            str(dice.randrange(380, 1900) * 1000),
            dice.choice(_HOBBIES),
            dice.choice(_BELIEFS),
        )


def _named(dice: random.Random) -> tuple[str, str]:
    if dice.random() < 1 / 3:
        return dice.choice(_GERMAN_MEN + _GERMAN_WOMEN), dice.choice(_GERMAN_NAMES)
    if dice.random() < 1 / 2:
        return dice.choice(_CZECH_MEN), dice.choice(_CZECH_NAMES)
    return dice.choice(_CZECH_WOMEN), _feminine(dice.choice(_CZECH_NAMES))


def _feminine(name: str) -> str:
    """Give the feminine form of a Czech family name: Novotný - Novotná, Hájek - Hájková, Kučera - Kučerová."""
    if name.endswith("ý"):
        return name[:-1] + "á"
    if name.endswith(("ek", "ec")):
        return name[:-2] + name[-1] + "ová"
    if name.endswith("a"):
        return name[:-1] + "ová"
    return name + "ová"


def _plain(text: str) -> str:
    return "".join(mark for mark in fold(text) if mark.isalnum())


def write_raw_export(path: Path, count: int) -> int:
    """Write the raw export of *count* people as a Czech spreadsheet would; gives how many cells hold something."""
    path.parent.mkdir(parents=True, exist_ok=True)
    filled = 0
    with path.open("w", encoding=ENCODING, newline="") as file:
        file.write(DELIMITER.join(COLUMNS) + "\r\n")
        for person in people(count):
            cells = person.cells()
            filled += sum(1 for cell in cells if cell)
            file.write(DELIMITER.join(cells) + "\r\n")
    return filled
