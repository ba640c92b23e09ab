"""An output that cannot be written names its file; one that is not finished is not there; no input is an output."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.errors import OutputError
from analyzer.notebook import read_pcap
from analyzer.report.files import beside, clash, make_folder, named_output, new_file, new_text, writing
from tests.cli.running import FAILED, HEALTHY
from tests.conftest import ROOT


def test_what_cannot_be_written_names_its_file() -> None:
    with pytest.raises(OutputError) as raised, writing("out/x.csv"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert (raised.value.path, raised.value.reason) == ("out/x.csv", "No space left on device")


def test_a_file_the_system_names_is_the_one_named() -> None:
    with pytest.raises(OutputError, match="out/part"), writing("out"):
        raise PermissionError(errno.EACCES, "Permission denied", "out/part")


def test_a_closed_pipe_and_other_faults_stay_what_they_are() -> None:
    with pytest.raises(BrokenPipeError), writing("-"):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")
    with pytest.raises(ValueError, match="other"), writing("-"):
        raise ValueError("other")


@pytest.mark.parametrize("blocked", ["report.html", "report.json", "failures.csv", "tables", "tables/messages.csv"])
def test_every_file_of_a_report(tmp_path: Path, blocked: str) -> None:
    analysis = read_pcap(FAILED)
    path = tmp_path / blocked
    if blocked == "tables":
        path.write_text("a file where a folder has to be")
    else:
        path.mkdir(parents=True)
    with pytest.raises(OutputError) as raised:
        {"report.html": analysis.to_html, "report.json": analysis.to_json}.get(
            blocked, lambda _: analysis.to_csv(tmp_path)
        )(path)
    assert raised.value.path == str(path)


def inside(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")
    with new_text(path) as file:
        file.write("a\nb\r\n")
        file.flush()
        assert path.read_text() == "before"
    assert path.read_bytes() == b"a\nb\r\n"
    assert inside(tmp_path) == {"x.csv"}


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError, SystemExit])
def test_of_one_that_was_not_finished_nothing_remains(tmp_path: Path, fault: type[BaseException]) -> None:
    def write(path: Path) -> None:
        with new_text(path) as file:
            file.write("half")
            raise fault

    (tmp_path / "x.csv").write_text("before")
    for name in ("x.csv", "new.csv"):
        with pytest.raises(fault):
            write(tmp_path / name)
    assert inside(tmp_path) == {"x.csv"}
    assert (tmp_path / "x.csv").read_text() == "before"


def test_a_full_disk_names_the_file_and_not_the_one_beside_it(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as raised, new_file(tmp_path / "x.csv"):
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / ".x.csv.part"))
    assert (raised.value.path, raised.value.reason) == (str(tmp_path / "x.csv"), "No space left on device")
    assert inside(tmp_path) == set()


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("evidence")
    (tmp_path / "x.csv").symlink_to("elsewhere")
    os.link(tmp_path / "elsewhere", tmp_path / "y.csv")
    (tmp_path / "z.csv").symlink_to("nowhere")
    for name in ("x.csv", "y.csv", "z.csv"):
        with named_output(tmp_path / name) as file:
            file.write(b"new")
    assert (tmp_path / "elsewhere").read_text() == "evidence"
    assert inside(tmp_path) == {"elsewhere", "x.csv", "y.csv", "z.csv"}
    assert all((tmp_path / name).read_text() == "new" for name in ("x.csv", "y.csv", "z.csv"))
    assert not (tmp_path / "x.csv").is_symlink()


def test_a_link_beside_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("evidence")
    path = tmp_path / "x.csv"
    Path(beside(str(path))).symlink_to("evidence")
    with new_text(path) as file:
        file.write("new")
    assert ((tmp_path / "evidence").read_text(), path.read_text()) == ("evidence", "new")


def test_two_at_the_same_file_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with new_text(path) as one:
        one.write("o")
        with new_text(path) as other:
            other.write("other")
        assert path.read_text() == "other"
        one.write("ne")
    assert path.read_text() == "one"
    assert inside(tmp_path) == {"x.csv"}


def test_a_long_name(tmp_path: Path) -> None:
    path = tmp_path / ("\u00fc" * 120 + ".csv")
    with new_text(path) as file:
        file.write("x")
    assert path.read_text() == "x"


def test_modes(tmp_path: Path) -> None:
    path, umask = tmp_path / "x.csv", os.umask(0o022)
    try:
        modes = []
        for private in (False, True, False):
            with new_text(path, private=private) as file:
                file.write("x")
            modes.append(path.stat().st_mode & 0o777)
        assert modes == [0o644, 0o600, 0o600], "whoever made it private wanted it so"
    finally:
        os.umask(umask)


def test_folders_above_a_private_one_are_private_too(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        for private, mode in ((False, 0o755), (True, 0o700)):
            below = tmp_path / str(private) / "a" / "b"
            for _ in range(2):
                make_folder(below, private=private)
            assert [path.stat().st_mode & 0o777 for path in (below, *below.parents)][:3] == [mode] * 3
    finally:
        os.umask(umask)


def test_what_may_not_be_written_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "evidence.pcap"
    path.write_text("evidence")
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser may write all
    with pytest.raises(OutputError, match="Permission denied"), new_text(path) as file:
        file.write("x")
    assert path.read_text() == "evidence"
    assert inside(tmp_path) == {"evidence.pcap"}


def test_a_fifo_and_a_device_take_bytes_as_they_come(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with named_output(fifo) as file:
        file.write(b"through")
    assert os.read(reader, 99) == b"through"
    os.close(reader)
    with named_output(Path(os.devnull)) as file:
        file.write(b"gone")
    assert not Path(os.devnull).is_file()
    with pytest.raises(OutputError, match="File exists"), new_file(fifo):
        pytest.fail("a file of a report is none")
    assert fifo.is_fifo()


def test_an_output_that_is_an_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    capture, other = tmp_path / "a.pcap", tmp_path / "other" / "a.pcap"
    other.parent.mkdir()
    capture.write_text("evidence")
    other.write_text("evidence")
    (tmp_path / "link").symlink_to(capture)
    os.link(capture, tmp_path / "hard")
    for output in (capture, Path("a.pcap"), Path("other/../a.pcap"), tmp_path / "link", tmp_path / "hard"):
        assert clash([other, output], [str(capture)]) == (str(output), str(capture))
        assert clash([capture], ["-", str(output)]) == (str(capture), str(output))
    assert clash([Path("gone.pcap")], [str(tmp_path / "gone.pcap")]), "it may be there in a moment"
    assert clash([other, tmp_path / "new"], [str(capture), "gone.pcap"]) is None, "the same name in another folder"
    assert clash([Path(os.devnull)], [os.devnull]) is None


def test_an_output_that_is_read_as_standard_input(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_text("evidence")
    code = "import sys; from analyzer.report.files import make_folder, clash; print(clash(sys.argv[1:], '-'))"
    for name, expected in (("a.pcap", "a.pcap"), ("b.pcap", "None")):
        with (tmp_path / "a.pcap").open() as stdin:
            words = [sys.executable, "-c", code, str(tmp_path / name)]
            done = subprocess.run(words, stdin=stdin, capture_output=True, text=True, check=True, cwd=ROOT)
        assert expected in done.stdout


def test_an_analysis_does_not_write_over_what_it_read(tmp_path: Path) -> None:
    for name in ("a.html", "failures.csv"):
        path = tmp_path / name
        shutil.copy(FAILED, path)
        analysis = read_pcap(path)
        for write, to in ((analysis.to_html, path), (analysis.to_json, path), (analysis.to_csv, tmp_path)):
            if name == "failures.csv" or write != analysis.to_csv:
                with pytest.raises(OutputError, match="it is the input"):
                    write(to)
        assert path.read_bytes() == FAILED.read_bytes()


def test_outputs_of_an_analysis_with_keys_are_for_their_owner(tmp_path: Path) -> None:
    keys = HEALTHY.with_name("capture.keys")
    for given, expected in ((keys, 0o600), (None, 0o644)):
        umask, out = os.umask(0o022), tmp_path / str(given is None)
        try:
            analysis = read_pcap(HEALTHY, keys=given)
            analysis.to_csv(out)
            analysis.to_html(out / "r.html")
            analysis.to_json(out / "r.json")
        finally:
            os.umask(umask)
        assert {path.stat().st_mode & 0o777 for path in out.rglob("*.*")} == {expected}
