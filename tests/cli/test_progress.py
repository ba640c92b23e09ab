import gzip
import io
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from rich.console import Console

from analyzer.batch.work import Job
from analyzer.cli.inputs import Failures, read_each
from analyzer.cli.progress import PATIENCE, Display
from tests.cli.running import FAILED, HEALTHY
from tests.cli.test_inputs import HOW, negotiations


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal:
    """What a terminal was sent."""

    def __init__(self, width: int = 100) -> None:
        self.file = io.StringIO()
        self.console = Console(file=self.file, force_terminal=True, width=width, color_system=None)

    @property
    def lines(self) -> list[str]:
        """What it showed, one after the other, without control sequences."""
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.file.getvalue())
        return [" ".join(line.split()) for line in re.split(r"[\r\n]+", text) if line.strip()]


def files(folder: Path, *sizes: int) -> list[str]:
    paths = [folder / f"capture-{n}.pcap" for n in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.write_bytes(bytes(size))
    return [str(path) for path in paths]


def test_captures_bytes_rate_time_left_and_failures(tmp_path: Path) -> None:
    clock, terminal = Clock(), Terminal()
    captures = files(tmp_path, 2_000_000, 1_000_000, 7_000_000)
    display = Display(captures, terminal.console, clock)
    assert display.moved is not None
    for second in range(1, 3):
        clock.now = 100.0 + second
        display.moved(captures[0], second * 1_000_000, None)
    display.finished(captures[0])
    clock.now = 104.0
    display.finished(captures[1], failed=True)
    assert terminal.lines[-1].startswith("2 of 3 captures, 1 failed ")
    assert " 3.0/10.0 MB " in terminal.lines[-1]
    assert re.search(r" ([\d.]+) [MkB]+/s 00:\d\d left$", terminal.lines[-1]), terminal.lines
    display.hide()
    assert terminal.file.getvalue().endswith("\x1b[2K"), "the line is erased"
    display.hide()


def test_those_count_that_are_done_before_their_turn(tmp_path: Path) -> None:
    clock, terminal = Clock(), Terminal()
    captures = files(tmp_path, 1_000_000, 1_000_000, 1_000_000)
    display = Display(captures, terminal.console, clock)
    for capture, failed in ((captures[2], False), (captures[1], True)):
        clock.now += 1
        display.done(capture, failed)
    assert terminal.lines[-1].startswith("2 of 3 captures, 1 failed")
    clock.now += 1
    display.finished(captures[0])
    display.finished(captures[1], failed=True)
    assert terminal.lines[-1].startswith("3 of 3 captures, 1 failed")


def test_what_takes_no_time_shows_nothing(tmp_path: Path) -> None:
    clock, terminal = Clock(), Terminal()
    (capture,) = files(tmp_path, 10)
    with Display([capture], terminal.console, clock) as display:
        tick = display.of(capture)
        assert tick is not None
        clock.now += PATIENCE - 0.01
        tick(5, 10)
        assert terminal.lines == []
        clock.now += 0.01
        tick(6, 10)
        assert terminal.lines[-1].startswith("capture-0.pcap")
        shown = len(terminal.lines)
        for done in range(6, 9):
            tick(done, 10)
        assert len(terminal.lines) == shown, "not at every report"
    assert terminal.file.getvalue().endswith("\x1b[2K")


def test_what_is_read_is_then_judged(tmp_path: Path) -> None:
    clock, terminal = Clock(), Terminal()
    (capture,) = files(tmp_path, 10)
    display = Display([capture], terminal.console, clock)
    clock.now += 1
    assert display.moved is not None
    display.moved(capture, 10, 10)
    assert terminal.lines[-1].startswith("capture-0.pcap, judging")


def test_of_a_pipe_nobody_knows_how_much_there_is(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for captures in (["-"], [str(FAILED), str(fifo)]):
        clock, terminal = Clock(), Terminal()
        display = Display(captures, terminal.console, clock)
        assert display.moved is not None
        for done in (1_000_000, 3_000_000):
            clock.now += 1
            display.moved(captures[-1], done, None)
        assert "3.0/? MB" in terminal.lines[-1]
        assert "left" not in terminal.lines[-1]
        assert ("standard input" in terminal.lines[-1]) == (captures == ["-"])


def test_names_are_inert(tmp_path: Path) -> None:
    clock, terminal = Clock(), Terminal()
    path = tmp_path / "[red]a\x1b[2Jb.pcap"
    path.write_bytes(b"12")
    display = Display([str(path)], terminal.console, clock)
    clock.now += 1
    assert display.moved is not None
    display.moved(str(path), 1, 2)
    assert "[red]a\\x1b[2Jb.pcap" in terminal.lines[-1]
    assert "\x1b[2J" not in terminal.file.getvalue()


def test_a_terminal_that_is_gone_ends_nothing(tmp_path: Path) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError

    (capture,) = files(tmp_path, 10)
    clock = Clock()
    with Display([capture], Console(file=Gone(), force_terminal=True), clock) as display:
        clock.now += 1
        assert display.moved is not None
        display.moved(capture, 1, 2)
        display.finished(capture)


def test_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    display = Display([str(FAILED)] * 2)
    assert (display.moved, display.of(str(FAILED))) == (None, None)
    display.finished(str(FAILED))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("jobs", [1, 2])
def test_all_bytes_are_counted_by_any_number_of_processes(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compressed ones as they are stored; what one that cannot be read has counts too."""
    for name in ("a", "c", "d"):
        shutil.copy(FAILED, tmp_path / f"{name}.pcap")
    (tmp_path / "b.pcap.gz").write_bytes(gzip.compress(HEALTHY.read_bytes()))
    (tmp_path / "e.pcap").write_text("no capture")
    captures = sorted(str(path) for path in tmp_path.iterdir())
    whole = sum(path.stat().st_size for path in tmp_path.iterdir())
    clock, terminal, made = Clock(), Terminal(), []

    class Watched(Display):
        def __init__(self, captures: list[str]) -> None:
            super().__init__(captures, terminal.console, clock)
            made.append(self)

        def _draw(self, *, at_once: bool = False) -> None:
            clock.now += 1
            super()._draw(at_once=at_once)

    monkeypatch.setattr("analyzer.cli.inputs.Display", Watched)
    failures = Failures()
    with read_each(captures, Job(HOW._replace(jobs=jobs), negotiations), failures) as results:
        assert len(list(results)) == 4
    (display,) = made
    assert (display._done, display._failed, display._bytes) == (5, 1, whole)
    assert not display._reading
    assert [line for line in terminal.lines if line.startswith("4 of 5 captures")]
