"""Every file the package writes goes through `analyzer/report/files.py`: reads the source for any other way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_architecture import called, module_name

MODULES = sorted((ROOT / "analyzer").rglob("*.py"))
# Who may open for writing, and how often: the writer, the journal of a run, streams that lead nowhere, and what is gone
# when the run ends: unnamed files of unpacked archives, and redacted copies that a
# report is made of, with the policies of its own.
ALLOWED = {
    "analyzer.report.files": 3, "analyzer.report.outputs": 1, "analyzer.cli.output": 3, "analyzer.cli.export": 1,
    "analyzer.capture.spool": 1, "analyzer.capture.remote": 1, "analyzer.cli.redaction": 2,
    "analyzer.report.compiled": 1,
}  # fmt: skip
WRITERS = {
    *("write_text", "write_bytes", "to_csv", "to_json", "to_parquet", "to_html", "to_excel", "to_pickle", "dump"),
    *("NamedTemporaryFile", "TemporaryFile", "mkstemp", "fdopen", "copyfile", "copy2", "copytree", "FileIO"),
    *("rename", "symlink_to", "hardlink_to", "touch"),
}
MODULES_THAT_OPEN = {"os", "io", "click", "gzip", "lzma", "bz2"}


def writes(source: str) -> Iterator[tuple[int, str]]:
    """Calls that open or make a file to write, with their lines. A mode that cannot be read here counts."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = called(node)
            if name in WRITERS or (name in {"open", "open_file"} and not only_reads(node)):
                yield node.lineno, name


def only_reads(node: ast.Call) -> bool:
    """Whether an `open` has a mode for reading or none. The method of a path has it first, a function second.

    Objects of ours have a method of that name too: without a mode in it, it opens no file.
    """
    function = node.func
    of_object = isinstance(function, ast.Attribute) and not (
        isinstance(function.value, ast.Name) and function.value.id in MODULES_THAT_OPEN
    )
    given = [k.value for k in node.keywords if k.arg == "mode"] or node.args[0 if of_object else 1 :][:1]
    if given and not isinstance(given[0], ast.Constant):
        return of_object and not node.keywords
    return all(isinstance(mode, ast.Constant) and set(str(mode.value)) <= set("rbt") for mode in given)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_no_other_way_to_write(path: Path) -> None:
    found = list(writes(path.read_text("utf-8")))
    assert len(found) == ALLOWED.get(module_name(path), 0), found


@pytest.mark.parametrize(
    "source",
    [
        "path.open('w')",
        "path.open(mode='ab')",
        "open(path, 'x')",
        "open(path, mode)",
        "io.open(path, 'r+')",
        "os.open(path, os.O_WRONLY)",
        "path.write_text('x')",
        "frame.to_csv(path)",
        "json.dump(tables, file)",
        "click.open_file(path, 'w')",
        "gzip.open(path, 'wb')",
    ],
)
def test_the_test_sees_other_ways(source: str) -> None:
    assert list(writes(source))


@pytest.mark.parametrize(
    "source", ["path.open('rb')", "path.open()", "open(path)", "open(path, 'rb')", "click.open_file(path)", "a.copy()"]
)
def test_reading_is_free(source: str) -> None:
    assert not list(writes(source))
