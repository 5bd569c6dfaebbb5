"""Where the code in a node means a name of its module: not an argument, not a variable, not a member of a class."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Use:
    """A name of the module, and the node in which it stands: a name, or a text that is an annotation."""

    name: str
    node: ast.expr


def uses(node: ast.AST, own: frozenset[str] = frozenset()) -> Iterator[Use]:
    """Give every use of a name of the module in *node*; *own*: names that mean something else around it."""
    if isinstance(node, ast.Name):
        if node.id not in own:
            yield Use(node.id, node)
    elif isinstance(node, Function):
        yield from _function(node, own)
    elif isinstance(node, ast.ClassDef):
        yield from _class(node, own)
    elif isinstance(node, ast.Lambda):
        yield from _all([*node.args.defaults, *filter(None, node.args.kw_defaults)], own)
        yield from uses(node.body, own | _arguments(node.args))
    elif isinstance(node, _COMPREHENSIONS):
        inside = own | frozenset(name for part in node.generators for name in _stored(part.target))
        first = node.generators[0].iter  # Python reads the first source outside
        yield from uses(first, own)
        yield from (use for use in _all(ast.iter_child_nodes(node), inside) if use.node not in ast.walk(first))
    elif isinstance(node, ast.AnnAssign):
        yield from _annotation(node.annotation, own)
        yield from _all([node.target, *([node.value] if node.value else [])], own)
    else:
        yield from _all(ast.iter_child_nodes(node), own)


def _all(nodes: "Iterator[ast.AST] | list[ast.expr] | list[ast.stmt]", own: frozenset[str]) -> Iterator[Use]:
    for node in nodes:
        yield from uses(node, own)


def _function(node: Function, own: frozenset[str]) -> Iterator[Use]:
    arguments = node.args
    yield from _all(node.decorator_list, own)
    yield from _all([*arguments.defaults, *filter(None, arguments.kw_defaults)], own)
    for argument in _each(arguments):
        yield from _annotation(argument.annotation, own)
    yield from _annotation(node.returns, own)
    inside = own | _arguments(arguments) | frozenset(name for part in node.body for name in _stored(part))
    yield from _all(node.body, inside)


def _class(node: ast.ClassDef, own: frozenset[str]) -> Iterator[Use]:
    """What a class binds is known in its body, not in its methods."""
    yield from _all([*node.decorator_list, *node.bases, *[word.value for word in node.keywords]], own)
    members = own | frozenset(name for part in node.body for name in _stored(part))
    for part in node.body:
        if isinstance(part, Function):
            yield from _function(part, own)
        else:
            yield from uses(part, members)


def _annotation(node: ast.expr | None, own: frozenset[str]) -> Iterator[Use]:
    """Read an annotation, in quotes or not."""
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Name) and part.id not in own:
            yield Use(part.id, part)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            for quoted in ast.walk(ast.parse(part.value, mode="eval")):
                if isinstance(quoted, ast.Name) and quoted.id not in own:
                    yield Use(quoted.id, part)


def _each(arguments: ast.arguments) -> list[ast.arg]:
    more = [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *more]


def _arguments(arguments: ast.arguments) -> frozenset[str]:
    return frozenset(argument.arg for argument in _each(arguments))


def _stored(node: ast.AST) -> Iterator[str]:
    """Give the names that a statement binds in the scope it stands in."""
    if isinstance(node, Function | ast.ClassDef):
        yield node.name
        return
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.alias):
        yield node.asname or node.name
    for child in ast.iter_child_nodes(node):
        yield from _stored(child)
