import sys

import click
import pytest

from analyzer import __main__
from analyzer.cli import main as module
from analyzer.cli.exits import Exit
from analyzer.cli.main import main
from tests.cli.running import run

COMMANDS = ["report", "summary", "show", "export", "check", "diff", "compare", "explain", "policies", "fields"]


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


def test_a_broken_installation_is_told_and_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "analyzer.cli.main", None)
    with pytest.raises(SystemExit) as left:
        __main__.run()
    assert left.value.code == Exit.FAILED == __main__.FAILED
    assert "Install it again" in capsys.readouterr().err
