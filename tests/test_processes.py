import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing import connection
from pathlib import Path
from typing import Any

import pytest

from analyzer import net
from analyzer.processes import START_METHOD, Channel, LostError, beside, cores, counted, forked, undisturbed
from tests.conftest import ROOT

forks = pytest.mark.skipif(START_METHOD != "fork", reason="processes are not forked here")


def test_cores() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


def doubled(channel: Channel) -> None:
    while True:
        channel.send(2 * channel.receive())


def faulty(channel: Channel) -> None:
    net.faults["of the other process"] += 1
    channel.send(counted())


def raising(_: Channel) -> None:
    raise ValueError


def ended(_: Channel, by: signal.Signals) -> None:
    os.kill(os.getpid(), by)
    time.sleep(60)


@forks
def test_each_has_its_own_way() -> None:
    with forked([doubled, doubled]) as (first, second):
        first.send(1)
        second.send("ab")
        assert (second.receive(), first.receive()) == ("abab", 2)


@forks
def test_much_is_sent_in_one_piece() -> None:
    with forked([doubled]) as (channel,):
        channel.send(bytes(1 << 20))
        assert len(channel.receive()) == 2 << 20


@forks
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_one_that_is_ended_is_noticed(by: signal.Signals) -> None:
    with forked([partial(ended, by=by), doubled]) as (lost, other):
        with pytest.raises(LostError):
            lost.receive()
        other.send(2)
        assert other.receive() == 4
    with forked([raising]) as (channel,), pytest.raises(LostError):
        channel.receive()


@forks
def test_faults_are_counted_where_they_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(net.faults, "of this process", 1)
    with forked([faulty]) as (channel,):
        assert channel.receive() == {"of the other process": 1}
    assert "of the other process" not in net.faults


@forks
def test_without_a_connection_none_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    right, made = connection.Pipe, []

    def pipe(*options: Any) -> Any:
        if made:
            raise OSError(errno.EMFILE, "Too many open files")
        made.append(right(*options))
        return made[-1]

    monkeypatch.setattr(connection, "Pipe", pipe)
    with pytest.raises(LostError), forked([doubled, doubled]):
        pytest.fail("there is one only")
    assert [end.closed for end in made[0]] == [True, True]


HERE = os.getpid()


@pytest.fixture
def begun() -> Iterator[tuple[int, int]]:
    """A pipe in which another process says that it has begun."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def at_home(number: int, begun: tuple[int, int]) -> tuple[int, bool]:
    """The number, and whether it was made in this process."""
    if os.getpid() != HERE:
        net.faults["of another process"] += 1
        os.write(begun[1], b"x")
    return number, os.getpid() == HERE


@forks
@pytest.mark.parametrize("jobs", [2, 3, 9])
def test_what_is_begun_beside_comes_in_order(
    jobs: int, begun: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(net, "faults", net.Counter())
    with beside([partial(at_home, number, begun) for number in range(300)], jobs) as rest:
        os.read(begun[0], 1)
        made = rest()
    assert [number for number, _ in made] == [*range(300)]
    there = sum(not here for _, here in made)
    assert net.faults == {"of another process": there}
    assert there


def test_one_process_does_all_when_it_is_asked_to() -> None:
    done: list[int] = []
    with beside([partial(done.append, number) for number in range(3)], 1) as rest:
        assert done == []
        assert rest() == [None] * 3
    assert done == [0, 1, 2]
    with beside([], 2) as none:
        assert none() == []


@forks
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, None])
def test_what_is_lost_is_done_here(by: signal.Signals | None, begun: tuple[int, int]) -> None:
    def work(number: int) -> tuple[int, bool]:
        found = at_home(number, begun)
        if found[1]:
            return found
        if by is None:
            raise OSError
        os.kill(os.getpid(), by)
        time.sleep(60)
        raise AssertionError

    with beside([partial(work, number) for number in range(5)], 3) as rest:
        os.read(begun[0], 1)
        assert rest() == [(number, True) for number in range(5)]


@forks
def test_what_is_raised_beside_is_raised_here(begun: tuple[int, int]) -> None:
    def work() -> None:
        at_home(0, begun)
        raise OSError(errno.ENOSPC, "No space left on device")

    with beside([work], 2) as rest:
        os.read(begun[0], 1)
        with pytest.raises(OSError, match="No space left"):
            rest()


@forks
@pytest.mark.parametrize("what", ["fork", "pipe"])
def test_where_no_process_can_begin_all_is_done_here(
    what: str, begun: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, what, refused)
    with beside([partial(at_home, 7, begun)], 2) as rest:
        assert rest() == [(7, True)]


@forks
def test_none_is_left_when_it_ends() -> None:
    code = """
import os
from analyzer.processes import forked
def work(channel):
    channel.receive()
for wrong in (lambda channel: channel.send(os), lambda _: {}["x"]):
    try:
        with forked([work]) as (channel,):
            wrong(channel)
    except (TypeError, KeyError):
        print("raised", flush=True)
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("none")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["raised", "raised", "none"]


@forks
def test_none_is_left_when_this_one_is_killed() -> None:
    code = """
import os, time
from analyzer.processes import forked
def work(channel):
    channel.send(os.getpid())
    time.sleep(60)
with forked([work]) as (channel,):
    print(channel.receive(), flush=True)
    os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    other = Path(f"/proc/{int(done.stdout)}/stat")
    for _ in range(100):
        if not other.exists() or other.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.1)
    else:
        pytest.fail("it is still there")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let SIGINT interrupt, which a test run in the background of a shell ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_waits_until_the_end_is_written() -> None:
    steps = []

    def run() -> None:
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            steps.append("written")
        steps.append("not reached")

    with pytest.raises(KeyboardInterrupt):
        run()
    assert steps == ["written"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_outside_the_main_thread_no_interrupt_comes() -> None:
    steps = []

    def run() -> None:
        with undisturbed():
            steps.append("written")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert steps == ["written"]
