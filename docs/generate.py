"""Writes what is repeated: tables.md, states.md, reference/, man/ and more, samples, results, notebooks, floors.txt.

    python docs/generate.py            write them
    python docs/generate.py --check    exit with 1 if one is not what the program says (tests/test_docs.py asks of each)

docs/samples.py says what a sample is.
"""

import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

from kernels import executed, without_pictures
from samples import has_samples, with_samples
from writers import (
    algorithms,
    commands,
    explained,
    fixtures,
    limits,
    man,
    notifies,
    policies,
    python_names,
    states,
    tables,
    words,
)

from analyzer.assessment.policies import names as policy_names

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
PART = re.compile(r"(<!-- ([a-z ]+): written by docs/generate.py -->\n).*?(<!-- end of \2 -->)", re.DOTALL)


def floors() -> Iterator[str]:
    """constraints/floors.txt: of every requirement in pyproject.toml with a lower bound that very version."""
    yield "# Written by docs/generate.py from pyproject.toml. What .ci/floors installs: the oldest versions allowed."
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *(r for rows in project["optional-dependencies"].values() for r in rows)]
    yield from sorted({r.replace(">=", "==") for r in wanted if ">=" in r})
    yield ""


def with_parts(page: Path, parts: dict[str, str]) -> str:
    """A page whose marked parts are these, by the names in their marks."""
    return PART.sub(lambda m: f"{m[1]}\n{parts[m[2]]}\n\n{m[3]}", page.read_text("utf-8"))


def results() -> str:
    """What benchmarks/results.json says."""
    sys.path.insert(0, str(ROOT))  # the benchmarks are no part of the installed package
    from benchmarks.page import results  # noqa: PLC0415

    return results().rstrip("\n")


def encapsulations() -> str:
    """What the tests' tables of frames hold."""
    sys.path.insert(0, str(ROOT))  # nor are they
    from writers import encapsulations  # noqa: PLC0415

    return "\n".join(encapsulations.page())


def implementations() -> str:
    """What the tests count over the fixtures."""
    sys.path.insert(0, str(ROOT))
    from writers import implementations  # noqa: PLC0415

    return "\n".join(implementations.page())


@cache
def pages() -> dict[Path, Callable[[], str]]:
    """Every page that holds something of the program's, and what says what it should say."""
    reference = FOLDER / "reference"
    found: dict[Path, Callable[[], str]] = {
        FOLDER / "tables.md": _lines(tables.page),
        FOLDER / "commands.md": _lines(commands.page),
        FOLDER / "states.md": _lines(states.page),
        FOLDER / "encapsulations.md": encapsulations,
        reference / "checks.md": _lines(explained.check_page),
        **{reference / "checks" / f"{page.id}.md": _lines(partial(explained.one, page)) for page in explained.checks()},
        reference / "diagnoses.md": _lines(explained.diagnosis_page),
        reference / "policies.md": _lines(policies.index),
        **{reference / "policies" / f"{name}.md": _lines(partial(policies.page, name)) for name in policy_names()},
        reference / "algorithms.md": _lines(algorithms.page),
        reference / "notifies.md": _lines(notifies.page),
        reference / "defects.md": _lines(words.defect_page),
        reference / "rules.md": _lines(words.rule_page),
        reference / "implementations.md": implementations,
        reference / "exit-codes.md": _lines(words.exit_page),
        reference / "filter.md": _lines(words.filter_page),
        reference / "python.md": _lines(python_names.page),
        reference / "fixtures.md": _lines(fixtures.page),
        reference / "shown.md": _lines(fixtures.shown_page),
        **{FOLDER / "man" / name: partial(str, text) for name, text in man.pages()},
        ROOT / "constraints" / "floors.txt": _lines(floors),
        FOLDER / "benchmarks.md": lambda: with_parts(FOLDER / "benchmarks.md", {"results": results()}),
        FOLDER / "limits.md": lambda: with_parts(FOLDER / "limits.md", limits.parts()),
    }
    sampled = [page for page in (ROOT / "README.md", *sorted(FOLDER.rglob("*.md"))) if page not in found]
    for page in sampled:
        if has_samples(text := page.read_text("utf-8")):
            found[page] = partial(with_samples, text)
    return found | {page: partial(executed, page) for page in sorted(FOLDER.glob("notebooks/*.ipynb"))}


def _lines(page: Callable[[], Iterable[str]]) -> Callable[[], str]:
    return lambda: "\n".join(page())


def alike(page: Path, text: str) -> bool:
    """Whether it is a notebook that differs in the bytes of pictures only."""
    if page.suffix != ".ipynb" or not page.is_file():
        return False
    return without_pictures(page.read_text("utf-8")) == without_pictures(text)


def is_stale(page: Path, text: str) -> bool:
    """Whether a page is not what the program says."""
    return not page.is_file() or (page.read_text("utf-8") != text and not alike(page, text))


def said(page: Path) -> str:
    """What one of `pages` should say."""
    return pages()[page]()


def main() -> int:
    """Command line."""
    found = list(pages())
    with ProcessPoolExecutor() as pool:
        stale = [(page, text) for page, text in zip(found, pool.map(said, found), strict=True) if is_stale(page, text)]
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
