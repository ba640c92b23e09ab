"""commands.md: the help of the program and of each command."""

from collections.abc import Iterator

import click

from analyzer.cli.main import main as command_line

from .markdown import WIDTH, WRITTEN


def page() -> Iterator[str]:
    """commands.md: the help of the program and of each command."""
    yield WRITTEN
    yield "# Commands\n\nWhat `isakmp-analyzer --help` and `isakmp-analyzer COMMAND --help` print.\n"
    assert isinstance(command_line, click.Group)
    with context_of(command_line, "isakmp-analyzer") as top:
        yield section("isakmp-analyzer", command_line, top)
        for name in command_line.list_commands(top):
            command = command_line.get_command(top, name)
            assert command is not None
            with context_of(command, name, top) as context:
                yield section(name, command, context)


def context_of(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    """A context as the command makes it for itself, on a terminal of fixed width."""
    settings = {**command.context_settings, "terminal_width": WIDTH, "color": False}
    return click.Context(command, parent, name, **settings)


def section(title: str, command: click.Command, context: click.Context) -> str:
    """One command's help as it is printed."""
    return f"## {title}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
