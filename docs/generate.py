"""Writes what is repeated: tables.md, commands.md, states.md, man/, samples, results, notebooks, floors.txt.

    python docs/generate.py            write them
    python docs/generate.py --check    exit with 1 if one is not what the program says (tests/test_docs.py does this)

docs/samples.py says what a sample is.
"""

import ast
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from samples import has_samples, with_samples
from writers import algorithms, commands, explained, fixtures, man, notifies, policies, python_names, states, tables

from analyzer.assessment.policies import names as policy_names

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
RESULTS = re.compile(r"(?<=<!-- results: written by docs/generate.py -->\n).*?(?=<!-- end of results -->)", re.DOTALL)


def floors() -> Iterator[str]:
    """constraints/floors.txt: of every requirement in pyproject.toml with a lower bound that very version."""
    yield "# Written by docs/generate.py from pyproject.toml. What .ci/floors installs: the oldest versions allowed."
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *(r for rows in project["optional-dependencies"].values() for r in rows)]
    yield from sorted({r.replace(">=", "==") for r in wanted if ">=" in r})
    yield ""


def with_results(page: Path) -> str:
    """A page with what benchmarks/results.json says."""
    sys.path.insert(0, str(ROOT))  # the benchmarks are no part of the installed package
    from benchmarks.page import results  # noqa: PLC0415

    return RESULTS.sub(lambda _: f"\n{results()}\n", page.read_text("utf-8"))


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
    yield FOLDER / "tables.md", "\n".join(tables.page())
    yield FOLDER / "commands.md", "\n".join(commands.page())
    yield FOLDER / "states.md", "\n".join(states.page())
    reference = FOLDER / "reference"
    yield reference / "checks.md", "\n".join(explained.check_page())
    yield reference / "diagnoses.md", "\n".join(explained.diagnosis_page())
    yield reference / "policies.md", "\n".join(policies.index())
    for name in policy_names():
        yield reference / "policies" / f"{name}.md", "\n".join(policies.page(name))
    yield reference / "algorithms.md", "\n".join(algorithms.page())
    yield reference / "notifies.md", "\n".join(notifies.page())
    yield reference / "python.md", "\n".join(python_names.page())
    yield reference / "fixtures.md", "\n".join(fixtures.page())
    for name, text in man.pages():
        yield FOLDER / "man" / name, text
    yield ROOT / "constraints" / "floors.txt", "\n".join(floors())
    yield FOLDER / "benchmarks.md", with_results(FOLDER / "benchmarks.md")
    for page in (ROOT / "README.md", *sorted(FOLDER.rglob("*.md"))):
        if has_samples(text := page.read_text("utf-8")):
            yield page, with_samples(text)
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
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, "utf-8")
        print(f"wrote {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
