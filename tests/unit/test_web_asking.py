"""From which address a request came: a forwarding header counts only behind a declared proxy."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from django.conf import settings as current
from django.test import RequestFactory

from aboveboard.faces.web.asking import client_address


def heard(remote: str, forwarded: str = "") -> str:
    """The address read off a request."""
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **more))


def test_nobody_moves_by_writing_a_header():
    """Without a declared proxy the header is what the client made up."""
    assert heard("203.0.113.9", "192.0.2.1") == "203.0.113.9"


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "192.0.2.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
        ("203.0.113.9", "192.0.2.1", "203.0.113.9"),
        ("2001:db8::1", "192.0.2.1", "2001:db8::1"),
    ],
)
def test_behind_declared_proxies_the_last_stranger_is_the_client(settings, remote, forwarded, client):
    """Each proxy appends whom it heard from; what stands further left the client could have written."""
    settings.OPTIONS = replace(current.OPTIONS, trusted_proxies=(ip_network("10.0.0.0/8"),))
    assert heard(remote, forwarded) == client
