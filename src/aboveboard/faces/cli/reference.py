"""The reference of the command line, made from the commands: ``python -m aboveboard.faces.cli.reference``."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from aboveboard.faces.cli.answers import MEANS
from aboveboard.faces.cli.tree import aboveboard

HEAD = """# Commands

Made from the commands themselves; a test compares. Every command takes `--json`: one object on standard output,
while progress goes to standard error. An error is one sentence on standard error, with `--json` also
`{"error": {"code", "sentence", "exit"}}` on standard output. A command that releases personal data acts for a staff
member who signed in (`--as LOGIN` after `aboveboard login`, or `--token-file FILE`).

## Exit codes

| code | meaning |
| --- | --- |
"""


def walk() -> Iterator[tuple[str, click.Command]]:
    """Give every command with its full name, groups before what stands below them."""
    top = click.Context(aboveboard, info_name="aboveboard")
    for name in aboveboard.list_commands(top):
        command = aboveboard.get_command(top, name)
        if command is not None:
            yield from _below(f"aboveboard {name}", command)


def reference() -> str:
    """Give the whole page."""
    table = "".join(f"| {int(code)} | {meaning} |\n" for code, meaning in MEANS.items())
    return HEAD + table + "".join(_section(name, command) for name, command in walk())


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for part in command.commands:
            yield from _below(f"{name} {part}", command.commands[part])


def _section(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    parts = [f"\n## {name}\n", f"\n{_text(command)}\n"]
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    options = [one for one in command.params if isinstance(one, click.Option) and one.name != "as_json"]
    usage = " ".join([name, *(one.make_metavar(context) for one in arguments)])
    if not isinstance(command, click.Group):
        parts.append(f"\n    {usage}{' [OPTIONS]' if options else ''}\n")
    if options:
        parts.append("\n| option | |\n| --- | --- |\n")
        parts += [f"| `{_spelled(one, context)}` | {_cell(one)} |\n" for one in options]
    return "".join(parts)


def _text(command: click.Command) -> str:
    paragraphs = (command.help or "").replace("\b", "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _spelled(option: click.Option, context: click.Context) -> str:
    spelled = ", ".join(option.opts) + (f" / {', '.join(option.secondary_opts)}" if option.secondary_opts else "")
    return spelled if option.is_flag else f"{spelled} {option.make_metavar(context)}"


def _cell(option: click.Option) -> str:
    said = (option.help or "").replace("|", "\\|")
    if option.show_default and option.default is not None:
        said += f" Default: `{option.default}`."
    return f"{said} Required." if option.required else said


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference/commands.md").write_text(reference(), encoding="utf-8")
