"""One module out of many: each definition as it stands in core, one room after the other, with one list of imports.

Where two rooms use one name for two things, both get the name of their room before it (`merkle_node_hash`); so does a
function that is called by its room's name (`canonical.encode` becomes `canonical_encode`). Nothing else is changed.
"""

import ast
import builtins
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping

from verifier.reach import Kept, alias_of, is_module
from verifier.scopes import uses
from verifier.sources import CannotBuildError, Piece, is_ours

Names = Mapping[tuple[str, str], str]
"""Module and name there, to the name in the one module."""
WIDTH = 120


def merged(rooms: Mapping[str, Kept], docstring: str) -> str:
    """Give the text of the one module, opened by *docstring*."""
    names = _names(rooms)
    _require_apart(rooms, names)
    parts = [f'"""{docstring}"""', "", *_imports(rooms)]
    for kept in rooms.values():
        body = [line for piece in _kept_pieces(kept) for line in _text(kept, piece, names)]
        if body:
            said = f'"""{kept.module.docstring}"""'
            parts += ["", "", f"# ---- {kept.module.name} ".ljust(WIDTH, "-"), said, *body]
    return "\n".join(parts) + "\n"


def _kept_pieces(kept: Kept) -> Iterator[Piece]:
    return (piece for piece in kept.module.pieces if piece.first in kept.pieces)


def _names(rooms: Mapping[str, Kept]) -> dict[tuple[str, str], str]:
    """Decide under which name each definition stands in the one module."""
    defined = [(room, name) for room, kept in rooms.items() for piece in _kept_pieces(kept) for name in piece.names]
    called = _called_by_room(rooms)
    imported = {name for kept in rooms.values() for name in _foreign(kept)}
    often = Counter(name for _, name in defined)
    taken = {name for name in often if often[name] > 1 or hasattr(builtins, name) or name in imported}
    return {
        (room, name): _with_room(room, name) if name in taken or ((room, name) in called and name.islower()) else name
        for room, name in defined
    }


def _with_room(room: str, name: str) -> str:
    short = room.rpartition(".")[2]
    if name.isupper() or name.lstrip("_").isupper():
        short = short.upper()
    return f"_{short}{name}" if name.startswith("_") else f"{short}_{name}"


def _called_by_room(rooms: Mapping[str, Kept]) -> set[tuple[str, str]]:
    called = set()
    for kept in rooms.values():
        for piece in _kept_pieces(kept):
            for node in ast.walk(piece.node):
                bound = alias_of(node, kept.module.imports) if isinstance(node, ast.Attribute) else None
                if bound is not None and isinstance(node, ast.Attribute):
                    called.add((f"{bound.module}.{bound.name}", node.attr))
    return called


def _require_apart(rooms: Mapping[str, Kept], names: Names) -> None:
    twice = [name for name, often in Counter(names.values()).items() if often > 1]
    imported: dict[str, tuple[str, str | None]] = {}
    for kept in rooms.values():
        for name in _foreign(kept):
            bound = kept.module.imports[name]
            if imported.setdefault(name, (bound.module, bound.name)) != (bound.module, bound.name):
                twice.append(name)
    if twice or imported.keys() & set(names.values()):
        raise CannotBuildError(f"names that cannot be told apart: {', '.join(sorted(twice)) or 'imports'}")


def _foreign(kept: Kept) -> list[str]:
    return [name for name in kept.imports if not is_ours(kept.module.imports[name].module)]


# -- the text of a piece --------------------------------------------------------------------------------------------


def _text(kept: Kept, piece: Piece, names: Names) -> list[str]:
    lines = {number: kept.module.lines[number - 1].encode() for number in range(piece.first, piece.last + 1)}
    for (number, start, end), name in sorted(_edits(kept, piece, names).items(), reverse=True):
        lines[number] = lines[number][:start] + name.encode() + lines[number][end:]
    for method in piece.methods:
        if method.first not in kept.methods:
            for number in range(method.first, method.last + 1):
                del lines[number]
    return [line.decode() for line in lines.values()]


def _edits(kept: Kept, piece: Piece, names: Names) -> dict[tuple[int, int, int], str]:
    """Give the places, by line and bytes from start to end, where another name has to stand."""
    module, found = kept.module, dict[tuple[int, int, int], str]()

    def put(node: ast.expr, name: str) -> None:
        if node.lineno != node.end_lineno or node.end_col_offset is None:
            raise CannotBuildError(f"{module.name}, line {node.lineno}: a name over several lines")
        found[node.lineno, node.col_offset, node.end_col_offset] = name

    for use in uses(piece.node):
        name = _meant(kept, use.name, names)
        if name != use.name:
            put(use.node, _in_quotes(use.node, use.name, name))
    for node in ast.walk(piece.node):
        bound = alias_of(node, module.imports) if isinstance(node, ast.Attribute) else None
        if bound is not None and isinstance(node, ast.Attribute):
            found.pop((node.lineno, node.value.col_offset, node.value.end_col_offset or 0), None)
            put(node, names.get((f"{bound.module}.{bound.name}", node.attr), node.attr))
    if isinstance(piece.node, ast.FunctionDef | ast.ClassDef):
        own = names[module.name, piece.node.name]
        if own != piece.node.name:
            line = module.lines[piece.node.lineno - 1].encode()
            start = line.index(piece.node.name.encode())
            found[piece.node.lineno, start, start + len(piece.node.name)] = own
    return found


def _meant(kept: Kept, name: str, names: Names) -> str:
    """Give the name in the one module of what *name* means in a room."""
    bound = kept.module.imports.get(name)
    if bound is None or kept.module.piece_of(name) is not None:
        return names.get((kept.module.name, name), name)
    if not is_ours(bound.module) or is_module(bound) or bound.name is None:
        return name
    return names.get((bound.module, bound.name), name)  # missing: a method that goes


def _in_quotes(node: ast.expr, old: str, new: str) -> str:
    return new if isinstance(node, ast.Name) else re.sub(rf"\b{old}\b", new, ast.unparse(node)).replace("'", '"')


# -- imports --------------------------------------------------------------------------------------------------------


def _imports(rooms: Mapping[str, Kept]) -> list[str]:
    """Write the imports of all rooms once, Python's own first; what only annotations need stands apart."""
    plain: dict[bool, set[str]] = {False: set(), True: set()}
    parts: dict[bool, dict[str, set[str]]] = {False: {}, True: {}}
    for kept in rooms.values():
        for name in _foreign(kept):
            bound = kept.module.imports[name]
            if bound.name is None:
                plain[bound.typing_only].add(bound.module)
            else:
                parts[bound.typing_only].setdefault(bound.module, set()).add(bound.name)
    if parts[True]:
        parts[False].setdefault("typing", set()).add("TYPE_CHECKING")
    lines = []
    for python in (True, False):
        lines += [f"import {name}" for name in sorted(plain[False]) if _python(name) == python]
        lines += [
            line
            for module in sorted(parts[False])
            if _python(module) == python
            for line in _statement(module, parts[False][module])
        ]
        lines.append("")
    if parts[True]:
        lines.append("if TYPE_CHECKING:")
        lines += [f"    {line}" for module in sorted(parts[True]) for line in _statement(module, parts[True][module])]
        lines.append("")
    return lines[:-1]


def _python(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _statement(module: str, names: set[str]) -> list[str]:
    listed = sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    line = f"from {module} import {', '.join(listed)}"
    return [line] if len(line) <= WIDTH else [f"from {module} import (", *(f"    {name}," for name in listed), ")"]
