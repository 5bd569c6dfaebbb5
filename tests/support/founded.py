"""A founded cell for tests: the controller, two signatories, the officer and whoever a test appoints, all fictional."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aboveboard.apps import keys
from aboveboard.apps.accounts.actions import Appointee, make_key, unlock
from aboveboard.apps.accounts.acts import give_opinion, propose, sign_act
from aboveboard.apps.accounts.appointments import apply_appointment, apply_key, appointment_body, key_body
from aboveboard.apps.accounts.signing import Signer
from aboveboard.apps.group.queries import LegalEntity
from aboveboard.apps.keys.access import key_store_path, root_key_path
from aboveboard.apps.keys.root import FileRootKey
from aboveboard.apps.ledger.actions import forget_signed_head, open_pending
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.register.founding import found
from aboveboard.core.entries import Entry
from aboveboard.core.terms import CountryCode, EntityId, EntityStanding, Role, StaffId

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PASSPHRASE = "correct horse battery"


def appointee(role: Role, *, name: str = "Cast Member", entity: str = "cz", unit: str = "board", country: str = "CZ"):
    """Somebody of the test cast."""
    return Appointee(name, role, EntityId(entity), unit, CountryCode(country), PASSPHRASE)


def legal_entity(entity: str, country: str, **more: Any) -> LegalEntity:
    """An entity whose staff were told and consulted."""
    facts = {
        "standing": EntityStanding.RECIPIENT,
        "staff_notice_on": TODAY - timedelta(days=30),
        "consultation_on": TODAY - timedelta(days=20),
        "consultation_document": "file:2026/17",
        "serious_reason": "Looks must be provable to the people looked at.",
    }
    name = f"Entity {entity.upper()}"
    return LegalEntity(id=EntityId(entity), legal_name=name, country=CountryCode(country), **{**facts, **more})


@dataclass
class Founded:
    """The founders' signing keys, opened, and the officer."""

    first: Signer
    second: Signer
    officer: StaffId

    def decide(self, kind: str, body: Mapping[str, Any]) -> bytes:
        """Take an act through proposal, opinion and signature."""
        answer = propose(kind=kind, body=body, by=self.first, now=NOW)
        assert answer.done
        assert give_opinion(act=answer.act, in_favour=True, by=self.officer, now=NOW).done
        assert sign_act(act=answer.act, by=self.second, now=NOW).done
        return answer.act

    def appoint(self, role: Role, *, signs: bool = False, **more: str) -> StaffId:
        """Appoint one more of the cast, with a signing key on record if asked."""
        body = appointment_body(appointee(role, **more), active_from=TODAY)
        staff = apply_appointment(act=self.decide("appointment", body), now=NOW)
        if signs:
            key = make_key(staff=staff, passphrase=PASSPHRASE, now=NOW)
            apply_key(act=self.decide("key", key_body(key)), now=NOW)
        return staff

    def signer(self, role: Role, **more: str) -> Signer:
        """Appoint one more of the cast and open their key."""
        return unlock(staff=self.appoint(role, signs=True, **more), passphrase=PASSPHRASE)


def lay_root_key() -> None:
    """Lay a root key where this home looks for it."""
    forget_keys()
    FileRootKey(root_key_path()).lay_down()


def forget_keys() -> None:
    """Leave no key store and no root key behind."""
    keys.close()
    forget_signed_head()
    root_key_path().unlink(missing_ok=True)
    for suffix in ("", "-wal", "-shm"):
        key_store_path().with_name(key_store_path().name + suffix).unlink(missing_ok=True)


def found_cell_cz() -> Founded:
    """Found the controller's cell."""
    staff = found(
        controller=legal_entity("cz", "CZ", standing=EntityStanding.CONTROLLER, live_on=TODAY),
        signatories=[appointee(Role.SIGNATORY, name="First Signatory"), appointee(Role.SIGNATORY, name="Second One")],
        officer=appointee(Role.DPO, name="The Officer"),
        now=NOW,
    )
    first, second = (unlock(staff=one, passphrase=PASSPHRASE) for one in staff["signatories"])
    return Founded(first, second, staff["officer"][0])


def entries() -> list[Entry]:
    """Every entry that waits in the ledger, oldest first."""
    opened = [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.order_by("committed_us")]
    return sorted(opened, key=lambda entry: entry.at)
