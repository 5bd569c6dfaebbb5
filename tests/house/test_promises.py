"""Every file and every public function opens with one sentence that states its promise."""

import ast

from tests.house.tree import OURS, functions, modules, named, parsed


def test_every_file_says_what_it_holds():
    """A reader who opens a file learns in one sentence why it is there."""
    assert [named(path) for path in modules(*OURS) if not ast.get_docstring(parsed(path))] == []


def test_every_public_function_states_its_promise():
    """What others call says what it does for them."""
    silent = [
        f"{named(path)}:{node.name}"
        for path in modules("src")
        for node in _public(parsed(path))
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_test_says_in_the_words_of_the_domain_what_holds():
    """A test that fails tells a lawyer what is broken."""
    silent = [
        f"{named(path)}:{function.name}"
        for path in modules("tests")
        for function in functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert silent == []


def _public(scope: ast.Module | ast.ClassDef):
    """Public functions, classes and methods; Django's Meta needs no words of its own."""
    for node in scope.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name.startswith("_") or node.name == "Meta" or _only_a_shape(node):
                continue
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _only_a_shape(node: ast.AST) -> bool:
    return any("overload" in ast.unparse(mark) for mark in getattr(node, "decorator_list", []))
