"""What is installed is what is on disk: package list, data files, and a wheel and an editable install that render."""

import ast
import json
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from pathlib import Path
from shutil import copy2, copytree, ignore_patterns

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT, captures_in

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]
SOURCES = ("analyzer", "templates", "docs/man", "pyproject.toml", "README.md", "LICENSE")
JUNK = ignore_patterns("__pycache__", "*.egg-info", "*.pyc")


def package_folders() -> dict[str, Path]:
    """Every package on disk by its import name; templates/ is installed as analyzer.templates."""
    found = {}
    for top, name in (("analyzer", "analyzer"), ("templates", "analyzer.templates")):
        for folder in (ROOT / top, *sorted((ROOT / top).rglob("*"))):
            if folder.is_dir() and folder.name != "__pycache__" and any(p.is_file() for p in folder.iterdir()):
                found[".".join([name, *folder.relative_to(ROOT / top).parts])] = folder
    return found


def data_files() -> dict[str, list[str]]:
    """Names of the files of each package that are not Python."""
    return {
        package: sorted(p.name for p in folder.iterdir() if p.is_file() and p.suffix not in {".py", ".pyc"})
        for package, folder in package_folders().items()
    }


def test_every_folder_is_listed_and_nothing_else() -> None:
    assert sorted(SETUPTOOLS["packages"]) == sorted(package_folders())


def test_every_data_file_is_shipped() -> None:
    globs = SETUPTOOLS["package-data"]
    lost = [
        f"{package}/{name}"
        for package, names in data_files().items()
        for name in names
        if not any(fnmatch(name, glob) for glob in globs.get(package, ()))
    ]
    assert not lost, f"no glob of [tool.setuptools.package-data] matches {lost}"


def test_no_glob_is_stale() -> None:
    files = data_files()
    stale = [
        f"{package}: {glob}"
        for package, globs in SETUPTOOLS["package-data"].items()
        for glob in globs
        if not any(fnmatch(name, glob) for name in files.get(package, ()))
    ]
    assert not stale


def imported_names() -> set[str]:
    """Top-level names that the package imports from elsewhere, the standard library left out."""
    names: set[str] = set()
    for path in (ROOT / "analyzer").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add((node.module or "").partition(".")[0])
    return names - sys.stdlib_module_names - {"analyzer"}


def requirement(text: str) -> str:
    """The distribution's name in a requirement such as `click>=8.1`."""
    return text.partition(">=")[0].strip().lower()


def test_dependencies_are_those_imported() -> None:
    distributions = packages_distributions()
    used = {d.lower() for name in imported_names() for d in distributions.get(name, [name])}
    core = {requirement(r) for r in PROJECT["project"]["dependencies"]}
    extras = PROJECT["project"]["optional-dependencies"]
    optional = {requirement(r) for extra, rows in extras.items() if extra != "dev" for r in rows}
    assert used - optional == core
    assert optional <= used, "an extra is installed for nothing"


INSTALL = re.compile(r"pip install ((?:'[^']*'|[\w.=\[\]/-]+)(?: (?:'[^']*'|[\w.=\[\]/-]+))*)")


def hints(text: str) -> set[str]:
    """What the words behind `pip install` name, options and their files left out."""
    words = [word.strip("'").rstrip(".") or "." for found in INSTALL.findall(text) for word in found.split()]
    words = [one for word in words for one in word.replace(",", "] .[").split()]  # each extra of several
    options = {"-c", "-e", "-q"}
    return {w for w, before in zip(words, ["", *words], strict=False) if w not in options and before != "-c"}


def test_what_an_error_or_a_help_text_says_to_install_is_ours_or_a_dependency() -> None:
    """`isakmp-analyzer` itself is on no index: whoever took that name there would be installed by such a hint."""
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    known = {".", *(f".[{extra}]" for extra in extras)}
    known |= {requirement(r) for r in [*project["dependencies"], *(r for rows in extras.values() for r in rows)]}
    code = "\n".join(p.read_text("utf-8") for p in sorted((ROOT / "analyzer").rglob("*.py")))
    pages = "\n".join(p.read_text("utf-8") for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".ci/*")])
    assert "pyarrow" in hints(code)
    assert ".[parquet]" in hints(pages)
    assert hints(code) | hints(pages) <= known
    assert hints(code) <= hints((ROOT / "docs" / "getting-started.md").read_text("utf-8"))


def test_a_hint_to_a_name_that_is_not_ours_would_be_seen() -> None:
    assert hints("install it with: pip install 'isakmp-analyzer[parquet]'") == {"isakmp-analyzer[parquet]"}
    assert hints("`pip install -q -e '.[dev]' -c constraints/x.txt`") == {".[dev]"}
    assert hints("do: pip install pyarrow.") == {"pyarrow"}
    assert hints("pip install -e '.[duckdb,plots]'") == {".[duckdb]", ".[plots]"}
    assert hints("pip install . && y") == {"."}


def pinned() -> dict[str, str]:
    """Versions in constraints/known-good.txt by distribution."""
    lines = (ROOT / "constraints" / "known-good.txt").read_text("utf-8").split()
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


def needed(name: str, extras: set[str]) -> set[str]:
    """A distribution's requirements here, and theirs."""
    found: set[str] = set()
    for text in requires(name) or []:
        r = Requirement(text)
        if any(r.marker is None or r.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            found |= {canonicalize_name(r.name)} | needed(r.name, set(r.extras))
    return found


def test_the_versions_known_to_be_good_are_complete() -> None:
    """Every dependency of a dependency is pinned, and nothing else, and by what pyproject.toml allows."""
    versions = pinned()
    if any(not is_installed(name, version) for name, version in versions.items()):
        pytest.skip("these are not the versions of constraints/known-good.txt")
    assert set(versions) == needed(PROJECT["project"]["name"], set(PROJECT["project"]["optional-dependencies"]))


def is_installed(name: str, wanted: str) -> bool:
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False


def test_constraints_name_versions_and_no_place() -> None:
    for path in (ROOT / "constraints").iterdir():
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
        assert lines
        assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == [], path.name
    allowed = {
        canonicalize_name(r.name): r.specifier for r in map(Requirement, requires(PROJECT["project"]["name"]) or [])
    }
    assert [name for name, version in pinned().items() if name in allowed and version not in allowed[name]] == []


CHECK = """
import json, sys
from importlib.metadata import version
from importlib.resources import files
import analyzer
expected = json.loads(sys.argv[1])
missing = [f"{p}/{n}" for p, names in expected.items() for n in names if not files(p).joinpath(n).is_file()]
print(json.dumps({"file": analyzer.__file__, "version": analyzer.__version__, "missing": missing}))
"""


@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_install_renders(kind: str, tmp_path: Path, fixtures: Path) -> None:
    source, home = tmp_path / "source", tmp_path / "venv"
    source.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            copytree(ROOT / name, source / name, ignore=JUNK, dirs_exist_ok=True)
        else:
            copy2(ROOT / name, source / name)
    install(source, home, kind, tmp_path)
    python = home / "bin" / "python"

    facts = json.loads(run(python, "-c", CHECK, json.dumps(data_files()), cwd=tmp_path))
    assert Path(facts["file"]).is_relative_to(home if kind == "wheel" else source)
    assert facts["version"] == PROJECT["project"]["version"]
    assert facts["missing"] == []

    command = home / "bin" / "isakmp-analyzer"
    assert "report" in run(command, "--help", cwd=tmp_path)
    assert "report" in run(python, "-m", "analyzer", "--help", cwd=tmp_path)
    pages = {page.name for page in (home / "share" / "man" / "man1").glob("*.1")}
    assert pages == ({page.name for page in ROOT.glob("docs/man/*.1")} if kind == "wheel" else set())
    run(command, "report", captures_in(fixtures)[0], "-o", tmp_path / "out", cwd=tmp_path)
    assert "</html>" in (tmp_path / "out" / "report.html").read_text("utf-8")


def install(source: Path, home: Path, kind: str, tmp_path: Path) -> None:
    """Install `source` into a new environment that borrows the dependencies of the running one; no network."""
    venv.create(home, with_pip=False, symlinks=True)
    site = next((home / "lib").glob("python*/site-packages"))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    pip = (sys.executable, "-m", "pip", "--python", home / "bin" / "python")
    offline = ("--no-deps", "--no-index", "--no-build-isolation", "-q")
    if kind == "editable":
        run(*pip, "install", *offline, "-e", source, cwd=tmp_path)
    else:
        run(*pip, "wheel", *offline, "-w", tmp_path / "wheels", source, cwd=tmp_path)
        run(*pip, "install", *offline, next((tmp_path / "wheels").glob("*.whl")), cwd=tmp_path)


def run(*words: object, cwd: Path) -> str:
    """Standard output of a command that must succeed; away from the checkout, which must not be found by accident."""
    done = subprocess.run([str(w) for w in words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout
