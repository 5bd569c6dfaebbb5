"""The reference of the API, made from its own description; a test compares it with ``docs/reference/api.md``."""

from collections.abc import Iterator, Mapping
from typing import Any

from aboveboard.faces.api.problems import SENTENCES, STATUS
from aboveboard.faces.api.urls import api

HEAD = """# API

Made from the API's own description (OpenAPI 3.1, at `/api/v1/openapi.json`); a test compares.

A request brings `Authorization: Bearer ab_...`: a token of one named employee, who must be appointed on the day. What
they may read is decided at each request by the rules that decide on every page. An answer with personal data carries
`Aboveboard-Entry`, the hash of the entry that was committed before it, and `Cache-Control: no-store`; the entry's
receipt is at `/api/v1/receipts/{entry}`. Twenty bad tokens from one address within a minute make that address wait.

Errors are problem details (RFC 9457): `application/problem+json` with a stable `code`. A refusal by rule lists
`refusals`, each with category, rule, reason, source (`law`, `guidance`, `house-default`), article, why, and the way on.
"""


def reference() -> str:
    """Give the whole page."""
    described = dict(api.get_openapi_schema())
    sections = [_section(path, verb, one, described) for path, verb, one in _operations(described)]
    return "".join([HEAD, _problems(), *sections])


def _operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            yield path, verb.upper(), operation


def _problems() -> str:
    rows = [f"| {status} | `{code}` | {sentence} |\n" for status, (code, sentence) in sorted(SENTENCES.items())]
    rows += [f"| {int(status)} | `{kind.code}` | {_promise(kind)} |\n" for kind, status in STATUS.items()]
    return "\n## Problems\n\n| status | code | means |\n| --- | --- | --- |\n" + "".join(rows)


def _section(path: str, verb: str, operation: Mapping[str, Any], described: Mapping[str, Any]) -> str:
    parts = [f"\n## {verb} {path}\n\n{operation['description']}\n"]
    taken = [_parameter(one) for one in operation.get("parameters", ())]
    taken += [f"body: `{name}`: {_type(one, described)}" for name, one in _body(operation, described).items()]
    if taken:
        parts.append("\nTakes\n\n" + "".join(f"- {line}\n" for line in taken))
    codes = [f"{code}: {_answer(one, described)}" for code, one in operation["responses"].items()]
    return "".join([*parts, "\nAnswers\n\n", *(f"- {line}\n" for line in codes)])


def _parameter(one: Mapping[str, Any]) -> str:
    needed = "" if one.get("required") else ", optional"
    return f"{one['in']}: `{one['name']}`{needed}"


def _body(operation: Mapping[str, Any], described: Mapping[str, Any]) -> Mapping[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    shape: Mapping[str, Any] = next((one["schema"] for one in content.values()), {})
    return dict(_resolved(shape, described).get("properties", {}))


def _type(shape: Mapping[str, Any], described: Mapping[str, Any]) -> str:
    if shape.get("type") == "array":
        inner = _resolved(shape["items"], described)
        fields = ", ".join(f"`{name}`" for name in inner.get("properties", {}))
        return f"list of {{{fields}}}" if fields else f"list of {inner.get('description') or inner.get('type')}"
    told = f", {shape['description']}" if "description" in shape else ""
    return f"{shape.get('type', 'value')}{told}"


def _answer(response: Mapping[str, Any], described: Mapping[str, Any]) -> str:
    shape: Mapping[str, Any] = next((one["schema"] for one in response.get("content", {}).values()), {})
    whole = _resolved(shape, described)
    fields = ", ".join(f"`{name}`" for name in whole.get("properties", {}))
    return f"{whole.get('description', '')} {fields}".strip()


def _resolved(shape: Mapping[str, Any], described: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(shape.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = described["components"]["schemas"][name] if name else shape
    return found


def _promise(kind: type) -> str:
    return (kind.__doc__ or "").splitlines()[0]
