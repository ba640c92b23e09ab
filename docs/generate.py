"""Writes what is repeated: tables.md, commands.md, states.md, samples, results, notebooks, constraints/floors.txt.

    python docs/generate.py            write them
    python docs/generate.py --check    exit with 1 if one is not what the program says (tests/test_docs.py does this)

A sample is a block fenced as `console` that begins with `$ isakmp-analyzer ...`; below that line stands what it prints,
100 columns wide, in the root of the checkout.
"""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from analyzer.cli.main import main as command_line
from analyzer.negotiation.exchanges import initial, later, order, phase1, phase2, sa, table
from analyzer.negotiation.exchanges.course import TABLES
from analyzer.negotiation.exchanges.sa import IKEV1_SA, IKEV2_SA, SaTable
from analyzer.tables.kinds import Column
from analyzer.tables.schema import SCHEMA, SCHEMA_VERSION

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
WIDTH = 100
RESULTS = re.compile(r"(?<=<!-- results: written by docs/generate.py -->\n).*?(?=<!-- end of results -->)", re.DOTALL)
WRITTEN = "<!-- Written by docs/generate.py: change the code, then run it. -->\n"
SAMPLE = re.compile(r"^(```console\n\$ isakmp-analyzer )([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def tables() -> Iterator[str]:
    """tables.md: every table and column of the schema."""
    yield WRITTEN
    yield f"""# Tables (schema version {SCHEMA_VERSION})

Each table is `analysis.NAME` in Python (a `pandas.DataFrame`) and `isakmp-analyzer export CAPTURE --table NAME` on the
command line. A report has it as `tables/NAME.csv`, if it has rows and [is not left out for its length](report.md).

SPIs are lower-case hexadecimal text: 16 digits for IKE, 8 for ESP and AH. Times are UTC with nanoseconds. An id is the
number on the wire in the registry of that IKE version; the column after it holds its name. A missing value is missing
(`None`, `<NA>`, an empty CSV cell), never 0 or an empty text: it was not seen, or it cannot be known from this capture.
Frame numbers are Wireshark's. Columns are only ever added behind the last one.
"""
    yield " · ".join(f"[`{name}`](#{name})" for name in SCHEMA) + "\n"
    for name, schema in SCHEMA.items():
        yield f"## {name}\n\n{schema.doc}\n\n| Column | Type | Meaning |\n|---|---|---|"
        yield "\n".join(f"| `{c.name}` | {dtype(c)} | {cell(c.doc)} |" for c in schema.columns) + "\n"


def dtype(column: Column[Any]) -> str:
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
    with context_of(command_line, "isakmp-analyzer") as top:
        yield section("isakmp-analyzer", command_line, top)
        for name in command_line.list_commands(top):
            command = command_line.get_command(top, name)
            assert command is not None
            with context_of(command, name, top) as context:
                yield section(name, command, context)


def states() -> Iterator[str]:
    """states.md: every state table with its picture; the theory is that of the modules."""
    yield WRITTEN
    yield f"""# State tables

How the analyzer follows IKE. These tables are data in `analyzer/negotiation/`; this page is drawn from them.

{theory(table)}

In the pictures stand the moves by the book. The tables below them have the leaps too, with the messages that are
missing then. The column `state` of [`exchanges`](tables.md#exchanges) holds the last state of an exchange; a message
without a move is in its column `unexpected_frames` and a finding `unexpected-message`.
"""
    titles = [t.title for t in (*TABLES, IKEV1_SA, IKEV2_SA)]
    yield "".join(f"- [{title}](#{anchor(title)})\n" for title in titles)
    for module in (phase1, phase2, initial, later, order):
        yield f"# {title_of(module)}\n\n{theory(module)}\n"
        yield from (picture(t) for t in TABLES if t in vars(module).values())
    yield f"# {title_of(sa)}\n\n{theory(sa)}\n"
    yield from (rules(t) for t in (IKEV1_SA, IKEV2_SA))


def floors() -> Iterator[str]:
    """constraints/floors.txt: of every requirement in pyproject.toml with a lower bound that very version."""
    yield "# Written by docs/generate.py from pyproject.toml. What .ci/floors installs: the oldest versions allowed."
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *(r for rows in project["optional-dependencies"].values() for r in rows)]
    yield from sorted({r.replace(">=", "==") for r in wanted if ">=" in r})
    yield ""


def title_of(module: ModuleType) -> str:
    """The first line of a module's docstring, without its full stop."""
    return (module.__doc__ or "").partition("\n")[0].rstrip(".")


def theory(module: ModuleType) -> str:
    """The rest of it."""
    return (module.__doc__ or "").partition("\n")[2].strip()


def anchor(title: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-")


def picture(t: table.Table) -> str:
    """One table: its picture, its states, its moves, and the events that have no place in it."""
    lines = [f"## {t.title}\n", "```mermaid", table.mermaid(t), "```\n", "| State | Meaning |", "|---|---|"]
    lines += [f"| `{state}` | {meaning} |" for state, meaning in t.states.items()]
    lines += ["", "| State | Event | Leads to | Document | Not in the capture |", "|---|---|---|---|---|"]
    for state, row in t.moves.items():
        for event, move in row.items():
            unseen = ", ".join(f"`{e}`" for e in move.unseen)
            lines.append(f"| `{state}` | `{event}` | `{move.to}` | {move.reference} | {unseen} |")
    lines += ["", "| Event | What it is |", "|---|---|"]
    lines += [f"| `{event}` | {meaning} |" for event, meaning in t.events.items()]
    placed = {event for row in t.moves.values() for event in row}
    never = [f"`{event}`" for event in t.events if event not in placed]
    if never:
        lines += ["", f"Unexpected in every state ({t.rule}): {', '.join(never)}."]
    return "\n".join(lines) + "\n"


def rules(t: SaTable) -> str:
    """The rules that make an SA's state of those of its exchanges."""
    lines = [f"## {t.title}\n", "| State | Where | Meaning |", "|---|---|---|"]
    for rule in t.rules:
        parts = "; ".join(f"{part} is {' or '.join(f'`{s}`' for s in sorted(rule.when[part]))}" for part in rule.when)
        lines.append(f"| `{rule.state}` | {parts} | {rule.meaning} |")
    for part, values in t.parts.items():
        lines += ["", f"| {part} | Meaning |", "|---|---|"]
        lines += [f"| `{value}` | {meaning} |" for value, meaning in values.items()]
    return "\n".join(lines) + "\n"


def context_of(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    """A context as the command makes it for itself, on a terminal of fixed width."""
    settings = {**command.context_settings, "terminal_width": WIDTH, "color": False}
    return click.Context(command, parent, name, **settings)


def section(title: str, command: click.Command, context: click.Context) -> str:
    """One command's help as it is printed."""
    return f"## {title}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


def with_samples(page: Path) -> str:
    """A page with every sample replaced by what its command prints now."""
    return SAMPLE.sub(lambda m: f"{m[1]}{m[2]}\n{printed(m[2])}\n```", page.read_text("utf-8"))


def with_results(page: Path) -> str:
    """A page with what benchmarks/results.json says."""
    sys.path.insert(0, str(ROOT))  # the benchmarks are no part of the installed package
    from benchmarks.page import results  # noqa: PLC0415

    return RESULTS.sub(lambda _: f"\n{results()}\n", page.read_text("utf-8"))


def printed(words: str) -> str:
    """Standard output of one command."""
    environment = {**os.environ, "COLUMNS": str(WIDTH), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "analyzer", *shlex.split(words)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())


def executed(notebook: Path) -> str:
    """A notebook with the outputs that its cells have now."""
    found = json.loads(notebook.read_text("utf-8"))
    names: dict[str, object] = {}
    before = Path.cwd()
    for number, cell in enumerate((c for c in found["cells"] if c["cell_type"] == "code"), 1):
        cell["execution_count"] = number
        cell["outputs"] = outputs("".join(cell["source"]), number, names)
    os.chdir(before)
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def outputs(code: str, number: int, names: dict[str, object]) -> list[dict[str, object]]:
    """Run one cell as a notebook does: what it prints, then the value of its last line if that is an expression."""
    tree = ast.parse(code)
    last = tree.body[-1]
    value = None
    with redirect_stdout(StringIO()) as printed:
        if isinstance(last, ast.Expr) and not code.rstrip().endswith(";"):
            exec(compile(ast.Module(tree.body[:-1], []), f"cell {number}", "exec"), names)
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
        else:
            exec(compile(tree, f"cell {number}", "exec"), names)
    found: list[dict[str, object]] = []
    if printed.getvalue():
        text = printed.getvalue().splitlines(keepends=True)
        found.append({"name": "stdout", "output_type": "stream", "text": text})
    if value is not None:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        as_html = getattr(value, "_repr_html_", None)
        if as_html is not None:
            data = {"text/html": as_html().splitlines(keepends=True), **data}
        found.append({"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return found


def pages() -> Iterator[tuple[Path, str]]:
    """Every page that holds something of the program's, and what it should say."""
    yield FOLDER / "tables.md", "\n".join(tables())
    yield FOLDER / "commands.md", "\n".join(commands())
    yield FOLDER / "states.md", "\n".join(states())
    yield ROOT / "constraints" / "floors.txt", "\n".join(floors())
    yield FOLDER / "benchmarks.md", with_results(FOLDER / "benchmarks.md")
    for page in (ROOT / "README.md", *sorted(FOLDER.glob("*.md"))):
        if page.is_file() and SAMPLE.search(page.read_text("utf-8")):
            yield page, with_samples(page)
    for notebook in sorted(FOLDER.glob("*.ipynb")):
        yield notebook, executed(notebook)


def main() -> int:
    """Command line."""
    stale = [(page, text) for page, text in pages() if not page.is_file() or page.read_text("utf-8") != text]
    if sys.argv[1:] == ["--check"]:
        for page, _ in stale:
            print(f"{page.relative_to(ROOT)} is stale: run python docs/generate.py")
        return 1 if stale else 0
    for page, text in stale:
        page.write_text(text, "utf-8")
        print(f"wrote {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
