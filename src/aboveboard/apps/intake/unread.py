"""Whether somebody waits in quarantine under an address that is not kept as a fact: known by its keyed digest only."""

from aboveboard.apps import keys
from aboveboard.apps.ledger import rows
from aboveboard.core.envelope.blind import suppression_token
from aboveboard.core.envelope.identifiers import IdentifierKind
from aboveboard.core.envelope.keys import KeyKind


def waits_under(kind: IdentifierKind, compared: str) -> bool:
    """Tell whether a living person came with this e-mail address in a file, and it was not admitted."""
    if kind is not IdentifierKind.EMAIL:
        return False
    digest = suppression_token(keys.store().cell_key(KeyKind.SUPPRESSION), "email", compared)
    query = (
        "SELECT 1 FROM intake_arrival a JOIN vault_person p ON p.id = a.person"
        " WHERE a.address = %s AND p.erased_at IS NULL LIMIT 1"
    )
    return bool(rows.fetch(query, [digest]))
