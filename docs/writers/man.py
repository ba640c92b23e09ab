"""man/*.1: a manual page for the program and one for each command, laid out by click-man.

Nothing in them changes from day to day: in place of a date they have the version.
"""

from collections.abc import Iterator
from inspect import cleandoc

import click
from click_man.man import ManPage

from analyzer import __version__
from analyzer.cli.exits import MEANINGS
from analyzer.cli.main import main as command_line

from .commands import context_of

_PROGRAM = "isakmp-analyzer"


def pages() -> Iterator[tuple[str, str]]:
    """The name of each file and what is in it."""
    assert isinstance(command_line, click.Group)
    with context_of(command_line, _PROGRAM) as top:
        names = command_line.list_commands(top)
        commands = [command for name in names if (command := command_line.get_command(top, name)) is not None]
        short = [(name, _safe(command.get_short_help_str(200))) for name, command in zip(names, commands, strict=True)]
        yield f"{_PROGRAM}.1", _page(top, "What happened in this VPN negotiation", short, names)
        for name, command in zip(names, commands, strict=True):
            with context_of(command, name, top) as context:
                yield f"{_PROGRAM}-{name}.1", _page(context, command.get_short_help_str(200), [], [])


def _page(context: click.Context, short: str, commands: list[tuple[str, str]], others: list[str]) -> str:
    page = ManPage(context.command_path)
    page.version, page.date = f"{_PROGRAM} {__version__}", ""
    page.short_help = _safe(short.rstrip("."))
    page.synopsis = " ".join(context.command.collect_usage_pieces(context))
    page.options = [
        (record[0], _safe(record[1]))
        for option in context.command.get_params(context)
        if isinstance(option, click.Option) and (record := option.get_help_record(context)) is not None
    ]
    page.commands = commands
    page.description = _description(context.command.help or "")
    codes = "\n".join(f".TP\n.B {code.value}\n{_safe(meaning.capitalize())}." for code, meaning in MEANINGS.items())
    several = "Where several hold, the first of 130, 2, 4, 3, 1 is it; standard error names each."
    also = [f"{_PROGRAM}-{name}" for name in others] or [_PROGRAM]
    ends = f".SH EXIT STATUS\n{codes}\n.PP\n{several}\n.SH SEE ALSO\n"
    return f"{page}{ends}" + ",\n".join(f".BR {_safe(name)} (1)" for name in also) + "\n"


def _description(text: str) -> str:
    """Paragraphs; those that click leaves as they are written stand line by line."""
    found = []
    for paragraph in cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b\n"):
            lines = [_safe(line) for line in paragraph.splitlines()[1:]]
            found.append("\n".join([".nf", *lines, ".fi"]))
        else:
            found.append(_safe(" ".join(paragraph.split())))
    return "\n\n".join(found)


def _safe(text: str) -> str:
    """Text in which nothing is a command of troff."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in text.splitlines())
