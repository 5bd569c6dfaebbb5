"""People outside with a real HTTP client: they ask again and again, and keep every byte they were sent."""

import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode

ENTRY = re.compile(rb'title="([0-9a-f]{64})"')
"""Where a page names the entry of its look; an answer of the API does it in a header."""


@dataclass(frozen=True)
class Wish:
    """What is asked for."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    about: str = ""
    """The person, or the value written."""


@dataclass(frozen=True)
class Heard:
    """What came back, as far as it came."""

    wish: Wish
    status: int
    entry: str
    """The entry it names, "" where it names none."""
    body: bytes
    whole: bool


def api(name: str, token: str, method: str, path: str, data: object = None, **more: str) -> Wish:
    """A wish to the API."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if "confirm" in more:
        headers["X-Confirm"] = more["confirm"]
    body = b"" if data is None else json.dumps(data).encode()
    return Wish(name, method, f"/api/v1{path}", headers, body, more.get("about", ""))


def hear(connection: HTTPConnection, wish: Wish) -> Heard | None:
    """Ask, and give whatever arrived; None where nothing did."""
    response: HTTPResponse | None = None
    body = bytearray()
    whole = False
    try:
        connection.request(wish.method, wish.path, wish.body or None, {"Host": "localhost", **wish.headers})
        response = connection.getresponse()
        while part := response.read1(1 << 16):
            body += part
        whole = response.length in (0, None)
    except (OSError, HTTPException):
        pass
    if not whole:
        connection.close()
    if response is None:
        return None
    named = ENTRY.search(body)
    entry = response.headers.get("Aboveboard-Entry") or (named.group(1).decode() if named else "")
    return Heard(wish, response.status, entry, bytes(body), whole)


def ask(port: int, wish: Wish) -> Heard:
    """Ask once, by a connection of its own."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        heard = hear(connection, wish)
    assert heard is not None, f"{wish.name} was not answered"
    return heard


def sign_in(port: int, login: str, password: str) -> str:
    """Sign in as in a browser; the cookies of the session."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/account/login/", headers={"Host": "localhost"})
        response = connection.getresponse()
        response.read()
        kept = _cookies(response)
        form = urlencode({"login": login, "password": password, "csrfmiddlewaretoken": kept["csrftoken"]})
        headers = {"Host": "localhost", "Cookie": _sent(kept), "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/account/login/", form, headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 302, response.status
        return _sent({**kept, **_cookies(response)})


def _cookies(response: HTTPResponse) -> dict[str, str]:
    pairs = (line.split(";")[0].partition("=") for line in response.headers.get_all("Set-Cookie") or [])
    return {name: value for name, _, value in pairs}


def _sent(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


class Outside:
    """Several people who ask without end; what they heard stays with them whatever becomes of the server."""

    def __init__(self, port: int, wishes: Callable[[random.Random], Wish], people: int, seed: int) -> None:
        """Let each ask one wish after the other."""
        self.heard: list[Heard] = []
        self._port, self._wishes = port, wishes
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._go_on, args=(random.Random(seed + number),))  # noqa: S311 - replayed
            for number in range(people)
        ]
        for thread in self._threads:
            thread.start()

    def answered(self) -> int:
        """How many whole answers have come that were no errors."""
        return sum(heard.whole and heard.status < 400 for heard in self.heard)

    def wait_for_more(self, count: int) -> None:
        """Wait until *count* more answers have come."""
        goal = self.answered() + count
        while self.answered() < goal:
            time.sleep(0.02)

    def stop(self) -> list[Heard]:
        """Let them finish what they wait for; all they heard."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        return self.heard

    def _go_on(self, chance: random.Random) -> None:
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            while not self._over.is_set():
                heard = hear(connection, self._wishes(chance))
                if heard is not None:
                    self.heard.append(heard)
                else:
                    # Nobody is there at the moment; a client comes again.
                    self._over.wait(0.02)
