"""The files of this repository, parsed, as the house tests look at them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.present import ROOT

OURS = ("src", "tests", "bench", "verifier")
PASSED_OVER = frozenset({"__pycache__", "node_modules", "dist", "build", "var"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*folders: str) -> Iterator[Path]:
    """Every file under *folders* of the repository that is not made by a tool."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT).parts
            hidden = any(part.startswith(".") or part.endswith(".egg-info") for part in inside)
            if path.is_file() and not hidden and PASSED_OVER.isdisjoint(inside):
                yield path


def modules(*folders: str) -> Iterator[Path]:
    """Every Python file of ours, migrations apart: those are written by Django."""
    return (path for path in files(*folders) if path.suffix == ".py" and path.parent.name != "migrations")


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of *path*."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method in *path*, however deep."""
    return (node for node in ast.walk(parsed(path)) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines from ``def`` to the last one, decorators apart."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def imports(path: Path) -> Iterator[str]:
    """The full name of each module that *path* imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def named(path: Path) -> str:
    """*path* as a reader would say it."""
    return str(path.relative_to(ROOT))
