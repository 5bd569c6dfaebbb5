"""vCards written as JSON (jCard, RFC 7095) or XML (xCard, RFC 6351), with the same property names as plain vCards."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import ijson

from aboveboard.apps.intake.readers.source import (
    Format,
    PropertyIndex,
    Reason,
    Row,
    RowProblem,
    Source,
)
from aboveboard.apps.intake.readers.vcard_property import Head, kinds_of, structured

NAMESPACE = "{urn:ietf:params:xml:ns:vcard-4.0}"
XCARD_PARTS = {
    "n": ("surname", "given", "additional", "prefix", "suffix"),
    "adr": ("pobox", "ext", "street", "locality", "region", "code", "country"),
}

JCARD_PROPERTY = ("name", "parameters", "type", "value")

Cells = list[tuple[str, str]]


def jcard_source(path: Path, encoding: str) -> Source:
    """Find the properties of the jCards in *path*: one, or a list of them."""
    return _source(Format.JCARD, encoding, lambda: _jcards(path))


def xcard_source(path: Path, encoding: str) -> Source:
    """Find the properties of the xCards in *path*."""
    return _source(Format.XCARD, encoding, lambda: _xcards(path))


def _source(form: Format, encoding: str, read: Callable[[], Iterator[Cells | Reason]]) -> Source:
    """A source over cards that *read* gives from the start each time."""
    index = PropertyIndex()
    for cells in read():
        if not isinstance(cells, Reason):
            for name, _ in cells:
                index.add(name)

    def rows() -> Iterator[Row | RowProblem]:
        """Number the cards."""
        for number, cells in enumerate(read(), start=1):
            if isinstance(cells, Reason):
                yield RowProblem(number, cells, 1)
            else:
                yield Row(number, [text for _, text in cells], [index.number(name) for name, _ in cells])

    return Source(form, encoding, tuple(index.numbers), rows, counts=tuple(index.counts))


def _jcards(path: Path) -> Iterator[Cells | Reason]:
    """Each jCard's cells; a file that breaks off ends with a reason."""
    with path.open("rb") as file:
        start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
        prefix = "item.item" if start[1:].lstrip().startswith(b"[") else "item"
        file.seek(0)
        try:
            # A single card is ["vcard", [properties]], a list of cards has one level more.
            for item in ijson.items(file, prefix):
                if isinstance(item, list):
                    yield _jcard_cells(item)
        except ijson.JSONError:
            yield Reason.BROKEN_FORM


def _jcard_cells(properties: list[Any]) -> Cells:
    """The cells of ``[[name, parameters, type, value, ...], ...]``; what has another form is kept as text."""
    cells: Cells = []
    for item in properties:
        if not (isinstance(item, list) and len(item) >= len(JCARD_PROPERTY) and isinstance(item[1], dict)):
            cells.append(("X-UNREADABLE", _text(item)))
            continue
        name = str(item[0]).upper()
        types = item[1].get("type", [])
        head = _head(name, [str(word) for word in types] if isinstance(types, list) else [str(types)], item[1])
        if name != "VERSION":
            for value in item[3:]:
                parts = [_text(part) for part in value] if isinstance(value, list) else [_text(value)]
                cells += _cells(head, parts)
    return [(name, text) for name, text in cells if text.strip()]


def _text(value: object) -> str:
    """A JSON value as text, the parts of a list joined."""
    if isinstance(value, list):
        return ", ".join(_text(part) for part in value)
    return "" if value is None else str(value)


def _head(name: str, types: list[str], parameters: dict[str, Any]) -> Head:
    """The head of a property with *types* and the parameters that carry a value."""
    kinds, own = kinds_of([word.lower() for word in types])
    values = [(key, _text(parameters[key])) for key in ("label", "geo", "sort-as") if key in parameters]
    return Head(name, str(parameters.get("group", "")), kinds, values=(*values, *(("type", word) for word in own)))


def _cells(head: Head, parts: list[str]) -> Iterator[tuple[str, str]]:
    """The cells of a property that is not written with escapes."""
    if head.is_structured:
        yield from structured(head.name, head.named(), parts)
        parts = []
    for text in parts:
        yield head.named(), text
    for key, value in head.values:
        yield f"{head.named()};{key}", value


def _xcards(path: Path) -> Iterator[Cells | Reason]:
    """Each xCard's cells; elements read are let go, so memory stays flat."""
    with path.open("rb") as file:
        try:
            for _, element in ET.iterparse(file):  # noqa: S314 - expat fetches nothing and limits entities
                if element.tag == f"{NAMESPACE}vcard":
                    yield [cell for child in element for cell in _xcard_cells(child)]
                    element.clear()
        except ET.ParseError:
            yield Reason.BROKEN_FORM


def _xcard_cells(element: ET.Element) -> Cells:
    """The cells of one property element, or of a group of them."""
    name = element.tag.removeprefix(NAMESPACE)
    if name == "group":
        return [cell for child in element for cell in _xcard_cells(child)]
    parameters = element.find(f"{NAMESPACE}parameters")
    children = [child for child in element if child is not parameters]
    types: list[str] = []
    others: dict[str, str] = {}
    for parameter in parameters if parameters is not None else ():
        texts = [_inner(value) for value in parameter]
        if parameter.tag == f"{NAMESPACE}type":
            types += texts
        else:
            others[parameter.tag.removeprefix(NAMESPACE)] = ", ".join(texts)
    head = _head(name.upper(), types, others)
    if name in XCARD_PARTS:
        parts = [
            ", ".join(_inner(child) for child in children if child.tag == NAMESPACE + part and _inner(child))
            for part in XCARD_PARTS[name]
        ]
    else:
        parts = [_inner(child) for child in children]
    return [(known, text) for known, text in _cells(head, parts) if text]


def _inner(element: ET.Element) -> str:
    """All the text within *element*."""
    return "".join(element.itertext()).strip()
