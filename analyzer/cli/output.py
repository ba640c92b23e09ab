"""Where words go: data to stdout, talk to stderr; colour only where it is wanted."""

import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import click

from analyzer.tables.text import visible

if TYPE_CHECKING:
    from analyzer.report.story import Line

_STYLES: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True},
    "good": {"fg": "green"},
    "bad": {"fg": "red", "bold": True},
    "warn": {"fg": "yellow"},
    "dim": {"dim": True},
}


def colour() -> bool | None:
    """Say whether to colour: False by NO_COLOR, True by FORCE_COLOR, None where the terminal decides."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def width() -> int:
    """Say how many columns to write into: the terminal's, within what can be read; 100 where there is none."""
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 160))


def emit(lines: Iterable["Line"]) -> None:
    """Print lines of the story to stdout."""
    for line in lines:
        click.secho(line.text, **_STYLES.get(line.style, {}))


def say(text: str) -> None:
    """Say a word to the user on stderr. It may name a file, and a file's name may hold anything."""
    click.echo(visible(text), err=True)


def complain(text: str) -> None:
    """Tell an error on stderr."""
    click.secho(f"error: {visible(text)}", err=True, fg="red")


def forgiving_streams() -> None:
    """Make streams give a terminal that cannot show a character its escape, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
