"""How a run ends, whatever is raised and whichever stream is closed."""

import errno
import logging
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from analyzer.cli import ending
from analyzer.cli import main as module
from analyzer.cli.exits import Exit
from analyzer.cli.main import main
from analyzer.errors import AnalyzerError, CaptureError, KeyFileError, OutputError, PeerConfigError, PolicyError
from tests.cli.running import FAILED, run
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CaptureError("x", "is bad", "Do this"), 3),
        (KeyFileError("no keys"), 3),
        (PeerConfigError("no peers"), 3),
        (PolicyError("no policy"), 2),
        (AnalyzerError("something"), 2),
        (click.UsageError("not so"), 2),
        (OutputError("/out/x", "No space left on device"), 4),
        (PermissionError(errno.EACCES, "Permission denied", "/out/x"), 4),
        (OSError(errno.ENOSPC, "No space left on device"), 4),
        (ValueError("Exceeds the limit (4300 digits)"), 4),
        (RecursionError(), 4),
        (MemoryError(), 4),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 0),
    ],
)
def test_errors_become_a_sentence_and_a_code(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(module.summary, "callback", fail)
    done = run("summary", FAILED)
    assert done.exit_code == code
    assert bool(done.stderr) == bool(code)
    assert "Traceback" not in done.stderr


def test_what_ends_an_interpreter_is_let_through() -> None:
    with pytest.raises(GeneratorExit), ending.told():
        raise GeneratorExit


def test_a_fault_of_the_program_is_named_by_type_and_place_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("analyzer.cli.summary.expand", lambda *_: int("S3CRET"))
    with caplog.at_level(logging.DEBUG, "analyzer"):
        done = run("summary", FAILED)
    assert done.exit_code == Exit.FAILED
    assert "ValueError at cli/summary.py:" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "S3CRET" not in done.stderr  # an exception's words may hold captured bytes
    assert "Traceback" in caplog.text


def test_a_complaint_about_usage_that_cannot_be_written_is_still_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(click.ClickException, "show", full)
    monkeypatch.setattr(click.UsageError, "show", full)
    with pytest.raises(SystemExit) as left:
        main(["bogus"])
    assert left.value.code == Exit.USAGE


EXPORT = f"export {FAILED} --table negotiations"


@pytest.mark.parametrize(
    ("words", "redirection", "code"),
    [
        ("policies", ">&-", 4),
        ("--help", ">&-", 4),
        (EXPORT, ">&-", 4),
        (f"{EXPORT} -o negotiations.csv", ">&-", 0),
        (f"summary {FAILED}", ">&-", 4),
        (f"summary {FAILED}", "2>&-", 0),
        (f"summary {FAILED}", "<&-", 0),
        ("summary -", "<&-", 3),
        (f"report {FAILED} -o .", "<&- >&- 2>&-", 0),
        ("bogus", ">&- 2>&-", 2),
        ("policies", ">/dev/full", 4),
        ("--help", ">/dev/full 2>/dev/full", 4),
        (f"{EXPORT} -o /dev/full", "", 4),
        ("bogus", "2>/dev/full", 2),
    ],
)
def test_streams_that_are_closed_or_full(tmp_path: Path, words: str, redirection: str, code: int) -> None:
    if "/dev/full" in words + redirection and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    program = shlex.join([sys.executable, "-m", "analyzer"])
    done = subprocess.run(
        ["/bin/sh", "-c", f"{program} {words} {redirection}"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    if code == Exit.FAILED and "2>" not in redirection:
        assert ("/dev/full: " if "-o" in words else "standard output: ") in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    program = shlex.join([sys.executable, "-m", "analyzer"])
    line = f"{{ {program} --help; echo $? >&2; {program} policies; echo $? >&2; }} | true"
    done = subprocess.run(["/bin/sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == "0\n0\n"
