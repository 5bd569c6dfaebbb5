"""A denial as it is handed to the stranger: the signed note, what it is about, the proof that its line is logged."""

from collections.abc import Mapping

from aboveboard.apps.accounts.queries import controller
from aboveboard.apps.evidence.denials import DenialGiven, not_signed
from aboveboard.apps.evidence.governance import GovernanceLine, governance_lines
from aboveboard.apps.evidence.logs import Log, current_log, published_note
from aboveboard.apps.evidence.pack import own_trust, packed_governance
from aboveboard.apps.ledger.queries import settled
from aboveboard.apps.ledger.receipts import receipt
from aboveboard.core import canonical
from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.verify import denial as form
from aboveboard.core.verify import shape

RECEIPT, README = "receipt", "READ-ME.txt"


def denial_files(given: DenialGiven) -> dict[str, bytes]:
    """Give the files of a denial by name, checked as a stranger would check them.

    Raises:
        NotSignedYet: while its line waits for the log's signature.
        NotVerified: when the log does not prove itself any more.
    """
    note = published_note()
    log = current_log(note)
    line = _line(given, log)
    prover = log.prover()
    old = Checkpoint.parse(SignedNote.parse(given.earlier).text)
    grown = {"checkpoint": given.earlier, "proof": [one.hex() for one in prover.consistency(old.size)]}
    promised = receipt(given.entry_hash, line.said.at)
    files = {
        form.NOTE: given.note.encode(),
        form.IDENTIFIERS: form.encode_shown(given.shown),
        form.LINE: canonical.encode([packed_governance(line, prover)]),
        shape.CHECKPOINT: note,
        shape.CONSISTENCY: canonical.encode([grown]),
        RECEIPT: promised.note.encode() if promised else b"",
        README: _readme(controller() or "", log, given.shown),
    }
    report = form.verify_denial(files, own_trust())
    if not report.holds:
        raise NotVerified(f"The log does not prove itself: {report.failures[0].sentence} Run `aboveboard doctor`.")
    return files


def _line(given: DenialGiven, log: Log) -> GovernanceLine:
    stands = settled(given.entry_hash)
    if stands is None or stands.index >= log.size:
        raise not_signed()
    for line in governance_lines(log):
        if line.index == stands.index:
            return line
    raise NotVerified("The line of the denial is gone from the ledger; run `aboveboard doctor`.")


def _readme(entity: str, log: Log, shown: tuple[form.Shown, ...]) -> bytes:
    kinds = ", ".join(form.KINDS[one.kind] for one in shown)
    limits = "\n".join(f"  - {sentence}" for sentence in form.NOT_PROVED)
    about: Mapping[str, object] = {"entity": entity, "origin": log.origin, "kinds": kinds, "limits": limits}
    return (_ENGLISH.format(**about) + "\n" + "-" * 78 + "\n\n" + _CZECH.format(**about)).encode()


_ENGLISH = """\
A DENIAL, SIGNED

{entity} has signed that it holds no record under what you go by: {kinds}. The signature is that of its transparency
log {origin} (file denial); the hash of the denial stands in that log (line.json), so that it cannot be taken back.

How to check it
  aboveboard verify FOLDER --trust KEYS
  KEYS is the file with the log's public key, from somebody other than whoever gave you this folder.

What it is good for
  Should a record about you come to light that was entered before the checkpoint named in the denial, it is proved
  false: aboveboard verify PACK --trust KEYS --refute FOLDER

What it does not prove
{limits}

Keep identifiers.json to yourself: it holds what you go by, and the salts without which nobody can say whom the denial
is about. Neither the log nor the company keeps them.
"""

_CZECH = """\
PODEPSANÉ POPŘENÍ

{entity} podpisem stvrzuje, že nevede žádný záznam pod údaji, kterými jste se prokázali (identifiers.json). Podpis
patří protokolu přístupů {origin} (soubor denial); otisk popření stojí v tomto protokolu (line.json), takže je nelze
vzít zpět.

Jak je ověřit
  aboveboard verify SLOŽKA --trust KLÍČE
  KLÍČE je soubor s veřejným klíčem protokolu; obstarejte si jej jinde než u toho, kdo vám dal tuto složku.

K čemu je
  Vyjde-li najevo záznam o vás, který byl zapsán před kontrolním bodem uvedeným v popření, je prokázáno, že popření je
  nepravdivé: aboveboard verify DOKLAD --trust KLÍČE --refute SLOŽKA

Co prokázáno není
  - Že je pravdivé: popření je podepsané tvrzení, nikoli důkaz, že nic není. Váží tolik, co stojí přistižení při lži.
  - Že se nic nevede pod jinými údaji nebo pod těmito zapsanými jinak, ani že nic nečeká nepřečteno v karanténě, kde se
    poznávají jen jména a e-mailové adresy.
  - Že se nic nevede jinde: u jiné společnosti skupiny, v jiných systémech, na papíře, v paměti lidí. Záznamy o
    vlastních zaměstnancích jsou vedeny zvlášť a neprohledávají se.
  - Že nic nebylo zapsáno po kontrolním bodu, který popření uvádí.

Soubor identifiers.json nikomu nedávejte: obsahuje vaše údaje a soli, bez nichž nikdo neřekne, o kom popření je.
Protokol ani společnost je nemají.
"""
