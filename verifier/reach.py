"""What an entry point reaches: every definition of core that it, or something it reaches, names.

A method is reached when its name stands behind a dot anywhere in what is reached, whosever it is: that keeps some too
many and none too few. Where texts, bytes or lists have a method of the same name (`encode`), it has to stand behind the
name of its class, or behind self or cls in it, or in `MEANT`; a test lets mypy say where one is missing. Methods with
two underscores on both sides, and those of classes that extend one of Python's or a library's, stay with their class.
"""

import ast
from dataclasses import dataclass, field

from verifier.scopes import uses
from verifier.sources import CannotBuildError, Import, Module, Piece, is_ours, path_of, read_module

_SILENT = frozenset({"Protocol", "NamedTuple", "IntEnum", "StrEnum", "Enum", "Exception"})
"""Classes to extend that call nothing of the class by name."""


@dataclass
class Kept:
    """What is kept of one module: pieces and methods by their first line, and the names it imports."""

    module: Module
    pieces: set[int] = field(default_factory=set)
    methods: set[int] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)


MEANT = frozenset({
    "CompactRange.extend", "Denied.encode", "ShownLine.values", "VerifierKey.encode",
})  # fmt: skip
"""Methods that are called on a variable, and have a name that texts or lists have too."""
_OFTEN = frozenset(name for kind in (str, bytes, list, dict, set, int) for name in dir(kind))


def reached_from(entry: Module) -> dict[str, Kept]:
    """Give what *entry* reaches, by module, each after those it imports from; all of the entry's own pieces included.

    Raises:
        CannotBuildError: where a name is used in a way that hides what is reached.
    """
    walk = _Walk()
    walk.kept[entry.name] = Kept(entry)
    for piece in entry.pieces:
        walk.take_piece(entry.name, piece)
    while walk.take_methods():
        pass
    return walk.in_order(entry.name)


class _Walk:
    """The way from definition to definition."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self._after_dots: set[str] = set()

    def _open(self, name: str) -> Kept:
        if name not in self.kept:
            path = path_of(name)
            if path is None:
                raise CannotBuildError(f"there is no module {name}")
            self.kept[name] = Kept(read_module(name, path))
        return self.kept[name]

    def take_piece(self, module: str, piece: Piece) -> None:
        """Keep a piece, and what it names."""
        kept = self._open(module)
        if piece.first in kept.pieces:
            return
        kept.pieces.add(piece.first)
        for node in piece.kept_whole:
            self._read(module, node, piece.names[0])
        for method in piece.methods:
            if method.names[0].startswith("__") or self._answers_others(kept.module, piece):
                self._take_method(kept, method, piece.names[0])

    def take_methods(self) -> bool:
        """Keep the methods whose names have come up since; whether there were any."""
        new = [
            (kept, method, piece.names[0])
            for kept in list(self.kept.values())
            for piece in kept.module.pieces
            if piece.first in kept.pieces
            for method in piece.methods
            if method.first not in kept.methods and self._is_called(piece.names[0], method.names[0])
        ]
        for kept, method, owner in new:
            self._take_method(kept, method, owner)
        return bool(new)

    def _is_called(self, owner: str, method: str) -> bool:
        whole = f"{owner}.{method}"
        return whole in MEANT or whole in self._after_dots or (method in self._after_dots and method not in _OFTEN)

    def _take_method(self, kept: Kept, method: Piece, owner: str) -> None:
        if method.first not in kept.methods:
            kept.methods.add(method.first)
            self._read(kept.module.name, method.node, owner)

    def _answers_others(self, module: Module, piece: Piece) -> bool:
        bases = piece.node.bases if isinstance(piece.node, ast.ClassDef) else []
        names = [ast.unparse(base) for base in bases]
        return any(module.piece_of(name) is None and name not in _SILENT and not _ours(module, name) for name in names)

    def _take_name(self, module: str, name: str) -> None:
        """Keep what *name* stands for in *module*; names of Python itself stand for nothing here."""
        kept = self._open(module)
        piece = kept.module.piece_of(name)
        if piece is not None:
            self.take_piece(module, piece)
        elif name in kept.module.imports and name not in kept.imports:
            kept.imports.add(name)
            self._follow(kept.module.imports[name])

    def _follow(self, bound: Import) -> None:
        if not is_ours(bound.module):
            return
        if bound.name is None:
            raise CannotBuildError(f"{bound.module} is imported under its full name")
        if is_module(bound):
            self._open(f"{bound.module}.{bound.name}")
        else:
            self._take_name(bound.module, bound.name)

    def _read(self, module: str, node: ast.AST, inside: str = "") -> None:
        """Keep everything that the code in *node* names; *inside*: the class it stands in."""
        imports = self._open(module).module.imports
        through = 0
        for part in ast.walk(node):
            if isinstance(part, ast.ImportFrom | ast.Global) and is_ours(getattr(part, "module", None) or "aboveboard"):
                raise CannotBuildError(f"{module}, line {part.lineno}: an import or a global name inside a function")
            if isinstance(part, ast.Attribute):
                self._after_dots |= {part.attr, f"{_owner(part, inside)}.{part.attr}"}
                bound = alias_of(part, imports)
                if bound is not None:
                    through += 1
                    self._take_name(f"{bound.module}.{bound.name}", part.attr)
        for use in uses(node):
            if use.name in imports and is_module(imports[use.name]):
                through -= 1
            self._take_name(module, use.name)
        if through:
            raise CannotBuildError(f"{module}: a module is handed on as a value, or shadowed")

    def in_order(self, entry: str) -> dict[str, Kept]:
        """Give what is kept, each module after those it imports from."""
        ordered: dict[str, Kept] = {}

        def lay(name: str) -> None:
            if name in ordered:
                return  # with all that it imports from; there are many ways to each
            kept = self.kept[name]
            for bound in sorted((kept.module.imports[own] for own in kept.imports), key=_where_it_stands):
                if is_ours(bound.module) and not bound.typing_only:
                    lay(f"{bound.module}.{bound.name}" if is_module(bound) else bound.module)
            ordered[name] = kept

        lay(entry)
        return ordered


def _where_it_stands(bound: Import) -> tuple[int, str, str]:
    """Give an import's line, and its words, since one line may import several."""
    return bound.line, bound.module, bound.name or ""


def is_module(bound: Import) -> bool:
    """Tell whether an import binds one of our modules, and not something in it."""
    return is_ours(bound.module) and bound.name is not None and path_of(f"{bound.module}.{bound.name}") is not None


def alias_of(node: ast.Attribute, imports: dict[str, Import]) -> Import | None:
    """Give the module of ours behind whose name *node* is the dot; None for any other dot."""
    bound = imports.get(node.value.id) if isinstance(node.value, ast.Name) else None
    return bound if bound is not None and is_module(bound) else None


def _owner(node: ast.Attribute, inside: str) -> str:
    """Give the class that a method is called on, as far as that can be seen."""
    name = node.value.id if isinstance(node.value, ast.Name) else ""
    return inside if name in {"self", "cls"} else name


def _ours(module: Module, name: str) -> bool:
    return name in module.imports and is_ours(module.imports[name].module)
