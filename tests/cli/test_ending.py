"""How a run ends, whatever is raised and whichever stream is closed."""

import errno
import logging
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from analyzer.cli import ending
from analyzer.cli.exits import Exit
from analyzer.cli.main import main
from analyzer.cli.summary import summary
from analyzer.errors import AnalyzerError, CaptureError, KeyFileError, OutputError, PeerConfigError, PolicyError
from analyzer.reading import hear, single
from analyzer.report import folder
from tests.capture.packets import ethernet, ipv4, pcap, udp
from tests.cli.running import FAILED, HEALTHY, WEAK, run
from tests.conftest import ROOT
from tests.isakmp.wire import SA_1, message


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

    monkeypatch.setattr(summary, "callback", fail)
    done = run("summary", FAILED)
    assert done.exit_code == code
    assert bool(done.stderr) == bool(code)
    assert "Traceback" not in done.stderr


def test_what_ends_an_interpreter_is_let_through() -> None:
    with pytest.raises(GeneratorExit), ending.reported():
        raise GeneratorExit


def test_a_fault_of_the_program_is_named_by_type_and_place_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("analyzer.cli.summary.expand", lambda *_, **_more: int("S3CRET"))
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


def _der(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content


LONG_ARC = _der(0x30, _der(0x31, _der(0x30, _der(0x06, b"\xff" * 2100 + b"\x7f") + b"\x0c\x01x")))
VALIDITY = _der(0x30, b"\x17\x0d240101000000Z\x17\x0d340101000000Z")


def certificate(string: int) -> bytes:
    """A self-signed certificate of M\u00fcller in Latin-1, in a string of this type, as old authorities have them."""
    name = _der(0x30, _der(0x31, _der(0x30, b"\x06\x03\x55\x04\x03" + _der(string, b"M\xfcller"))))
    rsa = _der(0x30, bytes.fromhex("06092a864886f70d01010b0500"))
    key = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04" + bytes(64)
    fields = b"\xa0\x03\x02\x01\x02\x02\x01\x01" + rsa + name + VALIDITY + name + _der(0x30, key)
    return _der(0x30, _der(0x30, fields) + rsa + b"\x03\x02\x00\x00")


@pytest.mark.parametrize(
    "payload",
    [
        (5, b"\x09\x11\x01\xf4" + LONG_ARC),
        (7, b"\x04" + LONG_ARC),
        *((6, b"\x04" + certificate(string)) for string in (12, 18, 19, 20, 22, 83)),
    ],
)
def test_one_datagram_ends_no_command(tmp_path: Path, payload: tuple[int, bytes]) -> None:
    sent = message((1, SA_1), (4, bytes(128)), (10, bytes(20)), payload, version=0x10, exchange=4, flags=0)
    path = tmp_path / "one.pcap"
    path.write_bytes(pcap([ethernet(ipv4(17, udp(500, 500, sent)))]))
    for command in (
        f"summary {path}",
        f"check {path}",
        f"show {path} --frame 1 -x",
        f"show {path} --negotiation 1",
        f"export {path} --table payloads",
        f"report {path} -o {tmp_path / 'out'}",
        f"diff {path} {tmp_path / 'out'}",
    ):
        done = run(*command.split())
        assert done.exit_code == Exit.DONE, done.stderr
        assert "error" not in done.stderr
    tree = run("show", path, "--frame", "1").stdout
    assert ("2.(2101 bytes)=x" if payload[0] != 6 else "M") in tree
    assert payload[0] != 6 or any(name in tree for name in ("M\u00fcller", "M\ufffdller", "#4dfc6c6c6572"))


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three captures; the analyzer fails on the second."""
    for name, capture in (("a", FAILED), ("b", HEALTHY), ("c", WEAK)):
        shutil.copy(capture, tmp_path / f"{name}.pcap")

    def reader(path: str, *args: Any, **how: Any) -> Any:
        if path.endswith("b.pcap"):
            raise IndexError("S3CRET")
        return original(path, *args, **how)

    original = hear.open_capture
    monkeypatch.setattr(hear, "open_capture", reader)
    return tmp_path


@pytest.mark.parametrize("command", ["summary", "check", "export --table negotiations", "report -o {out}"])
def test_one_capture_that_fails_is_named_and_the_others_go_on(failing: Path, tmp_path: Path, command: str) -> None:
    out = tmp_path / "out"
    done = run(*command.format(out=out).split(), failing)
    assert done.exit_code == Exit.FAILED
    assert f"{failing / 'b.pcap'}: the analyzer failed (IndexError at reading/hear.py:" in done.stderr
    assert "S3CRET" not in done.output
    if command.startswith("report"):
        index = (out / "index.html").read_text("utf-8")
        for word in ("a/report.html", "c/report.html", "IndexError at reading/hear.py:"):
            assert word in index
    else:
        others = failing / "a.pcap", failing / "c.pcap", failing / "gone.pcap"
        assert done.stdout == run(*command.split(), *others).stdout != ""


def test_a_fault_while_a_page_is_written_costs_that_capture(failing: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        original = folder.write_report

        def write(tables: Any, *words: Any, **how: Any) -> Any:
            if "a.pcap" in str(tables["captures"].column("capture")):
                raise IndexError
            return original(tables, *words, **how)

        patch.setattr(folder, "write_report", write)
        done = run("report", failing, "-o", tmp_path / "out")
    assert done.exit_code == Exit.FAILED
    assert done.stderr.count("the analyzer failed (IndexError at ") == 2
    index = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "c/report.html" in index
    assert "a/report.html" not in index


def test_of_several_codes_the_foremost_and_a_word_for_each(failing: Path) -> None:
    done = run("check", failing, "gone.pcap", "--fail-on", "info")
    assert done.exit_code == Exit.FAILED
    for word in ("the analyzer failed", "gone.pcap: there is no such file", "at or above"):
        assert word in done.stderr
    assert run("check", failing / "a.pcap", failing / "c.pcap", "--fail-on", "info").exit_code == Exit.FOUND


@pytest.mark.parametrize("command", ["summary", "check --fail-on info", "show --negotiation 1", "report -o {out}"])
def test_a_fault_on_one_message_is_told_at_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    original = single.decode

    def decode(*words: Any) -> Any:
        if calls.append(1) or len(calls) == 3:
            raise IndexError("S3CRET")
        return original(*words)

    calls: list[int] = []
    monkeypatch.setattr(single, "decode", decode)
    done = run(*command.format(out=tmp_path).split(), WEAK)
    assert done.exit_code == Exit.FAILED
    assert "the analyzer failed on messages, which are reported in part only: IndexError at " in done.stderr
    assert "(1 time)" in done.stderr
    assert "S3CRET" not in done.output
    monkeypatch.undo()
    assert run("summary", WEAK).exit_code == Exit.DONE  # nothing is left over for the next run
