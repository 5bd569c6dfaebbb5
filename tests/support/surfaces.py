"""Every surface of the program, found in the program itself, and the table of what each may show.

A route, an operation, a command or a class of error that is found and has no place in its table fails a test by name.
Whoever adds one decides here: `NOTHING` (no value of a person ever), `PERMITTED` (a value, to whom the rules let see
it, and never without an entry), `SAMPLE` (in a sample home only; nothing stands there in a real one).
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any


class Place(Enum):
    """What a surface may show."""

    NOTHING = "nothing"
    PERMITTED = "permitted"
    SAMPLE = "sample"


NOTHING, PERMITTED, SAMPLE = Place


def _all(place: Place, names: str, prefix: str = "") -> dict[str, Place]:
    return {prefix + name: place for name in names.split()}


ROUTES: dict[str, Place] = {
    **_all(NOTHING, "front api-nothing"),
    **_all(NOTHING, "language theme limits", "web:"),
    **_all(SAMPLE, "gallery gallery-frame gallery-open gallery-error", "web:"),
    **_all(PERMITTED, "people search person open organisation", "desk:"),
    **_all(NOTHING, "import official record signed organisations new-deal deals move-deal traces my-looks", "desk:"),
    "desk:witnessed": NOTHING,
    "desk:receipt": NOTHING,
    "portal:receipt": NOTHING,
    **_all(PERMITTED, "mine copy evidence evidence_page", "portal:"),
    **_all(NOTHING, "link leave looks news withdraw object restrict erase correct checkpoint naming", "portal:"),
    **_all(NOTHING, "front check checker checkpoint key trust tile", "log:"),
    **_all(NOTHING, "checkpoint-witnessed witnessing", "log:"),
    **_all(NOTHING, "login logout inactive reauthenticate change_password", "account_"),
    **_all(NOTHING, "index authenticate reauthenticate activate_totp deactivate_totp", "mfa_"),
    **_all(NOTHING, "view_recovery_codes generate_recovery_codes download_recovery_codes", "mfa_"),
    **_all(NOTHING, "list_webauthn add_webauthn reauthenticate_webauthn remove_webauthn", "mfa_"),
    **_all(NOTHING, "edit_webauthn login_webauthn", "mfa_"),
    **_all(
        NOTHING,
        "grants propose-grant end-grant acts act opinion sign refuse effect propose propose-act make-key",
        "workbench:",
    ),
    **_all(NOTHING, "quarantine drop admit ledger check clocks sights stranger denial", "workbench:"),
    **_all(NOTHING, "sealed end-delay", "workbench:"),
    **_all(NOTHING, "naming name-reader", "workbench:"),
    **_all(NOTHING, "openapi-json api-root me my-looks grants checkpoint receipt who-can-see", "api:"),
    **_all(NOTHING, "facts erase organisations deals", "api:"),
    **_all(PERMITTED, "people search person open", "api:"),
    **_all(SAMPLE, "guide step account role phone your-file", "tour:"),
}
"""By the name of the route."""

OPERATIONS: dict[str, Place] = {
    **_all(NOTHING, "me me/looks grants log/checkpoint receipts/{entry} people/{person}/who-can-see", "GET /api/v1/"),
    **_all(NOTHING, "organisations deals", "GET /api/v1/"),
    **_all(PERMITTED, "people people/{person}", "GET /api/v1/"),
    **_all(PERMITTED, "people/search people/{person}/open", "POST /api/v1/"),
    **_all(NOTHING, "people/{person}/facts people/{person}/erase", "POST /api/v1/"),
}
"""By method and path of the OpenAPI description."""


def routes() -> Iterator[tuple[str, str, Any]]:
    """Give every route of the URLconf: its name with its namespaces, its address, and what reads its parts."""
    from django.urls import get_resolver

    yield from _walk(get_resolver().url_patterns, "", "", {})


def _walk(patterns: Iterable[Any], names: str, address: str, parts: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for one in patterns:
        here, known = address + str(one.pattern), {**parts, **getattr(one.pattern, "converters", {})}
        if hasattr(one, "url_patterns"):
            within = f"{names}{one.namespace}:" if one.namespace else names
            yield from _walk(one.url_patterns, within, here, known)
        else:
            yield f"{names}{one.name or here}", here, known


def operations() -> Iterator[str]:
    """Give every operation of the OpenAPI description, as ``METHOD /path``."""
    from aboveboard.faces.api.urls import api

    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        for method in methods:
            yield f"{method.upper()} {path}"


def commands() -> Iterator[str]:
    """Give every command of the command tree, groups with their members."""
    import click

    from aboveboard.faces.cli.tree import aboveboard

    def below(group: Any, words: str, context: Any) -> Iterator[str]:
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            if isinstance(found, click.Group):
                yield from below(found, f"{words}{name} ", context)
            else:
                yield f"{words}{name}"

    yield from below(aboveboard, "", click.Context(aboveboard))


def errors() -> Iterator[type[Exception]]:
    """Give every class of error this program raises on purpose, wherever it is made."""
    import importlib
    import pkgutil

    import aboveboard
    from aboveboard.core.errors import AboveboardError

    for module in pkgutil.walk_packages(aboveboard.__path__, "aboveboard."):
        if not module.name.endswith(("__main__", "wsgi", "migrations")) and ".migrations." not in module.name:
            importlib.import_module(module.name)
    waiting = [AboveboardError]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()


def without_place(found: Iterable[str], table: dict[str, Place]) -> list[str]:
    """Name what was found and has no place; a place without a surface is named too, with a sign before it."""
    there = set(found)
    return sorted(there - set(table)) + [f"- {name}" for name in sorted(set(table) - there)]


COMMANDS: dict[str, Place] = {
    **_all(PERMITTED, "ask deny find prove prove-authority"),
    **_all(NOTHING, "backup demo doctor erase init login logout recover restore sequence serve upgrade verify work"),
    **_all(NOTHING, "bench import prove-press prove-range receipt who-can-see"),
    **_all(NOTHING, "admit drop list", "quarantine "),
    **_all(NOTHING, "done link list", "notice "),
    "notice export": PERMITTED,
    **_all(NOTHING, "list propose", "naming "),
    "my-looks": NOTHING,
    **_all(NOTHING, "apply list opine propose refuse show sign", "act "),
    **_all(NOTHING, "apply list opine propose revoke sign", "grant "),
    **_all(NOTHING, "apply end list opine propose sign", "delay "),
    **_all(NOTHING, "add backup deleted list pair pin prepare propose reopen restore retire rotate", "key "),
    **_all(NOTHING, "rotate-log serve trust unpin", "key "),
    **_all(NOTHING, "admit close list propose sign", "staff "),
    **_all(NOTHING, "forks init serve show", "witness "),
    **_all(NOTHING, "check fetch init serve trust", "mirror "),
    "ask-witnesses": NOTHING,
}
"""By the words of the command."""

PUT_IN = frozenset(
    {
        "', '.join(LANGUAGES)", "', '.join(codes)", "', '.join(missing)", "', '.join(bases)", "', '.join(columns)",
        "FILE", "LONGEST", "LONGEST_OVERLAP", "LONGEST_REASON",
        "MAX_NOTE_SIZE", "MAX_POLICY_SIZE", "MAX_PROOF_SIZE", "MAX_REQUEST_SIZE",
        "LONGEST_SOCKET", "role.value", "longest", "LONGEST_WORDS", "tally.outstanding", "day_of(tally.first)",
        "MAX_SIGNATURES", "PREFIX", "SHORTEST", "SHORTEST_PASSPHRASE", "SHORTEST_PASSWORD", "_listed(missing)",
        "accounted", "checkpoint.size", "draft.purpose[:64]", "entity", "entity.id", "file", "file_name(table, dated)",
        "flaws[look.grant]", "found.missing[0]", "half_done.pk", "kind", "kind.__name__", "kind[:20]", "name",
        "name.upper()", "number", "old.size", "on", "option", "label", "path.name[:100]", "port", "program",
        "record.live_on", "report.failures[0].sentence", "row.index", "self.file", "self.key.key_id.hex()", "self.line",
        "self.published.size", "self.seen", "sentence", "side[:32]", "signed.refusals[0].reason",
        "signed.refusals[0].rule", "signed.size", "size", "str(error.args[0])[:40]", "type(error).__name__", "variable",
        "end - 1", "error.sentence", "first", "heard", "heard.status", "held.checkpoint.size", "index", "last",
        "len(origins)", "new.size", "origin[:200]", "place.path", "said.covered", "self._size", "start", "tile.path",
        "width",
        "AFTER.seconds // 60", "MOST", "MOST_MONTHS", "minutes", "since",
        "error.sentence.rstrip('.')", "error.sqlite_errorname", "error.strerror or 'unknown'", "log",
        "', '.join(known)", "_CALLED[kind]", "count", "due", "kept",
        "where", "why", "work.command", "_FEWEST_DIGITS", "SHORTEST_REASON", "f' on {on:%Y-%m-%d}' if on else ''",
    }
)  # fmt: skip
"""What the sentences of errors put in: sizes, codes, names of our own things. `name` and `where` were read singly."""


def put_into_sentences() -> Iterator[tuple[str, str]]:
    """Give every expression that a raised error puts into its sentence, with its file."""
    import ast
    from pathlib import Path

    import aboveboard

    root = Path(aboveboard.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for raised in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Raise)):
            for part in ast.walk(raised):
                if isinstance(part, ast.FormattedValue):
                    yield str(path.relative_to(root)), ast.unparse(part.value)
