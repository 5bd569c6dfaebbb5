"""What stands in READ-ME.txt of a press file, in two languages."""

from aboveboard.apps.evidence.limits import CZECH, ENGLISH
from aboveboard.core.verify.press import NOT_PROVED, THRESHOLD

_ENGLISH = """\
COUNTS FOR THE PRESS

This folder says how often personal data at {controller} were looked at, from where, month by month (press.en.html,
counts.csv), and holds a signed checkpoint of the transparency log {origin} over {size} entries. It holds nothing about
any person. A number below {threshold} is not told: small cells are folded into "others", and where those are too few,
the next smallest with them.

What you can do with it
  Keep the file `checkpoint`. Whoever rewrites the log later contradicts it, and `--since checkpoint` shows so.
  Ask the company for a range: "no look as from country X between A and B" can be proved (`aboveboard prove-range`).
  aboveboard verify FOLDER --trust KEYS checks that nothing in this folder was changed since the log signed it.

What it does not prove
{limits}

{no_log}"""

_CZECH = """\
POČTY PRO TISK

Tato složka říká, kolikrát a odkud se u společnosti {controller} nahlíželo do osobních údajů, měsíc po měsíci
(press.cs.html, counts.csv), a obsahuje podepsaný kontrolní bod protokolu {origin} o {size} položkách. O žádné osobě
neobsahuje nic. Číslo pod {threshold} se neuvádí: malé počty jsou shrnuty do „others“ (ostatní), a je-li jich i tak
málo, spolu s nejbližším větším.

K čemu slouží
  Uschovejte soubor `checkpoint`. Kdo by protokol později přepsal, ocitne se s ním v rozporu; ukáže to `--since`.
  Žádejte od společnosti úsek: „žádné nahlédnutí ze země X mezi A a B“ lze prokázat (`aboveboard prove-range`).
  aboveboard verify SLOŽKA --trust KLÍČE ověří, že se v této složce od podpisu nic nezměnilo.

Co prokázáno není
  - Počty: uvádí je společnost a její protokol je podepsal; úřadu je prokáže řádek po řádku a na jednotlivou otázku
    odpoví úsek.
  - Cokoli o jedné osobě: ta si žádá o vlastní doklad.
  - Že každé nahlédnutí zanechalo záznam, že místa jsou pravdivá nebo že nikdo nečetl mimo protokol.
  - Že všichni viděli týž protokol: pokud kontrolní bod nepodepsal žádný svědek, porovnejte jej s tím, který má někdo
    jiný.

{zadny_protokol}"""


def press_readme(controller: str, origin: str, size: int) -> bytes:
    """Give the text, English first."""
    limits = "\n".join(f"  - {sentence}" for sentence in NOT_PROVED)
    about = {
        "controller": controller,
        "origin": origin,
        "size": size,
        "threshold": THRESHOLD,
        "no_log": ENGLISH,
        "zadny_protokol": CZECH,
    }
    return (_ENGLISH.format(limits=limits, **about) + "\n" + "-" * 78 + "\n\n" + _CZECH.format(**about)).encode()
