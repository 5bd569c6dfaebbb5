"""What stands in READ-ME.txt of a range: what was opened, how to check it, and what no range proves; two languages."""

from aboveboard.apps.evidence.limits import CZECH, ENGLISH
from aboveboard.core.verify.range_words import ALWAYS
from aboveboard.core.verify.words import UNWITNESSED

_ENGLISH = """\
A STRETCH OF THE LOG, OPENED AS FAR AS IT WAS ASKED FOR

This folder answers a question about looks at personal data in a period (range.json says which) out of the transparency
log {origin}, which counted {size} entries. It shows every line of a stretch of that log that begins before the period
and ends behind it; of each look it opens only the fields that answer the question, and never whom a line is about or
who looked. It holds no personal data of the persons concerned.

How to check it
  aboveboard verify FOLDER --trust KEYS
  KEYS is the file with the log's public key. Get it from somebody other than whoever gave you this folder. Checking
  needs no network, no account and no software of the controller. If you kept an earlier checkpoint: --since FILE

What it proves when every check holds
  - How many looks were recorded as asked for in the period: none, or those the verifier names by place and time.
  - That no line of the stretch was left out, changed or added since the checkpoint was signed.

What it does not prove
{limits}

{no_log}"""

_CZECH = """\
ÚSEK PROTOKOLU, OTEVŘENÝ JEN V ROZSAHU OTÁZKY

Tato složka odpovídá na otázku o nahlíženích do osobních údajů v určitém období (jakou, stojí v range.json), a to
z protokolu přístupů {origin}, který čítal {size} položek. Ukazuje každý řádek úseku protokolu, jenž začíná před tímto
obdobím a končí po něm; z každého nahlédnutí otevírá jen pole, která na otázku odpovídají, nikdy to, koho se řádek týká
a kdo nahlížel. Osobní údaje dotčených osob neobsahuje.

Jak ji ověřit
  aboveboard verify SLOŽKA --trust KLÍČE
  KLÍČE je soubor s veřejným klíčem protokolu. Obstarejte si jej jinde než u toho, kdo vám dal tuto složku. K ověření
  není třeba síť, účet ani program správce. Máte-li uschovaný starší kontrolní bod, přidejte: --since SOUBOR

Co je prokázáno, obstojí-li všechny kontroly
  - Kolik nahlédnutí podle otázky bylo v tomto období zaznamenáno: žádné, nebo ta, která ověření uvede místem a časem.
  - Že žádný řádek úseku nebyl od podpisu kontrolního bodu vynechán, změněn ani přidán.

Co prokázáno není
  - Že každé nahlédnutí zanechalo záznam: vyfotografovaná obrazovka, předaný výpis nebo druhá evidence jinde stopu
    nezanechají; kdo provozuje stroje a drží kořenový klíč, může číst mimo protokol.
  - Že je pravda, co záznam říká: zemi, společnost a čas zaznamenal správce; za pracoviště ručí jeho společnosti a
    tunel přes jinou síť zakryje, odkud kdo čte.
  - Že záznam z tohoto období stojí v úseku, ať hodiny správce ukazovaly cokoli. Úsek začíná a končí mezi řádky
    s časy mimo období a žádný záznam nesmí čekat déle než minutu vedle jiných; porušení prozradí stvrzenky a časy
    svědků.
  - Že nahlédnutí nebylo zaznamenáno jako něco jiného: druh řádku je veřejný; co nahlédnutím není, otevřeno nebylo.
  - Co přišlo po tomto období nebo stojí v jiném protokolu či u jiného správce.
  - Že všichni viděli týž protokol: pokud kontrolní bod nepodepsal žádný svědek, porovnejte jej s tím, který má někdo
    jiný.

{zadny_protokol}"""

_ENGLISH_GAPS = """\


An earlier log
  The log above follows on one that ended with a declared gap: the database had been set back behind what was signed.
  The period reaches back to it. Its lines up to the lost ones lie in former-1-range.json and former-1-lines-*.json
  (or with a higher number), tied to the last head it signed, which the first line of the next log names
  (declared.json). former.json says which earlier logs are not shown, and why. What the lost lines say nobody can tell;
  the verifier says which they are, and when two signatories declared it."""

_CZECH_GAPS = """\


Dřívější protokol
  Výše uvedený protokol navazuje na jiný, který skončil ohlášenou mezerou: databáze byla vrácena před to, co již bylo
  podepsáno. Období zasahuje až do něj. Jeho řádky až ke ztraceným leží v former-1-range.json a former-1-lines-*.json
  (nebo s vyšším číslem); váže je poslední stav, který onen protokol podepsal a který uvádí první řádek dalšího
  protokolu (declared.json). Které dřívější protokoly ukázány nejsou a proč, stojí v former.json. Co říkají ztracené
  řádky, nezjistí nikdo; ověření uvede, které to jsou a kdy to dva podepisující ohlásili."""


def range_readme(origin: str, size: int, *, gaps: bool = False) -> bytes:
    """Give the text, English first; *gaps*: whether it is said what earlier logs are about."""
    limits = "\n".join(f"  - {sentence}" for sentence in (*ALWAYS, UNWITNESSED))
    about = {"origin": origin, "size": size}
    english = _ENGLISH.format(limits=limits, no_log=ENGLISH + (_ENGLISH_GAPS if gaps else ""), **about)
    czech = _CZECH.format(zadny_protokol=CZECH + (_CZECH_GAPS if gaps else ""), **about)
    return (english + "\n" + "-" * 78 + "\n\n" + czech).encode()
