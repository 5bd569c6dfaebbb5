"""A module of core as its pieces: each statement at its top level, the comments above it, and the names it binds."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class CannotBuildError(Exception):
    """A module holds something that this builder does not know how to cut; the sentence says where."""


@dataclass(frozen=True)
class Piece:
    """One statement, from the first line above it that belongs to it to its last."""

    node: ast.stmt
    names: tuple[str, ...]
    first: int
    last: int
    methods: tuple["Piece", ...] = ()
    """Of a class: its methods, which may go one by one."""

    @property
    def kept_whole(self) -> list[ast.AST]:
        """The parts that are kept whenever the piece is: all of it, or of a class all but its methods."""
        if not isinstance(self.node, ast.ClassDef):
            return [self.node]
        inside = {id(method.node) for method in self.methods}
        body = [statement for statement in self.node.body if id(statement) not in inside]
        return [*self.node.decorator_list, *self.node.bases, *self.node.keywords, *body]


@dataclass(frozen=True)
class Import:
    """One name that an import binds: the module it comes from, and its name there (None: the module itself)."""

    module: str
    name: str | None
    line: int
    typing_only: bool


@dataclass
class Module:
    """A module, read."""

    name: str
    lines: list[str]
    docstring: str
    head: int
    """The last line of its docstring."""
    imports: dict[str, Import] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)

    def piece_of(self, name: str) -> Piece | None:
        """Give the piece that binds *name* here, if one does."""
        return next((piece for piece in self.pieces if name in piece.names), None)


def is_ours(module: str) -> bool:
    """Tell whether a module is one of this program, not of Python or a library."""
    return module.partition(".")[0] == "aboveboard"


def path_of(module: str) -> Path | None:
    """Give the file of one of our modules; None where there is none of that name."""
    stem = SOURCE.joinpath(*module.split("."))
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file()), None)


def read_module(name: str, path: Path) -> Module:
    """Read the module *name* from *path*, as `module_of` does."""
    return module_of(name, path.read_text(encoding="utf-8"))


def module_of(name: str, text: str) -> Module:
    """Take the module *name* apart.

    Raises:
        CannotBuildError: where a statement at its top level is none that can be taken or left.
    """
    tree = ast.parse(text, name)
    lines = text.splitlines()
    docstring, head = ast.get_docstring(tree, clean=False), tree.body[0].end_lineno if tree.body else None
    if docstring is None or head is None:
        raise CannotBuildError(f"{name} does not open with a sentence")
    module = Module(name, lines, docstring, head)
    for statement in _statements(tree.body[1:], head):
        _take(module, statement)
    return module


def _take(module: Module, piece: Piece) -> None:
    node = piece.node
    if isinstance(node, ast.Import | ast.ImportFrom):
        module.imports |= _bound(node, typing_only=False)
    elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not node.orelse:
        for inner in node.body:
            if not isinstance(inner, ast.Import | ast.ImportFrom):
                raise CannotBuildError(f"{module.name}, line {inner.lineno}: only imports may stand here")
            module.imports |= _bound(inner, typing_only=True)
    elif piece.names:
        module.pieces.append(piece)
    else:
        raise CannotBuildError(f"{module.name}, line {node.lineno}: neither an import nor a definition")


def _bound(node: ast.Import | ast.ImportFrom, *, typing_only: bool) -> dict[str, Import]:
    if isinstance(node, ast.Import):
        return {
            alias.asname or alias.name.partition(".")[0]: Import(alias.name, None, node.lineno, typing_only)
            for alias in node.names
        }
    if node.module is None or node.level:
        raise CannotBuildError(f"line {node.lineno}: an import relative to where it stands")
    return {
        alias.asname or alias.name: Import(node.module, alias.name, node.lineno, typing_only) for alias in node.names
    }


def _statements(body: Iterable[ast.stmt], above: int) -> Iterator[Piece]:
    """Give the pieces of *body*, which begins below the line *above*; a text below an assignment belongs to it."""
    waiting: Piece | None = None
    for node in body:
        last = node.end_lineno or node.lineno
        if waiting is not None and isinstance(waiting.node, ast.Assign | ast.AnnAssign) and is_text(node):
            waiting = Piece(waiting.node, waiting.names, waiting.first, last)
            continue
        if waiting is not None:
            yield waiting
            above = waiting.last
        methods = tuple(_methods(node)) if isinstance(node, ast.ClassDef) else ()
        waiting = Piece(node, _names(node), above + 1, last, methods)
    if waiting is not None:
        yield waiting


def _methods(node: ast.ClassDef) -> Iterator[Piece]:
    above = node.lineno
    for statement in node.body:
        last = statement.end_lineno or statement.lineno
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Piece(statement, (statement.name,), above + 1, last)
        above = last


def is_text(node: ast.stmt) -> bool:
    """Tell whether a statement is a text that stands there for people."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _names(node: ast.stmt) -> tuple[str, ...]:
    if isinstance(node, Definition):
        return (node.name,)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    flat = [one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return tuple(one.id for one in flat if isinstance(one, ast.Name))
