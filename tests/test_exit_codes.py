"""Every command in every situation ends with the exit code that --help documents, and without a traceback."""

import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli.main import COMMANDS
from tests.cli.running import run
from tests.conftest import FIXTURES, ROOT

GOOD = FIXTURES / "ikev2-rekey" / "capture.pcap"
WEAK = FIXTURES / "ikev1-weak-des-md5-modp768" / "capture.pcap"
PROGRAM = (sys.executable, "-m", "analyzer")
WORDS = {
    "report": ("{}", "-o", "out"),
    "summary": ("{}",),
    "show": ("{}", "--where", "xyzzy"),
    "export": ("{}", "--table", "negotiations"),
    "check": ("{}", "--format", "json"),
    "diff": ("{}", str(GOOD)),
    "exposure": ("{}",),
    "compare": ("{}#1", f"{GOOD}#2"),
    "extract": ("{}", "--negotiation", "1", "-o", "part.pcapng"),
    "redact": ("{}", "-o", "safe.pcapng"),
}
"""What each command is given besides a capture."""
QUIET = {"show", "diff"}  # commands that print nothing of the good capture
OF_NOTHING = {"compare": 2, "extract": 2, "diff": 1}  # there is no negotiation; the other side is all new
ELSEWHERE = {"watch"}  # tests/cli/test_watch.py: it has no end of its own
OTHERS = {"explain": (), "policies": (), "fields": (), "verify": ("made",)}  # commands that read no capture


def words(command: str, capture: str) -> list[str]:
    return [command, *(word.format(capture) for word in WORDS[command])]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(kind: str) -> str:
    """A capture of this kind in the current folder."""
    good, path = GOOD.read_bytes(), Path(f"{kind}.pcap")
    content = {
        "good": good,
        "cut": good[:-37],
        "without packets": good[:24],
        "of an unknown link type": good[:20] + struct.pack("<I", 147) + good[24:],
        "text": b"no capture\n",
        "empty": b"",
    }
    if kind in content:
        path.write_bytes(content[kind])
    elif kind == "a folder without captures":
        path.mkdir()
    return str(path)


def test_the_table_knows_every_command() -> None:
    assert {*WORDS, *OTHERS, *ELSEWHERE} == set(COMMANDS)


@pytest.mark.parametrize("command", WORDS)
@pytest.mark.parametrize(
    ("kind", "code"),
    [("good", 0), ("cut", 0), ("missing", 3), ("text", 3), ("empty", 3), ("a folder without captures", 3)],
)
def test_what_cannot_be_read_is_3_and_damage_is_none_of_it(command: str, kind: str, code: int) -> None:
    done = run(*words(command, made(kind)))
    assert done.exit_code == code
    assert ("error: " in done.stderr) == (code == 3)


@pytest.mark.parametrize("command", WORDS)
def test_nothing_found_is_no_error_where_nothing_was_asked_for_by_number(command: str) -> None:
    assert run(*words(command, made("without packets"))).exit_code == OF_NOTHING.get(command, 0)


@pytest.mark.parametrize("command", WORDS)
def test_no_packet_that_could_be_read_is_3(command: str) -> None:
    """Whether there is a negotiation 1 in it nobody knows."""
    assert run(*words(command, made("of an unknown link type"))).exit_code == 3


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_usage_is_2(command: str) -> None:
    assert run(*(words(command, made("good")) if command in WORDS else [command]), "--nonsense").exit_code == 2


def started(given: list[str], out: int) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell runs tests behind it
    try:
        return subprocess.Popen([*PROGRAM, *given], stdout=out, stderr=subprocess.PIPE, text=True, env=env)
    finally:
        signal.signal(signal.SIGINT, before)


def ended(process: subprocess.Popen[str]) -> int:
    _, said = process.communicate()
    assert "Traceback" not in said
    return process.returncode


def test_an_interrupt_is_130() -> None:
    os.mkfifo("pipe.pcap")
    for command in ("summary", "compare"):  # what counts captures, and what does not
        process = started(words(command, "pipe.pcap"), subprocess.DEVNULL)
        with Path("pipe.pcap").open("wb"):  # open once the command reads it
            process.send_signal(signal.SIGINT)
            assert ended(process) == 130


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_4_and_a_reader_who_leaves_is_no_error() -> None:
    good = made("good")
    assert run("report", good, "-o", "made").exit_code == 0
    given = [words(name, good) for name in WORDS if name not in {*QUIET, "report", "extract", "redact"}] + [
        [n, *more] for n, more in OTHERS.items()
    ]
    with Path("/dev/full").open("w") as full:
        on_full = [started(one, full.fileno()) for one in given]
        assert {one[0]: ended(process) for one, process in zip(given, on_full, strict=True)} == dict.fromkeys(
            [one[0] for one in given], 4
        )
    read, write = os.pipe()
    os.close(read)
    in_pipes = [started(one, write) for one in given]
    os.close(write)
    assert {ended(process) for process in in_pipes} == {0}


def test_findings_are_1_also_where_nobody_reads_them_all() -> None:
    read, write = os.pipe()
    os.close(read)
    given = [["check", str(WEAK), "--fail-on", "high", "--format", form] for form in ("text", "json", "sarif")]
    given += [["diff", str(GOOD), str(WEAK), "--format", form] for form in ("text", "json")]
    processes = [started(one, write) for one in given]
    os.close(write)
    assert [ended(process) for process in processes] == [1] * len(given)
