import errno
import sys
from io import StringIO

import pytest

from analyzer.cli import output
from analyzer.errors import OutputError
from analyzer.report.story import Line
from tests.cli.running import FAILED, run


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({}, None),
    ],
)
def test_colour_as_asked(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], wanted: bool | None) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert output.colour() is wanted


def test_colour_reaches_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in run("summary", FAILED).stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("summary", FAILED).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("summary", FAILED).stdout


def test_width_follows_the_terminal_within_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, width in (("20", 60), ("100", 100), ("400", 160)):
        monkeypatch.setenv("COLUMNS", columns)
        assert output.width() == width


def test_height_is_the_terminals_without_the_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES", "24")
    assert output.height() == 50, "no terminal"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert output.height() == 23


def test_errors_go_to_stderr_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain("a\x1b[31mb")
    output.say("talk of \u202egpj.pcap")
    output.emit([Line("data", "bad")])
    out, err = capsys.readouterr()
    assert out == "data\n"
    assert err == "error: a\\x1b[31mb\ntalk of \\u202egpj.pcap\n"


def test_talk_that_nobody_can_hear_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(StringIO):
        def write(self, _: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sys.stderr", Full())
    output.say("words")
    output.complain("words")
    monkeypatch.setattr("sys.stdout", Full())
    with pytest.raises(OutputError, match="standard output: cannot be written"):
        output.emit([Line("data")])


def test_a_list_as_json_is_one_array_written_as_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    with output.JsonList() as rows:
        assert capsys.readouterr().out == "["
        rows.add({"text": "\x1b[31m\u202e"})
        assert capsys.readouterr().out == '\n{"text": "\\u001b[31m\\u202e"}'
        rows.add_text("{}")
    assert capsys.readouterr().out == ",\n{}\n]\n"
    with output.JsonList():
        pass
    assert capsys.readouterr().out == "[]\n"


def test_a_list_that_breaks_off_is_not_closed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="x"), output.JsonList():
        raise ValueError("x")
    assert capsys.readouterr().out == "["


def test_nothing_is_said_twice_in_a_watch(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_MOST_SAID", 2)
    with output.said_once(set()):
        for word in ("a", "a", "b", "b", "a", "c", "a"):
            output.say(word)
        output.complain("c")
        output.complain("d")
        output.complain("d")
    output.say("d")
    assert capsys.readouterr().err.split() == ["a", "b", "c", "a", "error:", "d", "d"]
