"""Language and theme are the reader's: plain forms, one cookie each, no account."""

import pytest


def test_the_language_is_remembered_and_the_page_comes_in_it(client):
    """Czech once chosen, pages say they are Czech."""
    response = client.post("/language", {"language": "cs", "next": "/limits"})
    assert response.headers["Location"] == "/limits"
    assert 'lang="cs"' in client.get("/limits").content.decode()[:200]


def test_a_language_nobody_writes_here_changes_nothing(client):
    """An unknown code leaves no cookie."""
    assert not client.post("/language", {"language": "xx"}).cookies


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("<b>", None), ("system", None)])
def test_the_theme_is_remembered_and_the_page_comes_in_it(client, chosen, kept):
    """Light and dark are forced where chosen; anything else is left to the system."""
    cookie = client.post("/theme", {"theme": chosen}).cookies["aboveboard_theme"]
    head = client.get("/limits").content.decode()[:200]
    assert cookie["httponly"]
    assert (f'data-theme="{kept}"' in head) if kept else ("data-theme" not in head)


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_a_choice_never_leads_to_another_site(client, elsewhere):
    """The way back is ours or the first page."""
    assert client.post("/theme", {"theme": "dark", "next": elsewhere}).headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/language", "/theme"])
def test_a_link_alone_changes_nothing(client, address):
    """Only a form does."""
    assert client.get(address).status_code == 405
