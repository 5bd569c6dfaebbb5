"""What stands in READ-ME.txt of a pack: what it proves, what it does not, and how to check it, in two languages."""

from aboveboard.apps.evidence.limits import CZECH, ENGLISH
from aboveboard.apps.evidence.outsiders import outsiders
from aboveboard.apps.ledger.confirmed import Standing
from aboveboard.core.verify.words import ALWAYS, UNWITNESSED

_ENGLISH = """\
EVIDENCE ABOUT YOUR DATA

This folder was made for one person: you. It holds what {controller} keeps about you (evidence.json), every line that
the transparency log has about you (entries.json), the controller's decisions those lines rest on (governance.json),
and the log's signature over all of it (checkpoint, manifest).

How to check it
  aboveboard verify FOLDER --trust KEYS
  KEYS is the file with the log's public key. Get it from somebody other than whoever gave you this folder: from the
  controller's web site, from the supervisory authority, or from somebody else who has such a folder. Checking needs no
  network, no account and no software of the controller.
  If you kept an earlier checkpoint, add: --since FILE

What it proves when every check holds
  - The lines stand in the log {origin}, which counted {size} entries; none of them can be changed, removed or inserted
    any more without being found out.
  - These are all your lines up to that count: the log's index (index.json) knows each of them, and none that would
    follow.
  - Each line says when, for what purpose, from which entity and country, which categories, and whether it was allowed.
  - Looks of other entities rested on a grant that two people had signed before.
  - The values shown are those that were recorded, where a line holds their digest.

What it does not prove
{limits}

{outside}
{no_log}
Keep this folder to yourself: evidence.json holds your data, and the key in it finds your lines in the public log.
Keep the file `checkpoint` with somebody you trust: whoever rewrites the log later contradicts it.
"""

_CZECH = """\
DOKLAD O VAŠICH ÚDAJÍCH

Tato složka byla vyhotovena pro jednu osobu: pro vás. Obsahuje, co o vás {controller} vede (evidence.json), každý
záznam, který o vás má protokol přístupů (entries.json), rozhodnutí správce, o něž se tyto záznamy opírají
(governance.json), a podpis protokolu nad tím vším (checkpoint, manifest).

Jak ji ověřit
  aboveboard verify SLOŽKA --trust KLÍČE
  KLÍČE je soubor s veřejným klíčem protokolu. Obstarejte si jej jinde než u toho, kdo vám dal tuto složku: na stránkách
  správce, u dozorového úřadu nebo u někoho, kdo takovou složku také má. K ověření není třeba síť, účet ani program
  správce. Máte-li uschovaný starší kontrolní bod, přidejte: --since SOUBOR

Co je prokázáno, obstojí-li všechny kontroly
  - Záznamy stojí v protokolu {origin}, který čítal {size} položek; žádnou už nelze změnit, odstranit ani vložit, aniž
    by to vyšlo najevo.
  - Jsou to všechny záznamy o vás do tohoto počtu: rejstřík protokolu (index.json) zná každý z nich a žádný další.
  - Každý záznam říká, kdy, k jakému účelu, z které společnosti a země, které kategorie a zda to bylo povoleno.
  - Nahlížení jiných společností se opíralo o svolení, které předtím podepsali dva lidé.
  - Uvedené hodnoty jsou ty, které byly zaznamenány, pokud záznam obsahuje jejich otisk.

Co prokázáno není
  - Co přišlo po tomto kontrolním bodu: pozdější záznamy jsou v novějším dokladu, který žádný z těchto nesmí vynechat.
  - Že rejstřík patří k celému protokolu: jeho kořen je podepsán a kdo má všechny položky, sestaví jej znovu; z tohoto
    dokladu samého to nelze.
  - Že každé nahlédnutí zanechalo záznam: vyfotografovaná obrazovka, pohled přes rameno nebo druhá evidence jinde stopu
    nezanechají.
  - Že nikdo nečetl mimo protokol: kdo provozuje stroje a drží kořenový klíč, může číst, aniž by to bylo vidět.
  - Kdo přesně čtenáři jsou a že udaná místa jsou pravdivá: jméno a role zůstávají skryty.
  - Že svolení nebylo ukončeno dříve: konec svolení platí jen tam, kde je uveden jeho záznam.
  - Že všichni viděli týž protokol: pokud kontrolní bod nepodepsal žádný svědek, porovnejte jej s tím, který má někdo
    jiný.
  - Co tu nikdy zaznamenáno nebylo: jiné systémy, papír a paměť lidí.

{outside}
{zadny_protokol}
Složku nikomu nedávejte: evidence.json obsahuje vaše údaje a klíč v něm najde vaše záznamy ve veřejném protokolu.
Soubor `checkpoint` svěřte někomu, komu věříte: kdo by protokol později přepsal, ocitne se s ním v rozporu.
"""


def readme(controller: str, origin: str, size: int, found: Standing | None) -> bytes:
    """Give the text, English first; *found*: what outsiders have confirmed."""
    unconfirmed = () if found and found.witnessed else (UNWITNESSED,)
    limits = "\n".join(f"  - {sentence}" for sentence in (*ALWAYS, *unconfirmed))
    about = {"controller": controller, "origin": origin, "size": size, "no_log": ENGLISH, "zadny_protokol": CZECH}
    ours, theirs = outsiders(found, size)
    english, czech = _ENGLISH.format(limits=limits, outside=ours, **about), _CZECH.format(outside=theirs, **about)
    return f"{english}\n{'-' * 78}\n\n{czech}".encode()
