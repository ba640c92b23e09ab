import gzip
import shutil
import sys
from pathlib import Path

import pytest

from analyzer.cli.inputs import Failures, expand, progress, read, read_each
from analyzer.cli.options import Reading
from analyzer.errors import CaptureError, KeyFileError, PolicyError
from tests.cli.running import FAILED, HEALTHY, run

HOW = Reading(None, "ietf", (500, 4500))


def test_folders_become_their_captures_sorted_and_recursive(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("z.pcap", "b/a.pcapng", "b/notes.txt", "c.PCAP.GZ"):
        (tmp_path / name).write_bytes(b"")
    shutil.copy(FAILED, tmp_path / "b" / "no-suffix")
    failures = Failures()
    found = expand([str(tmp_path), str(tmp_path / "z.pcap"), "-", "missing"], failures)
    names = [Path(word).name for word in found]
    assert names == ["a.pcapng", "no-suffix", "c.PCAP.GZ", "z.pcap", "-", "missing"]
    assert failures.errors == []


def test_a_folder_without_captures_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failures = Failures()
    assert expand([str(tmp_path)], failures) == []
    assert len(failures.errors) == 1
    assert "no capture in this folder" in capsys.readouterr().err


def test_what_cannot_be_read_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.pcap").write_text("hello")
    failures = Failures()
    inputs = [str(tmp_path / "text.pcap"), str(FAILED), str(tmp_path / "gone.pcap")]
    assert [capture for capture, _ in read_each(inputs, HOW, failures)] == [str(FAILED)]
    assert len(failures.errors) == 2
    assert capsys.readouterr().err.count("error: ") == 2


def test_several_captures_in_one_analysis() -> None:
    analysis = read([str(FAILED), str(HEALTHY)], HOW)
    assert analysis.tables["negotiations"].column("outcome") == ["failed", "established"]


def test_wrong_policy_keys_and_captures_raise() -> None:
    with pytest.raises(PolicyError):
        read([str(FAILED)], HOW._replace(policy="nonsense"))
    with pytest.raises(KeyFileError):
        read([str(FAILED)], HOW._replace(keys="/nowhere/keys"))
    with pytest.raises(CaptureError):
        read(["/nowhere/x.pcap"], HOW)


def test_packed_captures(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap.gz"
    path.write_bytes(gzip.compress(FAILED.read_bytes()))
    assert read([str(path)], HOW).tables["negotiations"].column("outcome") == ["failed"]


def test_progress_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with progress("x.pcap") as tick:
        assert tick is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with progress("[red]x.pcap") as tick:
        assert tick is not None
        tick(5, None)
        tick(10, 10)
    with progress(str(FAILED)) as tick:
        assert tick is None, "read in no time"


def test_standard_input_has_a_name() -> None:
    assert run("summary", "-", stdin=b"").stderr == "error: standard input: is empty\n"


@pytest.mark.parametrize("command", ["summary", "check", "report -o out", "export --table messages", "show --frame 1"])
def test_an_empty_name_is_not_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str) -> None:
    shutil.copy(FAILED, tmp_path)
    monkeypatch.chdir(tmp_path)
    done = run(*command.split(), "")
    assert done.exit_code == 3
    assert "'': an empty name is no capture" in done.stderr
