import errno
import gc
import gzip
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from weakref import ref

import pytest

from analyzer import reading
from analyzer.analysis import Analysis
from analyzer.batch.reading import Reading
from analyzer.batch.work import Job
from analyzer.capture.sets import CaptureSet
from analyzer.cli.inputs import Failures, expand, read, read_each
from analyzer.errors import CaptureError, KeyFileError, PolicyError
from analyzer.negotiation.follow.log import StepLog
from tests.capture.joining.made import checks, negotiation, write
from tests.capture.packets import pcap
from tests.cli.running import FAILED, HEALTHY, WEAK, run
from tests.conftest import ROOT

HOW = Reading(None, ("ietf",), (500, 4500), jobs=1)


def test_folders_become_their_captures_sorted_and_recursive(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("z.pcap", "b/a.pcapng", "b/notes.txt", "c.PCAP.GZ"):
        (tmp_path / name).write_bytes(b"")
    shutil.copy(FAILED, tmp_path / "b" / "no-suffix")
    failures = Failures()
    found = expand([str(tmp_path), str(tmp_path / "z.pcap"), "-", "missing"], failures, HOW)
    names = [Path(word).name for word in found]
    assert names == ["a.pcapng", "no-suffix", "c.PCAP.GZ", "z.pcap", "-", "missing"]
    assert failures.errors == []


def test_a_folder_without_captures_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failures = Failures()
    assert expand([str(tmp_path)], failures, HOW) == []
    assert len(failures.errors) == 1
    assert "no capture in this folder" in capsys.readouterr().err


def refused(folder: Path) -> tuple[list[str], dict[str, str]]:
    """The names of the captures below, and by name why others were not read."""
    failures = Failures()
    found = expand([str(folder)], failures, HOW)
    assert failures.code == (3 if failures.errors else 0)
    return [Path(word).name for word in found], {Path(e.path).name: e.reason for e in failures.errors}


def test_what_in_a_folder_cannot_be_looked_into_is_named(tmp_path: Path) -> None:
    shutil.copy(FAILED, tmp_path / "good.pcap")
    (tmp_path / "notes.txt").write_text("no capture")
    (tmp_path / "good-link").symlink_to("good.pcap")
    (tmp_path / "notes-link").symlink_to("notes.txt")
    (tmp_path / "dangling.pcap").symlink_to("nowhere")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop.pcap").symlink_to("loop.pcap")
    os.mkfifo(tmp_path / "fifo.pcap")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "null.pcap").symlink_to(os.devnull)
    captures, named = refused(tmp_path)
    assert captures == ["good.pcap"]  # a link to it is no other file
    gone, other = "cannot be opened (No such file or directory)", "is neither a file nor a folder, and was not read"
    assert named == {
        "dangling.pcap": gone,
        "dangling": gone,
        "loop.pcap": "cannot be opened (Too many levels of symbolic links)",
        "fifo.pcap": other,
        "fifo": other,
        "null.pcap": other,
    }


def test_folders_and_files_without_permission_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser may read all: the system's answer to others is made up."""
    (tmp_path / "closed").mkdir()
    for name in ("good.pcap", "closed/inside.pcap", "secret"):
        shutil.copy(FAILED, tmp_path / name)
    scandir, opened = os.scandir, Path.open

    def no_scandir(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    def no_open(path: Path, *words: Any, **more: Any) -> object:
        if path.name == "secret":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *words, **more)

    monkeypatch.setattr(os, "scandir", no_scandir)
    monkeypatch.setattr(Path, "open", no_open)
    captures, named = refused(tmp_path)
    assert captures == ["good.pcap"]
    assert named == {
        "closed": "this folder cannot be listed (Permission denied)",
        "secret": "cannot be opened (Permission denied)",
    }


def test_links_to_folders(tmp_path: Path) -> None:
    """What a link within the folder leads to is read anyway; another folder is not, and is named, as a loop is."""
    captures, elsewhere = tmp_path / "captures", tmp_path / "elsewhere"
    (captures / "monday").mkdir(parents=True)
    elsewhere.mkdir()
    shutil.copy(FAILED, captures / "monday" / "gw.pcap")
    shutil.copy(FAILED, elsewhere / "more.pcap")
    (captures / "latest").symlink_to("monday")
    (captures / "monday" / "round").symlink_to("..")
    loop = {"round": "is a link to a folder that it is in, a loop, and was not followed"}
    assert refused(captures) == (["gw.pcap"], loop)
    (captures / "other").symlink_to(elsewhere)
    assert refused(captures) == (["gw.pcap"], loop | {"other": "is a link to another folder, and was not followed"})


def test_every_command_ends_with_3_where_part_of_a_folder_was_not_read(tmp_path: Path) -> None:
    shutil.copy(FAILED, tmp_path / "gw.pcap")
    words = {"summary": (), "check": (), "export": ("--table", "captures"), "report": ("-o", tmp_path / "out")}
    for command, more in words.items():
        assert run(command, tmp_path, *more).exit_code == 0
    assert run("diff", tmp_path, tmp_path).exit_code == 0
    (tmp_path / "lost.pcap").symlink_to("nowhere")
    for command, more in words.items():
        done = run(command, tmp_path, *more)
        assert done.exit_code == 3, command
        assert "lost.pcap: cannot be opened" in done.stderr
    assert run("diff", tmp_path, tmp_path).exit_code == 3


@pytest.mark.parametrize("name", ["gw.pcap", "other.txt"])
def test_standard_output_is_not_appended_to_what_is_read(tmp_path: Path, name: str) -> None:
    shutil.copy(FAILED, tmp_path / "gw.pcap")
    with (tmp_path / name).open("ab") as stdout:
        words = [sys.executable, "-m", "analyzer", "check", str(tmp_path / "gw.pcap")]
        done = subprocess.run(words, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    assert done.returncode == (2 if name == "gw.pcap" else 0)
    assert ("is the input" in done.stderr) == (name == "gw.pcap")
    assert (tmp_path / "gw.pcap").read_bytes() == FAILED.read_bytes()


def test_a_fifo_that_is_named_is_read(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_bytes(FAILED.read_bytes()))
    writer.start()
    done = run("report", fifo, "-o", tmp_path / "out")
    writer.join()
    assert done.exit_code == 0
    assert "failed in IKE_AUTH" in done.stderr


def negotiations(_capture: str, analysis: Analysis) -> int:
    return len(analysis.tables["negotiations"])


def test_what_cannot_be_read_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.pcap").write_text("hello")
    failures = Failures()
    inputs = [str(tmp_path / "text.pcap"), str(FAILED), str(tmp_path / "gone.pcap")]
    with read_each(inputs, Job(HOW, negotiations), failures) as each:
        assert list(each) == [(str(FAILED), 1)]
    assert len(failures.errors) == 2
    assert capsys.readouterr().err.count("error: ") == 2


def test_of_captures_that_were_read_no_messages_stay() -> None:
    """The collector's own count would let them: a capture's messages are few objects, in circles."""
    thresholds, frozen = gc.get_threshold(), gc.get_freeze_count()
    gc.set_threshold(1_000_000)
    try:
        with read_each([str(HEALTHY)] * 6, Job(HOW, negotiations), Failures()) as each:
            logs = [sum(isinstance(o, StepLog) for o in gc.get_objects()) for _ in each]
    finally:
        gc.set_threshold(*thresholds)
    assert len(logs) == 6
    assert max(logs[2:]) <= 2
    assert gc.get_freeze_count() == frozen


@pytest.mark.parametrize("command", [("report", "-o", "out"), ("check",), ("summary",)])
def test_a_capture_is_given_up_before_the_next_is_read(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[int] = []
    known: list[ref[Analysis]] = []
    real = Reading.analysis

    def one_more(how: Reading, *words: Any) -> Analysis:
        alive.append(sum(one() is not None for one in known))
        one = real(how, *words)
        known.append(ref(one))
        return one

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Reading, "analysis", one_more)
    run(*command, FAILED, HEALTHY, WEAK, "--jobs", "1")
    assert alive == ([0, 1, 1, 1] if command[0] == "report" else [0, 0, 0]), (
        "that of a report's options has read nothing"
    )


def test_several_captures_in_one_analysis() -> None:
    analysis = read([str(FAILED), str(HEALTHY)], HOW)
    assert analysis.tables["negotiations"].column("outcome") == ["failed", "established"]


def test_wrong_policy_keys_and_captures_raise() -> None:
    with pytest.raises(PolicyError):
        read([str(FAILED)], HOW._replace(policies=("nonsense",)))
    with pytest.raises(KeyFileError):
        read([str(FAILED)], HOW._replace(keys="/nowhere/keys"))
    with pytest.raises(CaptureError):
        read(["/nowhere/x.pcap"], HOW)


def test_packed_captures(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap.gz"
    path.write_bytes(gzip.compress(FAILED.read_bytes()))
    assert read([str(path)], HOW).tables["negotiations"].column("outcome") == ["failed"]


def test_standard_input_has_a_name() -> None:
    assert run("summary", "-", stdin=b"").stderr == "error: standard input: is empty\n"


@pytest.mark.parametrize("command", ["summary", "check", "report -o out", "export --table messages", "show --frame 1"])
def test_an_empty_name_is_not_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str) -> None:
    shutil.copy(FAILED, tmp_path)
    monkeypatch.chdir(tmp_path)
    done = run(*command.split(), "")
    assert done.exit_code == 3
    assert "'': an empty name is no capture" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["summary"], ["check"], ["report", "-o", "out"], ["export", "--table", "messages"],
        ["show", "--negotiation", "1"], ["show", "--frame", "3"],
    ],
)  # fmt: skip
def test_a_capture_not_read_to_its_end_is_reported_and_told(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.capture.source.FREE_EXPANSION", 1 << 16)
    monkeypatch.chdir(tmp_path)
    capture = tmp_path / "bomb.pcap.gz"
    capture.write_bytes(gzip.compress(FAILED.read_bytes() + bytes(4 << 20)))
    done, whole = run(*words, capture, "--max-expansion", "2"), run(*words, capture, "--max-expansion", "5000")
    assert (done.exit_code, whole.exit_code) == (3, 0)
    assert "not read to its end: it became too large for its size. --max-expansion N reads on" in done.stderr
    assert "not read to its end" not in whole.stderr
    assert bool(done.stdout) is bool(whole.stdout)
    if words[0] == "summary":
        for text in ("limit-expansion", "reading stopped"):
            assert text in done.stdout
            assert text not in whole.stdout
        assert "the capture ends" not in done.stdout


def test_half_a_comparison_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.capture.source.FREE_EXPANSION", 1 << 16)
    capture = tmp_path / "bomb.pcap.gz"
    capture.write_bytes(gzip.compress(FAILED.read_bytes() + bytes(4 << 20)))
    done = run("diff", capture, FAILED, "--max-expansion", "2")
    assert (done.exit_code, done.stdout) == (3, "")


@pytest.mark.parametrize("words", [["summary"], ["check"], ["report", "-o", "out"], ["export", "--table", "flows"]])
def test_a_name_that_the_system_refuses_is_one_input_that_cannot_be_read(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name below a folder that may not be entered, and one too long: the others are read."""
    monkeypatch.chdir(tmp_path)
    closed = tmp_path / "closed"
    (closed / "sub").mkdir(parents=True)
    shutil.copy(FAILED, closed / "sub" / "a.pcap")
    bad = ["n" * 300, str(closed / "sub" / "a.pcap"), str(closed / "sub")]
    if os.geteuid() == 0:  # who may enter every folder
        bad = bad[:1]
    closed.chmod(0)
    try:
        done = run(*words, *bad, HEALTHY)
    finally:
        closed.chmod(0o700)
    assert done.exit_code == 3
    assert done.stderr.count("cannot be opened (") == len(bad)
    assert "established" in done.stdout + done.stderr or words[0] in ("check", "export")
    if words[0] == "report":
        assert "n" * 300 in (tmp_path / "out" / "index.html").read_text()


def test_a_capture_that_fails_while_it_is_read_is_an_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(reading, "next_batch", fails)
    for words in (["summary"], ["show", "--frame", "3"], ["diff", HEALTHY]):
        done = run(*words, FAILED)
        assert done.exit_code == 3
        assert "cannot be read (Input/output error)" in done.stderr
        assert "standard output" not in done.stderr
    monkeypatch.undo()
    monkeypatch.setattr("analyzer.reading.again.read_frames", fails)
    done = run("show", FAILED, "--frame", "3")
    assert done.exit_code == 3
    assert done.stderr == f"error: {FAILED}: cannot be read (Input/output error)\n"


@pytest.fixture
def rotation(tmp_path: Path) -> list[str]:
    """An SA in two files, and a copy of one of them."""
    parts = [write(tmp_path / f"gw.pcap{n or ''}", part) for n, part in enumerate((negotiation(0), checks([9, 10])))]
    return [*parts, shutil.copy(parts[1], str(tmp_path / "copy.pcap"))]


def test_captures_that_belong_together_are_one_input_and_it_is_said(
    rotation: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, copied = rotation
    found = expand(rotation, Failures(), HOW)
    (read_as_one,) = found
    assert isinstance(read_as_one, CaptureSet)
    assert read_as_one.members == (one, two)
    assert sorted(found.files) == sorted(rotation)
    copy, joined = capsys.readouterr().err.splitlines()
    assert copy == f"{copied} has the same bytes as {two}: read once"
    assert joined.startswith(f"{one} and {two} are read as one capture: IKE SA a500000000000001 of gw.pcap goes on in")
    assert expand(rotation, Failures(), HOW._replace(as_one=False)) == rotation
    assert capsys.readouterr().err == ""


def test_one_capture_is_not_looked_at(rotation: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "analyzer.capture.joining.sources", None)
    assert expand(rotation[:1], Failures(), HOW) == rotation[:1]
    assert expand(rotation, Failures(), HOW._replace(as_one=False)) == rotation
    with pytest.raises(ImportError):
        expand(rotation, Failures(), HOW)


def test_no_output_is_written_over_a_member_or_a_copy(rotation: list[str]) -> None:
    for path in rotation:
        before = Path(path).read_bytes()
        done = run("export", *rotation, "--table", "negotiations", "-o", path)
        assert (done.exit_code, "is the input" in done.stderr) == (2, True)
        assert Path(path).read_bytes() == before


@pytest.mark.parametrize("command", [("summary",), ("check",), ("export", "--table", "negotiations")])
def test_a_set_is_one_negotiation(command: tuple[str, ...], rotation: list[str]) -> None:
    first = run(*command, *rotation)
    assert first.exit_code == 0
    assert first.stdout == run(*command, *reversed(rotation)).stdout
    shown = command == ("summary",)  # on standard output, and not twice
    assert ("are read as one capture" in first.stderr) is not shown
    assert ("captures read as one: IKE SA" in " ".join(first.stdout.split())) is shown


def test_as_one_and_separate_contradict_each_other(rotation: list[str]) -> None:
    done = run("summary", *rotation, "--as-one", "--separate")
    assert done.exit_code == 2
    assert "contradict" in done.stderr


def test_standard_input_is_no_part_of_a_set(rotation: list[str]) -> None:
    done = run("summary", "-", *rotation, "--as-one", stdin=b"")
    assert done.exit_code == 2
    assert "only once" in done.stderr


def test_commands_about_one_capture_take_files_that_belong_together(rotation: list[str], tmp_path: Path) -> None:
    one, two, _ = rotation
    shown = run("show", one, two, "--negotiation", "1")
    assert shown.exit_code == 0
    assert "a500000000000001" in shown.stdout
    assert run("extract", one, two, "--negotiation", "1", "-o", tmp_path / "case.pcapng").exit_code == 0
    for words in (("show", one, two), ("extract", one, two, "-o", tmp_path / "no.pcapng")):
        apart = run(*words, "--negotiation", "1", "--separate")
        assert apart.exit_code == 2
        assert "2 captures, and this is about one: name one of them." in apart.stderr
    unlike = run("show", one, FAILED, "--negotiation", "1")
    assert "name one of them, or say --as-one" in unlike.stderr
    assert run("show", one, FAILED, "--negotiation", "2", "--as-one").exit_code == 0
    which = run("show", one, two, "--frame", "1")
    assert which.exit_code == 2
    assert "of which of these 2 captures" in which.stderr


def test_a_folder_may_be_one_side_of_a_comparison(rotation: list[str], tmp_path: Path) -> None:
    assert run("compare", tmp_path, FAILED).exit_code == 0
    assert run("diff", tmp_path, FAILED).exit_code in {0, 1}
    shutil.copy(WEAK, tmp_path)
    assert run("compare", f"{tmp_path}#1", FAILED).exit_code == 2
    assert run("compare", f"{tmp_path}#1", FAILED, "--as-one").exit_code == 0


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_set_that_lacks_a_file_is_read_and_ends_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    (tmp_path / "text").write_text("no capture")
    captures = [CaptureSet([[str(FAILED), str(tmp_path / "text")]]), str(HEALTHY)]
    failures = Failures()
    analysis = read(captures, HOW._replace(jobs=jobs), failures)
    assert analysis.paths == captures
    assert len(analysis.tables["negotiations"]) == 2
    assert failures.code == 3
    assert capsys.readouterr().err.count("a text file, not a capture") == 1
    assert read(captures[:1], HOW).is_partly_read
    assert capsys.readouterr().err.count("a text file, not a capture") == 1


_ALL_COMMANDS = (
    ["summary"], ["check"], ["report", "-o", "out"], ["export", "--table", "messages"],
    ["export", "--table", "all", "-o", "tables"], ["show", "--negotiation", "1"], ["show", "--frame", "3"],
    ["extract", "--negotiation", "1", "-o", "part.pcapng"], ["redact", "-o", "safe.pcapng"], ["compare"], ["diff"],
)  # fmt: skip


@pytest.mark.parametrize("words", _ALL_COMMANDS, ids=" ".join)
def test_every_command_names_a_capture_that_ends_early(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compressed data that are not whole, and a record that is damaged: what follows is not known. Exit code 3."""
    monkeypatch.chdir(tmp_path)
    packed = gzip.compress(FAILED.read_bytes())
    damaged = FAILED.read_bytes() + b"\xff" * 64
    ends = {"compare": ["cut.gz#1", "cut.gz#1"], "diff": ["cut.gz", "cut.gz"]}.get(words[0], ["cut.gz"])
    for data, why in ((packed[:-20], "the compressed data end early"), (damaged, "it is damaged behind packet ")):
        Path("cut.gz").write_bytes(data)
        done = run(*words, *ends)
        assert done.exit_code == 3
        assert f": not read to its end: {why}" in done.stderr


@pytest.mark.parametrize("words", _ALL_COMMANDS, ids=" ".join)
def test_a_capture_that_ends_inside_a_record_is_named_and_was_read(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cut").write_bytes(FAILED.read_bytes()[:-5])
    done = run(*words, *{"compare": ["cut#1", "cut#1"], "diff": ["cut", "cut"]}.get(words[0], ["cut"]))
    assert done.exit_code == 0
    assert "the file ends inside a record" in done.stderr


@pytest.mark.parametrize("words", [["show", "--negotiation", "1"], ["extract", "--negotiation", "1", "-o", "part"]])
def test_of_what_cannot_be_read_there_is_no_negotiation(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link type that nobody reads is no mistake of whoever types the command."""
    monkeypatch.chdir(tmp_path)
    Path("usb.pcap").write_bytes(pcap([bytes(80)], link_type=189))
    done = run(*words, "usb.pcap")
    assert done.exit_code == 3
    assert "no packet of it could be read" in done.stderr
