"""The evidence file for an authority in the words of the W3C Data Privacy Vocabulary 2.3, as JSON-LD.

What DPV has no word for stands in a namespace of our own, each with the broader word it belongs under.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aboveboard.apps.evidence.authority import FACTS, GRANTS, AuthorityFile
from aboveboard.apps.register.queries import purpose_texts
from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import CategoryId, LawfulBasis, Operation, TransferTool
from aboveboard.core.verify.tally import DISCLOSURES, ERASURES, LOOKS, RULE_SETS, Row

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "ab": "https://w3id.org/aboveboard#",
}
OWN_WORDS = (
    ("ab:ReadEvent", "dpv:Consult", "Looks at personal data as one log line each, with entity, country and verdict"),
    ("ab:Grant", "dpv:OrganisationalMeasure", "Leave of the controller for another entity's role to read, for a time"),
    ("ab:KeyShredding", "dpv:StorageDeletion", "Erasure by destroying the person's keys, and then the rows"),
    ("ab:RuleSet", "dpv:OrganisationalMeasure", "The rules that decide, named by the hash of their text"),
)


def json_ld(gathered: AuthorityFile) -> bytes:
    """Give the file in DPV terms."""
    log, asked = gathered.log, gathered.asked
    record = {
        "@id": "ab:this-record",
        "@type": "dpv:DataProcessingRecord",
        "dpv:hasDataController": {"@id": f"ab:entity-{gathered.controller}", "@type": "dpv:DataController"},
        "dct:temporal": {"ab:from": asked.since.isoformat(), "ab:until": asked.until.isoformat()},
        "ab:log": {"ab:origin": log.origin, "ab:treeSize": log.size, "ab:rootHash": log.root.hex()},
        "ab:ruleSet": {"@type": "ab:RuleSet", "ab:hash": gathered.rules},
    }
    purposes = {text.id: text.dpv for text in purpose_texts()}
    tables = {name: _named(rows) for name, rows in gathered.tables.items()}
    graph = [
        record,
        *(
            {"@id": name, "skos:broader": {"@id": broader}, "skos:prefLabel": words}
            for name, broader, words in OWN_WORDS
        ),
        *(_held(fact, purposes) for fact in (gathered.person.facts if gathered.person else ())),
        *(_process(row, purposes) for row in tables[FACTS]),
        *(_looks(row, purposes) for row in tables[LOOKS]),
        *(_disclosure(row, purposes) for row in tables[DISCLOSURES]),
        *({"@type": "ab:Grant", **{f"ab:{name}": value for name, value in row.items()}} for row in tables[GRANTS]),
        *(
            {"@type": "ab:KeyShredding", "ab:line": int(row["line"]), "dct:date": row["time"]}
            for row in tables[ERASURES]
        ),
        *({"@type": "ab:RuleSet", **{f"ab:{name}": value for name, value in row.items()}} for row in tables[RULE_SETS]),
    ]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1).encode() + b"\n"


def _plain(kind: str, row: Mapping[str, str]) -> dict[str, Any]:
    return {"@type": kind, **{f"ab:{name}": value for name, value in row.items()}}


def _named(rows: Sequence[Row]) -> list[dict[str, str]]:
    head, *body = rows
    return [dict(zip(head, row, strict=True)) for row in body]


def _held(fact: Mapping[str, Any], purposes: Mapping[Any, str]) -> dict[str, Any]:
    """Give a fact about the one person the request is about, with its value where it was released."""
    return {
        "@type": "dpv:PersonalDataProcess",
        "dpv:hasDataSubject": {"@id": "ab:the-person", "@type": "dpv:DataSubject"},
        "dpv:hasPersonalData": {**_category(fact["category"]), "ab:value": fact["value"]},
        "dpv:hasLegalBasis": {"@id": LawfulBasis(fact["basis"]).dpv},
        "dpv:hasPurpose": _purpose(fact["purpose"], purposes),
        "dpv:hasDataSource": fact["source"],
        "dpv:hasStorageCondition": {"ab:retention": fact["retention"]},
    }


def _process(row: Mapping[str, str], purposes: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "@type": "dpv:PersonalDataProcess",
        "dpv:hasPersonalData": _category(row["category"]),
        "dpv:hasLegalBasis": {"@id": LawfulBasis(row["basis"]).dpv},
        "dpv:hasPurpose": _purpose(row["purpose"], purposes),
        "dpv:hasStorageCondition": {"ab:retention": row["retention"]},
        "ab:facts": int(row["facts"]),
        "ab:persons": int(row["persons"]),
    }


def _looks(row: Mapping[str, str], purposes: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "@type": "ab:ReadEvent",
        **_act(row, purposes),
        "ab:placeEstablishedBy": row["established"],
        "ab:count": int(row["looks"]),
    }


def _disclosure(row: Mapping[str, str], purposes: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "@type": Operation(row["operation"]).dpv,
        **_act(row, purposes),
        "dct:date": row["time"],
        "dpv:hasPersonalData": [_category(one) for one in row["categories"].split()],
        "ab:line": int(row["line"]),
        "ab:grant": row["grant"],
    }


def _act(row: Mapping[str, str], purposes: Mapping[Any, str]) -> dict[str, Any]:
    country, tool = row["country"], TransferTool(row["transfer"]) if row["transfer"] else TransferTool.WITHIN_EEA
    said: dict[str, Any] = {
        "dpv:hasProcessing": {"@id": Operation(row["operation"]).dpv},
        "dpv:hasPurpose": _purpose(row["purpose"], purposes),
        "ab:entity": {"@id": f"ab:entity-{row['entity']}"},
        "ab:verdict": row["verdict"],
    }
    if country != "ZZ":
        known = {"@id": f"loc:{country}"}
        said["dpv:hasLocation"] = known
        if not catalogue().is_eea(country):
            said["dpv:hasThirdCountry"] = known
    if tool.dpv:
        said["dpv:hasLegalBasis"] = {"@id": tool.dpv}
    return said


def _purpose(name: str, purposes: Mapping[Any, str]) -> dict[str, Any]:
    return {"@id": purposes[name]} if purposes.get(name) else {"ab:purpose": name}


def _category(name: str) -> dict[str, Any]:
    category = catalogue().categories.get(CategoryId(name))
    named: dict[str, Any] = {"@id": f"ab:{name}"}
    if category is not None and category.dpv:
        named["skos:broader"] = [{"@id": iri} for iri in category.dpv]
    return named
