"""Writes what is repeated: tables.md, states.md, reference/, man/ and more, samples, results, notebooks, floors.txt.

    python docs/generate.py            write them
    python docs/generate.py --check    exit with 1 if one is not what the program says (tests/test_docs.py does this)

docs/samples.py says what a sample is.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
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


def pages() -> Iterator[tuple[Path, str]]:
    """Every page that holds something of the program's, and what it should say."""
    yield FOLDER / "tables.md", "\n".join(tables.page())
    yield FOLDER / "commands.md", "\n".join(commands.page())
    yield FOLDER / "states.md", "\n".join(states.page())
    yield FOLDER / "encapsulations.md", encapsulations()
    reference = FOLDER / "reference"
    yield reference / "checks.md", "\n".join(explained.check_page())
    yield reference / "diagnoses.md", "\n".join(explained.diagnosis_page())
    yield reference / "policies.md", "\n".join(policies.index())
    for name in policy_names():
        yield reference / "policies" / f"{name}.md", "\n".join(policies.page(name))
    yield reference / "algorithms.md", "\n".join(algorithms.page())
    yield reference / "notifies.md", "\n".join(notifies.page())
    yield reference / "defects.md", "\n".join(words.defect_page())
    yield reference / "rules.md", "\n".join(words.rule_page())
    yield reference / "exit-codes.md", "\n".join(words.exit_page())
    yield reference / "filter.md", "\n".join(words.filter_page())
    yield reference / "python.md", "\n".join(python_names.page())
    yield reference / "fixtures.md", "\n".join(fixtures.page())
    for name, text in man.pages():
        yield FOLDER / "man" / name, text
    yield ROOT / "constraints" / "floors.txt", "\n".join(floors())
    yield FOLDER / "benchmarks.md", with_parts(FOLDER / "benchmarks.md", {"results": results()})
    yield FOLDER / "limits.md", with_parts(FOLDER / "limits.md", limits.parts())
    for page in (ROOT / "README.md", *sorted(FOLDER.rglob("*.md"))):
        if has_samples(text := page.read_text("utf-8")):
            yield page, with_samples(text)
    yield from executed(sorted(FOLDER.glob("notebooks/*.ipynb"))).items()


def alike(page: Path, text: str) -> bool:
    """Whether it is a notebook that differs in the bytes of pictures only."""
    if page.suffix != ".ipynb" or not page.is_file():
        return False
    return without_pictures(page.read_text("utf-8")) == without_pictures(text)


def main() -> int:
    """Command line."""
    stale = [(page, text) for page, text in pages() if not page.is_file() or page.read_text("utf-8") != text]
    if sys.argv[1:] == ["--check"]:
        stale = [(page, text) for page, text in stale if not alike(page, text)]
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
