"""How long the verifier is: all its lines, and those of code."""

import ast

from verifier.sources import is_text


def counted(text: str) -> tuple[int, int]:
    """Count the lines of a module: all, and those of code, which are not blank, no comment and no text for people."""
    lines = text.splitlines()
    said = {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.stmt) and is_text(node)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = [
        line
        for number, line in enumerate(lines, 1)
        if number not in said and line.strip() and not line.lstrip().startswith("#")
    ]
    return len(lines), len(code)
