"""What commands tell of the certificates of a key service and its clients: which side this is, how long each holds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aboveboard.faces.cli.answers import Answer, Rows

if TYPE_CHECKING:
    from aboveboard.apps.keys.certificates import Certificate
    from aboveboard.apps.keys.tls import Papers

SOON = timedelta(days=30)
"""A certificate that ends within so long is to be renewed."""


def pair(*, renew: bool, switch: bool, days: int) -> Answer:
    """Make this side's pair, or the next one, or let that take its place; and tell what there is."""
    from django.conf import settings

    from aboveboard.apps.keys import certificates
    from aboveboard.faces.cli.apart import papers_here

    papers, now, did = papers_here(), datetime.now(UTC), "There is a pair"
    if switch:
        certificates.switch(papers.folder)
        did = "The new pair is shown from now on, to whoever connects"
    elif renew:
        certificates.own(papers.folder)
        certificates.make_pair(papers.folder, papers.side, settings.OPTIONS.cell, now, days, certificates.COMING)
        did = "The next pair is made, and not shown to anybody yet"
    elif not (papers.folder / f"{certificates.OWN}.pem").exists():
        certificates.make_pair(papers.folder, papers.side, settings.OPTIONS.cell, now, days)
        did = "Made"
    return _told(papers, did)


def pin(source: Path, fingerprint: str) -> Answer:
    """Pin a certificate of the other side."""
    from aboveboard.apps.keys import certificates
    from aboveboard.core.errors import Invalid
    from aboveboard.faces.cli.apart import papers_here

    papers = papers_here()
    if source.stat().st_size > certificates.LONGEST_FILE:
        raise Invalid("This file is not a certificate in PEM form.")
    certificates.pin(papers.folder, source.read_bytes(), fingerprint)
    return _told(papers, "Pinned")


def unpin(fingerprint: str) -> Answer:
    """Take a pin away."""
    from aboveboard.apps.keys import certificates
    from aboveboard.faces.cli.apart import papers_here

    papers = papers_here()
    certificates.unpin(papers.folder, fingerprint)
    return _told(papers, "Taken away; whoever shows that certificate is turned away from now on")


def examined(papers: "Papers", now: datetime) -> Iterator[tuple[str, bool, str]]:
    """Look at the certificates of this side: what, whether it holds, a sentence."""
    from aboveboard.apps.keys import certificates
    from aboveboard.apps.keys.certificates import Side

    mine, key = certificates.own(papers.folder), papers.folder / f"{certificates.OWN}.pem"
    yield "key service: own certificate", *_until(mine, now, "renew it: `aboveboard key pair --renew`")
    shut = not key.stat().st_mode & 0o077
    yield "key service: own key", shut, "Only its owner can read it." if shut else "Others can read it; chmod 600."
    pins = certificates.pinned(papers.folder)
    if not pins:
        nobody = "No other machine is let in." if papers.side is Side.SERVICE else "Nobody is believed; `key pin`."
        yield "key service: pins", papers.side is Side.SERVICE, nobody
    for one in pins:
        yield f"key service: pin {one.fingerprint[:8]}", *_until(one, now, "the other side makes a new one")


def _until(certificate: "Certificate", now: datetime, then: str) -> tuple[bool, str]:
    day = f"{certificate.until:%Y-%m-%d}"
    if certificate.has_expired(now):
        return False, f"It has expired on {day}; {then}."
    return certificate.until - now > SOON, f"It holds until {day}" + (
        "." if certificate.until - now > SOON else f", which is soon; {then}."
    )


def _told(papers: "Papers", did: str) -> Answer:
    from aboveboard.apps.keys import certificates

    folder = papers.folder
    mine, next_one, pins = certificates.own(folder), certificates.coming(folder), certificates.pinned(folder)
    named = [("own", mine), *([("coming", next_one)] if next_one else []), *(("pinned", one) for one in pins)]
    rows = [(name, f"{one.until:%Y-%m-%d}", one.spelled) for name, one in named]
    file = folder / f"{certificates.COMING if next_one else certificates.OWN}.crt"
    words: list[str | Rows] = [f"{did}. This is the side of the {papers.side.value}."]
    words.append(Rows(("certificate", "until", "fingerprint (SHA-256)"), rows))
    words.append(f"Carry {file} to the other side, and tell the fingerprint there in another way (`key pin`).")
    data: dict[str, Any] = {"side": papers.side.value, "certificate": str(file), "own": _data(mine)}
    data |= {"coming": _data(next_one) if next_one else None, "pinned": [_data(one) for one in pins]}
    return Answer(data, words)


def _data(certificate: "Certificate") -> dict[str, str]:
    return {"fingerprint": certificate.spelled, "until": certificate.until.isoformat()}
