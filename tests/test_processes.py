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
from analyzer.processes import START_METHOD, Channel, LostError, cores, counted, forked, undisturbed
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
