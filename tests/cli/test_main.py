import io
import os
import re
import sys

import click
import pytest
from click.testing import CliRunner

from analyzer import __main__
from analyzer.cli import main as module
from analyzer.cli.exits import Exit
from analyzer.cli.main import main
from tests.cli.running import run
from tests.conftest import ROOT

COMMANDS = [
    "report",
    "summary",
    "show",
    "export",
    "check",
    "exposure",
    "diff",
    "watch",
    "compare",
    "extract",
    "redact",
    "verify",
    "explain",
    "policies",
    "fields",
]


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
        __main__.start()
    assert left.value.code == Exit.INTERRUPTED


class _Closed(io.StringIO):
    def flush(self) -> None:
        raise BrokenPipeError


@pytest.mark.parametrize(
    ("codes", "out", "left"), [([3], io.StringIO(), [3]), ([], io.StringIO(), []), ([0], _Closed(), [])]
)
def test_the_process_ends_as_it_stands_once_all_is_written(
    monkeypatch: pytest.MonkeyPatch, codes: list[int], out: io.StringIO, left: list[int]
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(sys, "stdout", out)
    __main__._leave(codes)
    assert ended == left


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
        __main__.start()
    assert left.value.code == Exit.FAILED == __main__.FAILED
    assert "Install it again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("sum", "summary"),
        ("check x --policy nist8", "nist80077r1"),
        ("explain psk-mis", "psk-mismatch"),
        ("export x --table child", "child_sas"),
        ("summary x --where outcome_b", "outcome_basis"),
        ("export x --table messages --where leng", "length"),
    ],
)
def test_shells_complete(words: str, expected: str) -> None:
    parts = ["isakmp-analyzer", *words.split()]
    answer = {"bash": f"plain,{expected}", "zsh": expected, "fish": f"plain,{expected}"}
    for shell, line in answer.items():
        env = {
            "_ISAKMP_ANALYZER_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": " ".join(parts),
            "COMP_CWORD": parts[-1] if shell == "fish" else str(len(parts) - 1),
        }
        done = CliRunner().invoke(main, [], env=env, prog_name="isakmp-analyzer")
        assert line in re.split(r"[\n\t]", done.stdout)


def test_the_lines_in_the_handbook_are_what_a_shell_reads() -> None:
    text = (ROOT / "docs/getting-started.md").read_text("utf-8")
    for shell in ("bash", "zsh", "fish"):
        assert f"_ISAKMP_ANALYZER_COMPLETE={shell}_source isakmp-analyzer" in text
        env = {"_ISAKMP_ANALYZER_COMPLETE": f"{shell}_source"}
        done = CliRunner().invoke(main, [], env=env, prog_name="isakmp-analyzer")
        assert f"_ISAKMP_ANALYZER_COMPLETE={shell}_complete" in done.stdout
