"""Writes the pages of this folder that repeat what stands in the code: tables.md and commands.md.

python docs/generate.py            write them
python docs/generate.py --check    exit with 1 if one is not what the code says (tests/test_docs.py does this)
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from analyzer.cli.main import main as command_line
from analyzer.tables.schema import SCHEMA, SCHEMA_VERSION, Column

FOLDER = Path(__file__).resolve().parent
WRITTEN = "<!-- Written by docs/generate.py: change the code, then run it. -->\n"


def tables() -> Iterator[str]:
    """tables.md: every table and column of the schema."""
    yield WRITTEN
    yield f"""# Tables (schema version {SCHEMA_VERSION})

Each table is `analysis.NAME` in Python (a `pandas.DataFrame`), `tables/NAME.csv` beside a report, and
`isakmp-analyzer export CAPTURE --table NAME` on the command line.

SPIs are lower-case hexadecimal text: 16 digits for IKE, 8 for ESP and AH. Times are UTC with nanoseconds. An id is the
number on the wire in the registry of that IKE version; the column after it holds its name. A missing value is missing
(`None`, `<NA>`, an empty CSV cell), never 0 or an empty text: it was not seen, or it cannot be known from this capture.
Frame numbers are Wireshark's. Columns are only ever added behind the last one.
"""
    yield " · ".join(f"[`{name}`](#{name})" for name in SCHEMA) + "\n"
    for name, schema in SCHEMA.items():
        yield f"## {name}\n\n{schema.doc}\n\n| Column | Type | Meaning |\n|---|---|---|"
        yield "\n".join(f"| `{c.name}` | {dtype(c)} | {cell(c.doc)} |" for c in schema.columns) + "\n"


def dtype(column: Column) -> str:
    """The pandas dtype; of a list, that of its items too."""
    return f"list of {column.items}" if column.items else column.dtype


def cell(text: str) -> str:
    """Text that may hold the sign which ends a cell."""
    return text.replace("|", "\\|")


def commands() -> Iterator[str]:
    """commands.md: the help of the program and of each command."""
    yield WRITTEN
    yield "# Commands\n\nWhat `isakmp-analyzer --help` and `isakmp-analyzer COMMAND --help` print.\n"
    assert isinstance(command_line, click.Group)
    with click.Context(command_line, info_name="isakmp-analyzer", terminal_width=100, color=False) as top:
        yield section("isakmp-analyzer", command_line, top)
        for name in command_line.list_commands(top):
            command = command_line.get_command(top, name)
            assert command is not None
            with click.Context(command, info_name=name, parent=top, terminal_width=100, color=False) as context:
                yield section(name, command, context)


def section(title: str, command: click.Command, context: click.Context) -> str:
    """One command's help as it is printed."""
    return f"## {title}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


PAGES = {"tables.md": tables, "commands.md": commands}


def stale() -> list[str]:
    """Names of the pages that do not say what the code says."""
    return [name for name, page in PAGES.items() if read(FOLDER / name) != "\n".join(page())]


def read(path: Path) -> str:
    """A page as it stands; nothing if it does not exist."""
    return path.read_text("utf-8") if path.is_file() else ""


def main() -> int:
    """Command line."""
    if sys.argv[1:] == ["--check"]:
        print(*(f"docs/{name} is stale: run python docs/generate.py" for name in stale()), sep="\n")
        return 1 if stale() else 0
    for name, page in PAGES.items():
        (FOLDER / name).write_text("\n".join(page()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
