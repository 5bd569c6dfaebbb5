"""Leaks planted on each kind of surface: what searches them finds each, so that finding nothing says something.

Leaks planted in stores, copies, mails and errors stand beside the searches for those.
"""

import os
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path

from aboveboard import urls
from aboveboard.apps.gate import asking
from aboveboard.faces.api.views import governance
from aboveboard.faces.cli import commands as command_files
from tests.attack.conftest import Laid, left_by
from tests.attack.test_leaks_faces import leaks_of_operations, leaks_of_routes, require_on_record, seen  # noqa: F401
from tests.attack.test_leaks_life import CARE, OFFICER, SELLER, Life, life  # noqa: F401 - a fixture
from tests.attack.test_leaks_serving import leaks_of_processes, odd_wishes
from tests.support.cli import DJANGO, Home
from tests.support.marked import Marked
from tests.support.marks import Marks
from tests.support.outside import ask
from tests.support.serving import served
from tests.support.surfaces import COMMANDS, OPERATIONS, ROUTES, commands, operations, routes, without_place


def in_body(marks: Marks) -> HttpResponse:
    """A page that shows it."""
    return HttpResponse(f"<p>{marks.value('T01')}</p>")


def in_cookie(marks: Marks) -> HttpResponse:
    """A cookie that remembers it."""
    response = HttpResponse()
    response.set_cookie("last_search", marks.stem)
    return response


def in_address(marks: Marks) -> HttpResponse:
    """An address somebody is sent on to."""
    return HttpResponseRedirect(f"/desk/?term={marks.value('T01')}")


def in_stream(marks: Marks) -> StreamingHttpResponse:
    """A file for download."""
    return StreamingHttpResponse(iter([b"name;", marks.value("T01").encode("cp1250")]))


@pytest.mark.parametrize("leaky", [in_body, in_cookie, in_address, in_stream], ids=lambda made: made.__name__)
def test_a_view_that_tells_a_value_is_caught(
    seen: Marked,  # noqa: F811
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    leaky: Any,
):
    """Planted among the routes: it has no place, and its answer is found wherever in it the value stands."""
    planted: Any = types.ModuleType("planted_urls")
    planted.urlpatterns = [*urls.urlpatterns, path("planted", lambda _request: leaky(seen.marks), name="planted")]
    for name in ("handler400", "handler403", "handler404", "handler500"):
        setattr(planted, name, getattr(urls, name))
    monkeypatch.setitem(sys.modules, "planted_urls", planted)
    settings.ROOT_URLCONF = "planted_urls"
    assert without_place((name for name, _, _ in routes()), ROUTES) == ["planted"]
    assert {one.where for one in leaks_of_routes(seen, "")} == {"get planted", "post planted"}


def test_an_operation_that_tells_a_value_is_caught(seen: Marked, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    """Planted in one that is there already, and as one that is new."""
    plain = governance.answer
    monkeypatch.setattr(governance, "answer", lambda data: plain({**data, "last_seen": seen.marks.value("T01")}))
    found = {one.where for one in leaks_of_operations(seen, "operator-cz")}
    assert found == {"GET /api/v1/me", "GET /api/v1/grants", "GET /api/v1/log/checkpoint"} & found
    assert "GET /api/v1/me" in found
    assert without_place([*operations(), "GET /api/v1/gossip"], OPERATIONS) == ["GET /api/v1/gossip"]


def test_a_page_that_shows_before_it_writes_down_is_caught(seen: Marked, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    """Planted in the gate: the look gets its permit, and no entry."""
    monkeypatch.setattr(asking, "append_if", lambda *_words: bytes(32))
    with pytest.raises(AssertionError, match="without an entry"):
        require_on_record(seen, "desk:person")


GOSSIP = '''
from aboveboard.faces.cli.answers import Answer
from aboveboard.faces.cli.command import Needs, answering

@answering(needs=Needs.NOTHING)
def command() -> Answer:
    """Tell."""
    return Answer({}, [])
'''


def test_a_command_nobody_has_thought_about_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Planted as a file among the commands."""
    (tmp_path / "gossip.py").write_text(GOSSIP)
    monkeypatch.setattr(command_files, "__path__", [*command_files.__path__, str(tmp_path)])
    try:
        assert without_place(commands(), COMMANDS) == ["gossip"]
    finally:
        sys.modules.pop("aboveboard.faces.cli.commands.gossip", None)


TALKATIVE = {
    "what it answers": "from aboveboard.faces.cli import command as p\nplain = p.say\n"
    "p.say = lambda answer, as_json: (plain(answer, as_json=as_json), print(WORD))\n",
    "how far it is": "from aboveboard.faces.cli import tree as p\nimport sys\nprint(WORD, file=sys.stderr)\n",
    "a line of its log": "import logging\nlogging.getLogger('aboveboard').warning('a look at %s', WORD)\n",
}
"""By what tells: what is done to the program before its command begins."""


@pytest.mark.database
@pytest.mark.parametrize("way", TALKATIVE)
def test_a_command_that_tells_a_value_is_caught(life: Life, way: str, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    """Planted in what it prints, in words or as JSON, and in what it logs."""
    (subject,) = life.home.take_in(life.marks.value("T01"))
    life.both("who-can-see", subject, *OFFICER)
    plant(life.home, monkeypatch, f"WORD = {life.marks.value('T01')!r}\n{TALKATIVE[way]}")
    for run in (life.say, life.do):
        with pytest.raises(AssertionError, match="who-can-see tells a value"):
            run("who-can-see", subject, *OFFICER)


LEFT_BEHIND = {
    "a published file": "from aboveboard.apps.ledger import publishing as p\nplain = p.write_file\n"
    "def write_file(path, data, **more):\n"
    "    plain(path, data, **more)\n"
    "    path.with_name('planted').write_bytes(data + WORD.encode())\n"
    "p.write_file = write_file\n",
    "an export": "from aboveboard.core.tlog import trust as p\nplain = p.TrustPolicy.encode\n"
    "p.TrustPolicy.encode = lambda policy: plain(policy) + b'# ' + WORD.encode() + b'\\n'\n",
    "a file for a moment": "import tempfile\n"
    "with tempfile.NamedTemporaryFile(delete=False) as file:\n    file.write(WORD.encode('utf-16'))\n",
}
"""By where it lies."""


@pytest.mark.database
@pytest.mark.parametrize("place", LEFT_BEHIND)
def test_a_file_that_tells_a_value_is_caught(
    life: Life,  # noqa: F811
    laid_home: Laid,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
):
    """Planted among what is published, in what somebody takes along, and in what should be gone after a moment."""
    (subject,) = life.home.take_in(life.marks.value("T01"))
    places = [*left_by(life.home, laid_home), life.folder]
    assert life.marks.search_files(*places) == []
    plant(life.home, monkeypatch, f"WORD = {life.marks.value('T01')!r}\n{LEFT_BEHIND[place]}")
    life.say("ask", subject, "--purpose", CARE, *SELLER)
    life.say("sequence", "--once")
    life.say("key trust", life.out("trust"))
    assert life.marks.search_files(*places)


TALKATIVE_SERVER = """
import logging, os, django
real = django.setup
def setup(*words, **named):
    real(*words, **named)
    from aboveboard.faces.web.middleware import AccessLog
    plain = AccessLog.__call__
    def told(self, request):
        logging.getLogger("aboveboard.access").info("%s", request.get_full_path())
        return plain(self, request)
    AccessLog.__call__ = told
django.setup = setup
"""
"""The line most access logs begin with: the address, with all that was typed."""


@pytest.mark.database
def test_a_server_that_tells_a_value_is_caught(attacked: Home, laid_home: Laid, marks: Marks):
    """Planted in the lines of its log, and in the environment that everybody on the machine can list."""
    planted = attacked.folder / "planted"
    planted.mkdir()
    (planted / "sitecustomize.py").write_text(TALKATIVE_SERVER)
    path = f"{planted}{os.pathsep}{attacked.environment['PYTHONPATH']}"
    more = {**attacked.more, "PYTHONPATH": path, "LAST_SEEN": marks.value("T03")}
    with served(Home(attacked.folder, more)) as serving:
        (wish,) = (one for one in odd_wishes(marks.value("T01"), "", "", "00" * 16) if one.name == "in the query")
        ask(serving.port, wish)
        assert leaks_of_processes(serving, marks)
        serving.stop()
    assert {Path(one.where).name for one in marks.search_files(*left_by(attacked, laid_home))} == {"said"}


def plant(home: Home, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Do something to the program in every process of *home* from now on, after it is loaded and before it begins."""
    plain = home.python

    def planted(*words: str, text: str = "") -> Any:
        run = f"{DJANGO}{code}\nimport sys\nfrom aboveboard.__main__ import main\nsys.exit(main())\n"
        return plain("-c", run, *words[2:], text=text)

    monkeypatch.setattr(home, "python", planted)
