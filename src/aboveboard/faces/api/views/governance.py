"""Who the token is, which grants there are, the signed log, and the receipt of an entry: no personal data."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from aboveboard.apps.evidence.readers import Sight, who_can_see
from aboveboard.apps.gate.granted import GrantLine, grants_listed
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.ledger.confirmed import Standing, standing_if_sound
from aboveboard.apps.ledger.levels import level_of
from aboveboard.apps.ledger.publishing import log_folder, log_origin, log_signer
from aboveboard.apps.ledger.receipts import receipt
from aboveboard.apps.ledger.signers import own_verifiers
from aboveboard.core.terms import PurposeId, SubjectId, Verdict
from aboveboard.core.tlog.checkpoint import open_checkpoint
from aboveboard.faces.api.answers import answer, id_of, purpose_for, refused
from aboveboard.faces.api.problems import NotHere
from aboveboard.faces.api.shapes import CheckpointShape, Grants, Me, Problem, ReceiptShape, Sights
from aboveboard.faces.api.tokens import asker

router = Router(tags=["governance"])
HASH_SIZE = 32


@router.get("/me", response=Me, url_name="me")
def me(request: HttpRequest) -> HttpResponse:
    """Say whom the token acts for, and from which country that counts."""
    who = asker(request)
    register = snapshot(now=who.at).register
    open_to = sorted(purpose.id for purpose in register.purposes.values() if who.actor.role in purpose.roles)
    return answer(
        {
            "staff": (who.actor.staff or b"").hex(),
            "role": who.actor.role.value,
            "entity": who.actor.entity,
            "country": who.place.country,
            "established_by": who.place.established_by.value,
            "purposes": open_to,
        }
    )


@router.get("/grants", response=Grants, url_name="grants")
def grants(request: HttpRequest) -> HttpResponse:
    """List the grants: the controller's staff see all, others those of their own entity."""
    who = asker(request)
    controller = snapshot(now=who.at).register.controller
    own = None if who.actor.entity == controller else who.actor.entity
    return answer({"grants": [_shown(line) for line in grants_listed(now=who.at, entity=own)]})


@router.get("/log/checkpoint", response={200: CheckpointShape, 404: Problem}, url_name="checkpoint")
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the framework's signature
    """Give the log as it was last signed; its tiles are public files."""
    origin = log_origin()
    key = log_signer(origin).vkey
    try:
        note = (log_folder() / "checkpoint").read_bytes()
    except FileNotFoundError:
        raise NotHere from None
    signed = open_checkpoint(note, own_verifiers(origin), origin)
    said = {"origin": origin, "size": signed.size, "root": signed.root.hex(), "key": key, "note": note.decode()}
    return answer({**said, **_witnessed(standing_if_sound())})


@router.get("/receipts/{entry}", response={200: ReceiptShape, 404: Problem}, url_name="receipt")
def read_receipt(request: HttpRequest, entry: str) -> HttpResponse:
    """Give the log's signed promise for an entry, and its index once it is kept."""
    found = receipt(id_of(entry, HASH_SIZE), asker(request).at)
    if found is None:
        raise NotHere
    said = {"entry": entry, "deadline": found.deadline, "receipt": found.note}
    level = level_of(bytes.fromhex(entry)).value
    return answer({**said, "index": found.index, "leaves": found.leaves, "level": level})


@router.get("/people/{person}/who-can-see", response={200: Sights, 403: Problem, 410: Problem}, url_name="who-can-see")
def read_sights(request: HttpRequest, person: str, purpose: str = "") -> HttpResponse:
    """Tell the officer who could see which categories of a person now; itself a look, with its entry."""
    who, subject = asker(request), SubjectId(id_of(person))
    wanted = PurposeId(purpose_for(who, purpose))
    found = who_can_see(subject, actor=who.actor, purpose=wanted, place=who.place, now=who.at)
    entry = found.asked.entry_hash
    if found.asked.decision.verdict is Verdict.REFUSE:
        return refused(found.asked.decision, wanted, entry, status=403)
    return answer({"entry": entry.hex(), "sights": [_sight(one) for one in found.sights]}, entry=entry)


def _witnessed(found: Standing | None) -> dict[str, object]:
    if found is None:
        return {"witnessed": 0, "witnesses": {}, "without_quorum": ""}
    times = {name: found.cosigned.get(name) for name in found.stated.names}
    return {"witnessed": found.witnessed, "witnesses": times, "without_quorum": found.stated.choice}


def _sight(one: Sight) -> dict[str, object]:
    return {
        "entity": one.entity,
        "role": one.role.value,
        "country": one.country,
        "established_by": one.established.value,
        "purpose": one.purpose,
        "categories": sorted(one.categories),
        "transfer": one.transfer.value,
        "grant": one.grant.hex(),
    }


def _shown(line: GrantLine) -> dict[str, object]:
    return {
        "id": line.id.hex(),
        "controller": line.controller,
        "entity": line.entity,
        "role": line.role.value,
        "purpose": line.purpose,
        "categories": line.categories,
        "valid_from": line.valid_from,
        "valid_until": line.valid_until,
        "state": line.state,
    }
