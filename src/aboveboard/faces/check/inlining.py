"""One page from many files: modules of our own behind one another, styles and letters beside them, nothing fetched.

This is all there is of a build: each module becomes a function that gives what the module exports, in the order in
which they need one another; a policy in the page's head names the hash of that one script and of that one style sheet,
and allows nothing else.
"""

import base64
import hashlib
import html
import re
from pathlib import Path

_HERE = Path(__file__).resolve().parent
SCRIPTS = _HERE / "static" / "check"
_WEB = _HERE.parent / "web" / "static" / "web"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([a-z]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class) (\w+))", re.MULTILINE)
_FONT = re.compile(r'url\("(fonts/[\w-]+\.woff2)"\)')


def script(entry: str) -> str:
    """Give the module *entry* and all it needs as one script; what a module keeps to itself stays there."""
    return '"use strict";\n' + "".join(_wrapped(name) for name in _in_order(entry))


def _in_order(entry: str) -> list[str]:
    """Give the names of the modules, each behind those it needs."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        for _, needed in _IMPORT.findall(_source(name)):
            if needed not in found:
                visit(needed)
        found[name] = None

    visit(entry)
    return list(found)


def _source(name: str) -> str:
    return (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")


def _wrapped(name: str) -> str:
    source = _source(name)
    given = ", ".join(_EXPORT.findall(source))
    inside = _EXPORT.sub("", _IMPORT.sub(lambda match: f"const {{{match[1]}}} = in_{match[2]};\n", source))
    return f"const in_{name} = (() => {{\n{inside}return {{ {given} }};\n}})();\n"


def styles() -> str:
    """Give the house's style sheet with its letters inside, and what the pages that check add to it."""
    house = _FONT.sub(_letters, _css(_WEB / "aboveboard.css"))
    return house + _css(SCRIPTS / "check.css")


def _letters(found: re.Match[str]) -> str:
    return f'url("data:font/woff2;base64,{_base64(_WEB / found[1])}")'


def _css(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def policy(code: str, style: str) -> str:
    """Give the content security policy of a page with this one script and this one style sheet: no network at all."""
    return (
        f"default-src 'none'; script-src '{_source_hash(code)}'; style-src '{_source_hash(style)}'; img-src data:;"
        " font-src data:; base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def page(entry: str, title: str, sentences: tuple[str, ...], held: str = "") -> bytes:
    """Give a page that runs the module *entry*; until it runs, and where it does not, these *sentences* stand there."""
    code, style = script(entry), styles()
    told = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences)
    return f"""<!DOCTYPE html>
<html lang="en" data-alone>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(code, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{html.escape(title)}</title>
<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,{_base64(_WEB / "mark.svg")}">
<style>{style}</style>
</head>
<body>
<main class="main main-read" id="check"><h1>{html.escape(title)}</h1>{told}</main>
{held}<script>{code}</script>
</body>
</html>
""".encode()
