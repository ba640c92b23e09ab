import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import FAILED, HEALTHY, WEAK, run
from tests.cli.watching import Driver, nothing

ONCE = ("--once", "--every", "0.01", "--jobs", "1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "captures"
    found.mkdir()
    for name, capture in (("a", FAILED), ("weak", WEAK)):
        shutil.copy(capture, found / f"{name}.pcap")
    return found


def test_once_is_one_round_and_its_exit_code_says_what_it_found(folder: Path, tmp_path: Path) -> None:
    done = run("watch", folder, "-o", tmp_path / "out", "--baseline", HEALTHY, *ONCE)
    kinds = [json.loads(line)["kind"] for line in done.stdout.splitlines()]
    assert (done.exit_code, "suite-changed" in kinds) == (1, True)
    assert run("watch", folder, "-o", tmp_path / "out", "--baseline", HEALTHY, *ONCE).exit_code == 0
    (folder / "bad.pcap").write_bytes(b"\n\r\r\n" + bytes(99))
    done = run("watch", folder, "-o", tmp_path / "out", "--baseline", HEALTHY, *ONCE)
    assert (done.exit_code, json.loads(done.stdout)["kind"]) == (3, "not-read")
    (folder / "begun.pcap").write_bytes(WEAK.read_bytes()[:300])
    done = run("watch", folder, "-o", tmp_path / "out", "--baseline", HEALTHY, *ONCE)
    assert f"1 file not finished, and left for the next run: {folder / 'begun.pcap'}" in done.stderr


def test_nothing_is_written_where_nothing_is_finished(tmp_path: Path) -> None:
    (tmp_path / "captures").mkdir()
    done = run("watch", tmp_path / "captures", "-o", tmp_path / "out", *ONCE)
    assert (done.exit_code, done.output) == (0, "")
    assert not (tmp_path / "out").exists()


def test_until_drift_ends_with_the_first_round_that_has_some(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "weak.pcap").unlink()
    watch = Driver(monkeypatch, folder, tmp_path / "out")
    steps = (nothing, lambda: shutil.copy(HEALTHY, folder / "b.pcap"), nothing, nothing, nothing)
    found = watch(*steps, options=("--until-drift", "--baseline", FAILED))
    assert found.result.exit_code == 1
    assert {capture for _, capture in found.kinds} == {"b.pcap"}
    assert len(watch.pauses) == 3


def test_what_cannot_be_watched_is_said_at_once(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("report", folder, "-o", out)
    (tmp_path / "none").mkdir()
    run("report", folder, "-o", tmp_path / "part", "--where", "outcome == failed")
    for words, code, said in (
        ((folder, "-o", folder / "out"), 2, "OUT is in FOLDER"),
        ((folder, "-o", out, "--baseline", out), 2, "--baseline is in OUT"),
        ((folder, "-o", out, "--baseline", out / "dataset"), 2, "--baseline is in OUT"),
        ((folder, "-o", out, "--baseline", tmp_path / "gone.pcap"), 3, "gone.pcap"),
        ((folder, "-o", out, "--baseline", tmp_path / "none"), 3, "no capture in this folder"),
        ((folder, "-o", out, "--baseline", tmp_path / "part"), 2, "different parts"),
        ((tmp_path / "gone", "-o", out), 2, "does not exist"),
        ((folder, "-o", out, "--policy", "none"), 2, "policy"),
    ):
        done = run("watch", *words, *ONCE)
        assert (done.exit_code, done.stdout) == (code, ""), words
        assert said in done.stderr
    (out / "watched.json").write_text("{}")
    done = run("watch", folder, "-o", out, *ONCE)
    assert done.exit_code == 3
    assert "is not what a watch has written" in done.stderr


def begun(folder: Path, out: Path, *more: str | Path) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "analyzer", "watch", folder, "-o", out, "--every", "0.1", *more]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell runs tests behind it
    try:
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_a_whole_report(folder: Path, tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "out"
    watch = begun(folder, out, "--baseline", HEALTHY)
    assert watch.stdout is not None
    first = json.loads(watch.stdout.readline())  # it is printed before the watch ends
    watch.send_signal(number)
    _, stderr = watch.communicate(timeout=60)
    assert watch.returncode == 130, stderr
    assert "the same command again goes on from here\ninterrupted\n" in stderr
    assert first["drift"] is True
    assert json.loads((out / "manifest.json").read_text())["finished"] is True
    assert not list(out.rglob(".*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_lines_that_cannot_be_written_come_again(folder: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "analyzer", "watch", folder, "-o", tmp_path / "out", "--baseline", HEALTHY, *ONCE]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert run("watch", folder, "-o", tmp_path / "out", "--baseline", HEALTHY, *ONCE).stdout


def test_nobody_is_alerted_where_nobody_reads(folder: Path, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "analyzer", "watch", folder, "-o", tmp_path / "out", "--baseline", HEALTHY, *ONCE]
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.returncode == 4
    assert "standard output: cannot be written (nobody reads it any more)" in done.stderr
    assert json.loads(run("watch", folder, "-o", tmp_path / "out", "--baseline", HEALTHY, *ONCE).stdout.splitlines()[0])
