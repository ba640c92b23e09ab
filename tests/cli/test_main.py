import errno

import click
import pytest

from analyzer import __main__
from analyzer.cli import main as module
from analyzer.cli.exits import Exit
from analyzer.cli.main import main
from analyzer.errors import AnalyzerError, CaptureError, KeyFileError, PeerConfigError, PolicyError
from tests.cli.running import FAILED, run

COMMANDS = ["report", "summary", "show", "export", "check", "diff", "explain", "policies", "fields"]


def test_commands_in_the_order_of_a_first_visit() -> None:
    assert main.list_commands(click.Context(main)) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    for option in ("--help", "-h"):
        done = run(command, option)
        assert done.exit_code == 0
        assert "Examples:" in done.stdout
        assert f"isakmp-analyzer {command}" in done.stdout
        assert "\b" not in done.stdout


def test_a_help_text_that_cannot_be_written_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(click.Group, "main", full)
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 2
    assert "No space left on device" in capsys.readouterr().err


def test_an_interrupt_counts_from_the_first_moment_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(click.Group, "make_context", interrupt)
    assert run("--help").exit_code == Exit.INTERRUPTED
    monkeypatch.setattr(module, "main", interrupt)  # while its modules are being loaded
    with pytest.raises(SystemExit) as left:
        __main__.run()
    assert left.value.code == Exit.INTERRUPTED


def test_version() -> None:
    assert run("--version").stdout.startswith("isakmp-analyzer ")


@pytest.mark.parametrize(
    "words", [["bogus"], ["summary"], ["report", "x.pcap"], ["show", "x.pcap"], ["summary", "--no"]]
)
def test_wrong_usage_is_2(words: list[str]) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CaptureError("x", "is bad", "Do this"), 3),
        (KeyFileError("no keys"), 3),
        (PeerConfigError("no peers"), 3),
        (PolicyError("no policy"), 2),
        (AnalyzerError("something"), 2),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 0),
        (PermissionError(errno.EACCES, "Permission denied", "/out/x"), 2),
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
