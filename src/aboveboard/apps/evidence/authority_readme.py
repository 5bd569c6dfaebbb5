"""What stands in READ-ME.txt of an evidence file for an authority, in two languages."""

from aboveboard.apps.evidence.limits import CZECH, ENGLISH
from aboveboard.core.verify.authority import NOT_PROVED
from aboveboard.core.verify.range_words import ALWAYS
from aboveboard.core.verify.words import UNWITNESSED

_ENGLISH = """\
EVIDENCE FOR AN AUTHORITY

This folder says what {controller} did with personal data in a period (range.json says which). For people:
evidence.en.html and evidence.cs.html. For programs: evidence.jsonld (W3C Data Privacy Vocabulary) and the tables (CSV).
Below both lies the proof: every line of the transparency log {origin} around the period (lines-000.json ...), opened
but for whom it is about and who acted; the controller's decisions that looks rested on (governance.json); the text of
the rules that decided (rules.json, for people rules.md). {whom}

How to check it
  aboveboard verify FOLDER --trust KEYS
  KEYS is the file with the log's public key. Get it from somebody other than whoever gave you this folder. Checking
  needs no network, no account and no software of the controller.

What it proves when every check holds
  - These are all lines of the period up to the checkpoint, which counts {size} entries; none was left out or changed.
  - looks.csv, disclosures.csv, erasures.csv and rule-sets.csv say what these lines say; they are made anew.
  - Looks of other entities rested on grants that two people had signed before.
  - The text of the rules has the hash under which the lines say they were decided.

What it does not prove
{limits}

{no_log}"""

_CZECH = """\
DOKLAD PRO ÚŘAD

Tato složka říká, co společnost {controller} v určitém období (jakém, stojí v range.json) činila s osobními údaji. Pro
lidi: evidence.cs.html a evidence.en.html. Pro programy: evidence.jsonld (W3C Data Privacy Vocabulary) a tabulky (CSV).
Pod obojím leží důkaz: každý řádek protokolu přístupů {origin} kolem tohoto období (lines-000.json ...), otevřený až na
to, koho se týká a kdo jednal; rozhodnutí správce, o něž se nahlížení opírala (governance.json); znění pravidel, jež
rozhodovala (rules.json, pro lidi rules.md). {koho}

Jak ji ověřit
  aboveboard verify SLOŽKA --trust KLÍČE
  KLÍČE je soubor s veřejným klíčem protokolu. Obstarejte si jej jinde než u toho, kdo vám dal tuto složku. K ověření
  není třeba síť, účet ani program správce.

Co je prokázáno, obstojí-li všechny kontroly
  - Jsou to všechny řádky tohoto období až po kontrolní bod, který čítá {size} položek; žádný nebyl vynechán ani změněn.
  - looks.csv, disclosures.csv, erasures.csv a rule-sets.csv říkají totéž co tyto řádky; sestavují se znovu.
  - Nahlížení jiných společností se opíralo o svolení, která předtím podepsali dva lidé.
  - Znění pravidel má otisk, pod nímž podle řádků rozhodovala.

Co prokázáno není
  - Co říkají stránky pro lidi (HTML, JSON-LD, facts.csv, grants.csv, opakované rozhodnutí): protokol je podepsal, žádný
    řádek je neprokazuje.
  - Že údaj již veden není nebo nikdy veden nebyl: řádky jsou jen o zaznamenání a výmazu.
  - Že každé nahlédnutí zanechalo záznam a že je pravda, co záznam říká: za zemi, společnost a čas ručí správce.
  - Že všichni viděli týž protokol: pokud kontrolní bod nepodepsal žádný svědek, porovnejte jej s tím, který má někdo
    jiný.

{zadny_protokol}"""


_NOBODY = "It names nobody and holds no value of a person."
_ONE = "person.zip is the pack of the one person the request is about, to be unpacked and checked by itself."
_NIKDO = "Nikoho nejmenuje a neobsahuje žádný údaj žádné osoby."
_JEDEN = "person.zip je doklad o té jedné osobě, jíž se žádost týká; rozbalte jej a ověřte zvlášť."


def authority_readme(controller: str, origin: str, size: int, *, person: bool = False) -> bytes:
    """Give the text, English first; with a *person* it says where what is held about them lies."""
    limits = "\n".join(f"  - {sentence}" for sentence in (*NOT_PROVED, *ALWAYS, UNWITNESSED))
    about = {"controller": controller, "origin": origin, "size": size, "no_log": ENGLISH, "zadny_protokol": CZECH}
    about |= {"whom": _ONE if person else _NOBODY, "koho": _JEDEN if person else _NIKDO}
    return (_ENGLISH.format(limits=limits, **about) + "\n" + "-" * 78 + "\n\n" + _CZECH.format(**about)).encode()
