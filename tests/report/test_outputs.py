import errno
import hashlib
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from analyzer.errors import OutputError
from analyzer.report.files import beside
from analyzer.report.outputs import JOURNAL, MANIFEST, OutputFolder, Part, folder_of


def write(folder: Path, *names: str, inputs: tuple[str, ...] = ()) -> None:
    with OutputFolder(folder, inputs) as out:
        for name in names:
            with out.text(name) as file:
                file.write(name)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def outputs(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / MANIFEST).read_text())["outputs"]
    return found


def test_the_manifest_lists_what_was_written_with_hashes(tmp_path: Path) -> None:
    write(tmp_path, "z.csv", "a/tables/x.csv")
    assert files(tmp_path) == {"z.csv", "a/tables/x.csv", MANIFEST}
    assert list(outputs(tmp_path)) == ["a/tables/x.csv", "z.csv"]
    assert outputs(tmp_path)["z.csv"] == hashlib.sha256(b"z.csv").hexdigest()


def test_what_an_earlier_run_wrote_goes_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, "a/report.html", "b/report.html", "index.html")
    (tmp_path / "a" / "own.csv").write_text("of the user")
    (tmp_path / "failures.csv").write_text("of the user")
    write(tmp_path, "c/report.html")
    assert files(tmp_path) == {"a/own.csv", "failures.csv", "c/report.html", MANIFEST}
    assert not (tmp_path / "b").exists()


def test_what_was_changed_since_is_somebodys_and_is_named(tmp_path: Path) -> None:
    write(tmp_path, "report.html", "kept.csv", "gone.csv", "replaced.csv", "link.csv")
    (tmp_path / "kept.csv").write_text("edited")
    (tmp_path / "replaced.csv").write_text("edited too")
    (tmp_path / "gone.csv").unlink()
    (tmp_path / "link.csv").unlink()
    (tmp_path / "link.csv").symlink_to(tmp_path / "report.html")
    with OutputFolder(tmp_path) as out, out.text("replaced.csv") as file:
        file.write("new")
    assert files(tmp_path) == {"kept.csv", "link.csv", "replaced.csv", MANIFEST}
    assert (tmp_path / "kept.csv").read_text() == "edited"
    assert (tmp_path / "replaced.csv").read_text() == "new"
    assert list(out.about_earlier()) == [
        "1 file of an earlier run gave way to this one",
        "kept, though changed since an earlier run wrote it: kept.csv, link.csv",
        "replaced, though changed since an earlier run wrote it: replaced.csv",
    ]


def test_of_a_first_run_there_is_nothing_to_say(tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as out, out.text("report.html") as file:
        file.write("new")
    assert list(out.about_earlier()) == []


def test_a_run_that_writes_nothing_leaves_all_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, "a/report.html")
    write(tmp_path)
    assert files(tmp_path) == {"a/report.html", MANIFEST}


KILLED = """
import os, signal, sys
from pathlib import Path
from analyzer.report.outputs import OutputFolder
with OutputFolder(Path(sys.argv[1])) as out:
    with out.text("a/report.html") as file:
        file.write("whole")
    with out.text("b/report.html") as file:
        file.write("half")
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_left_goes_too(tmp_path: Path) -> None:
    write(tmp_path, "old/report.html", "index.html")
    assert subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False).returncode < 0
    assert files(tmp_path) == {JOURNAL, "a/report.html", "b/.report.html.part"}, "nothing half under its final name"
    write(tmp_path)
    assert (tmp_path / JOURNAL).exists(), "still to be cleaned"
    write(tmp_path, "c/report.html")
    assert files(tmp_path) == {"c/report.html", MANIFEST}


def test_a_journal_that_was_cut_spoils_no_name(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).write_text("head\na/report.html\nb/repo")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "report.html").write_text("x")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "repo").write_text("of the user")
    write(tmp_path, "c.html")
    assert files(tmp_path) == {"b/repo", "c.html", MANIFEST}


@pytest.mark.parametrize(
    "name",
    ["../outside.csv", "/{}/outside.csv", "a/../../outside.csv", "capture.pcap", ".hidden.csv", "a/b/c/d.csv", ""],
)
def test_a_manifest_from_elsewhere_removes_no_capture_and_nothing_outside(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    (out / "a/b/c").mkdir(parents=True)
    listed = name.format(tmp_path)
    paths = [tmp_path / "outside.csv", out / "capture.pcap", out / ".hidden.csv", out / "a/b/c/d.csv"]
    for path in paths:
        path.write_text("precious")
    (out / MANIFEST).write_text(json.dumps({"program": "isakmp-analyzer", "outputs": {listed: "", "gone.csv": ""}}))
    write(out, "index.html")
    assert all(path.read_text() == "precious" for path in paths)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"outputs": {"own.csv": ""}}', '{"program": "other", "outputs": ["own.csv"]}', "[" * 99_999],
)
def test_a_manifest_that_is_not_ours_lists_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    (tmp_path / "own.csv").write_text("of the user")
    write(tmp_path, "index.html")
    assert files(tmp_path) == {"own.csv", "index.html", MANIFEST}


def test_an_output_of_an_earlier_run_that_is_read_now_stays(tmp_path: Path) -> None:
    write(tmp_path, "report.json", "index.html")
    os.link(tmp_path / "report.json", tmp_path / "keys.txt")
    write(tmp_path, "other.html", inputs=(str(tmp_path / "keys.txt"),))
    assert files(tmp_path) == {"report.json", "keys.txt", "other.html", MANIFEST}


def test_a_folder_that_is_a_link_is_not_written_or_removed_through(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out = tmp_path / "out"
    write(out, "gw/report.html")
    (out / "gw" / "report.html").rename(elsewhere / "report.html")
    (out / "gw").rmdir()
    (out / "gw").symlink_to(elsewhere)
    with pytest.raises(OutputError, match=r"gw: cannot be written \(it is a link"):
        write(out, "gw/report.html")
    assert (elsewhere / "report.html").read_text() == "gw/report.html"


def test_the_output_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    write(tmp_path / "out", "gw/report.html")
    assert files(tmp_path / "real") == {"gw/report.html", MANIFEST}


def test_a_second_run_into_the_folder_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with OutputFolder(tmp_path / "out") as out:
        with out.text("a.html") as file:
            file.write("first")
        with pytest.raises(OutputError, match="another run is writing into this folder"):
            write(tmp_path / "out", "b.html")
        write(tmp_path / "other", "b.html")
    assert files(tmp_path / "out") == {"a.html", MANIFEST}
    write(tmp_path / "out", "b.html")
    assert files(tmp_path / "out") == {"b.html", MANIFEST}


def test_without_locks_runs_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analyzer.report import outputs as module

    monkeypatch.setattr(module, "fcntl", None)
    write(tmp_path, "a.html")
    write(tmp_path, "b.html")
    assert files(tmp_path) == {"b.html", MANIFEST}


def test_after_a_fault_the_manifest_says_so(tmp_path: Path) -> None:
    def run() -> None:
        with OutputFolder(tmp_path) as out:
            with out.text("a.html") as file:
                file.write("whole")
            with out.text("b.html"):
                raise ValueError("fault")

    with pytest.raises(ValueError, match="fault"):
        run()
    assert json.loads((tmp_path / MANIFEST).read_text())["finished"] is False
    assert files(tmp_path) == {"a.html", MANIFEST}


def test_all_that_was_written_can_be_discarded(tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as out:
        for name in ("gw.html", "tables/x.csv"):
            with out.text(name) as file:
                file.write("x")
        with pytest.raises(KeyboardInterrupt), out.text("new/tables/x.csv"):
            raise KeyboardInterrupt
        out.discard()
    assert files(tmp_path) == {MANIFEST}
    assert not (tmp_path / "new").exists(), "no empty folder either"


def write_part(folder: Path, name: str, *names: str, private: bool = False) -> dict[str, str]:
    with Part(folder, name, private=private) as part:
        for one in names:
            with part.text(one) as file:
                file.write(one)
    return part.written


def test_parts_that_are_taken_over_are_outputs_of_the_run_and_the_others_go(tmp_path: Path) -> None:
    write(tmp_path, "gw/old.csv")
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "report.json").write_text("of the user")
    with OutputFolder(tmp_path) as out:
        with out.text("index.html") as file:
            file.write("x")
        out.take(write_part(tmp_path, "gw", "report.html", "tables/x.csv"))
        write_part(tmp_path, "gw-2", "report.html")
        with pytest.raises(KeyboardInterrupt), Part(tmp_path, "lost") as part, part.text("tables/x.csv"):
            raise KeyboardInterrupt
        assert "gw-2/report.html" in files(tmp_path)
        out.keep_parts({"gw"})
    expected = {"index.html", "gw/report.html", "gw/tables/x.csv"}
    assert files(tmp_path) == expected | {"lost/report.json", MANIFEST}
    assert set(outputs(tmp_path)) == expected
    assert outputs(tmp_path)["gw/report.html"] == hashlib.sha256(b"report.html").hexdigest()
    assert not (tmp_path / "gw-2").exists(), "no empty folder either"


def test_what_a_part_has_in_a_dataset_goes_with_it(tmp_path: Path) -> None:
    kept, lost = (f"dataset/flows/capture=x%2F{name}/part-0-of-{name}.parquet" for name in ("gw", "gw-2"))
    with OutputFolder(tmp_path) as out:
        for name, file in (("gw", kept), ("gw-2", lost)):
            out.begin()
            with Part(tmp_path, name) as part, part.binary(file) as data:
                data.write(b"PAR1")
            if name == "gw":
                out.take(part.written)
        with suppress(KeyboardInterrupt), Part(tmp_path, "gw-2") as part, part.binary(lost.replace("flows", "events")):
            raise KeyboardInterrupt
        out.keep_parts({"gw"})
    assert set(outputs(tmp_path)) == {kept}
    assert files(tmp_path) == {kept, MANIFEST}
    assert [path.name for path in (tmp_path / "dataset").iterdir()] == ["flows"]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("gw/report.html", "gw"),
        ("gw/tables/x.csv.gz", "gw"),
        ("dataset/flows/capture=x/part-0-of-gw-of-x.1.parquet", "gw-of-x.1"),
        ("dataset/flows/capture=x/part-0.parquet", "dataset"),
        ("index.html", None),
        ("dataset/../part-0-of-gw.parquet", None),
        ("dataset/flows/capture=x/part-0-of-../x.parquet", None),
    ],
)
def test_whose_a_file_is(name: str, folder: str | None) -> None:
    assert folder_of(name) == folder


def test_what_a_part_will_write_is_noted_at_once_before_anything_is_begun(tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as out:
        out.begin()
        with Part(tmp_path, "a") as part:
            part.note(["report.html", "tables/x.csv"], ["dataset/flows/capture=a/part-0-of-a.parquet"])
            noted = (tmp_path / JOURNAL).read_bytes()
            assert noted.decode().splitlines()[1:] == [
                "a/report.html",
                "a/tables/x.csv",
                "dataset/flows/capture=a/part-0-of-a.parquet",
            ]
            assert not (tmp_path / "a").exists()
            part.note(["report.html"])
            with part.text("report.html") as file:
                file.write("x")
            assert (tmp_path / JOURNAL).read_bytes() == noted
            with part.text("failures.csv") as file:
                assert (tmp_path / JOURNAL).read_bytes() == noted + b"\na/failures.csv"
                file.write("x")


def test_what_parts_of_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    """The run is gone, its journal has what another process wrote of it."""
    with OutputFolder(tmp_path) as out, out.text("index.html"):
        write_part(tmp_path, "gw", "report.html")
        journal = (tmp_path / JOURNAL).read_bytes()
    (tmp_path / JOURNAL).write_bytes(journal)
    assert "gw/report.html" in files(tmp_path)
    write(tmp_path, "new.html")
    assert files(tmp_path) == {"new.html", MANIFEST}


def test_a_part_that_is_written_again_leaves_nothing_of_a_process_that_was_killed_at_it(tmp_path: Path) -> None:
    with OutputFolder(tmp_path), Part(tmp_path, "gw") as part:
        for name, opened in (("gw/report.html", part.text("report.html")), ("gw/part.bin", part.binary("gw/part.bin"))):
            begun = Path(beside(str(tmp_path / name)))
            begun.parent.mkdir(exist_ok=True)
            begun.write_text("begun")
            with opened as file:
                file.write("x" if name.endswith("html") else b"x")  # type: ignore[arg-type, unused-ignore]
        assert {path.name for path in (tmp_path / "gw").iterdir()} == {"report.html", "part.bin"}


def test_a_part_is_written_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    out = tmp_path / "out"
    with OutputFolder(out):
        (out / "gw").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(OutputError, match=r"gw: cannot be written \(it is a link"):
            write_part(out, "gw", "report.html")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_private_parts_are_their_owners(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "out", private=True) as out:
        out.take(write_part(out.path, "gw", "report.html", private=out.private))
        assert (out.path / "gw" / "report.html").stat().st_mode & 0o777 == 0o600


def test_private_outputs_are_their_owners(tmp_path: Path) -> None:
    for private, expected in ((True, {0o600}), (False, {0o644})):
        umask = os.umask(0o022)
        try:
            with OutputFolder(tmp_path / str(private), private=private) as out, out.text("a/report.html") as file:
                file.write("x")
        finally:
            os.umask(umask)
        folder = tmp_path / str(private)
        assert {(folder / name).stat().st_mode & 0o777 for name in files(folder)} == expected


def test_a_full_disk_is_noticed_before_a_file_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", lambda _, data: len(data) - 1)
    with pytest.raises(OutputError, match="No space left"):
        write(tmp_path, "a.html")
    assert files(tmp_path) == set()


def test_a_manifest_that_cannot_be_written_leaves_the_journal_and_hides_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OutputError("manifest.json", "No space left on device")

    def run(fault: bool) -> None:
        with OutputFolder(tmp_path) as out:
            with out.text("a.html") as file:
                file.write("whole")
            monkeypatch.setattr(out, "_write_manifest", fail)
            if fault:
                raise ValueError("fault")

    with pytest.raises(OutputError, match="No space left"):
        run(fault=False)
    assert files(tmp_path) == {"a.html", JOURNAL}
    with pytest.raises(ValueError, match="fault"):
        run(fault=True)
    assert files(tmp_path) == {"a.html", JOURNAL}
    write(tmp_path, "b.html")
    assert files(tmp_path) == {"b.html", MANIFEST}


@pytest.mark.parametrize(("number", "goes_on"), [(errno.ENOLCK, True), (errno.EOPNOTSUPP, True), (errno.EIO, False)])
def test_only_a_file_system_without_locks_goes_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, goes_on: bool
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def flock(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    if goes_on:
        write(tmp_path, "a.html")
        assert files(tmp_path) == {"a.html", MANIFEST}
    else:
        with pytest.raises(OutputError, match=os.strerror(number)):
            write(tmp_path, "a.html")


def test_a_journal_that_its_run_has_just_removed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between opening and locking it the run that held it ended."""
    fcntl = pytest.importorskip("fcntl")
    flock, removed = fcntl.flock, []

    def remove(*words: int) -> None:
        if not removed:
            removed.append(True)
            (tmp_path / JOURNAL).unlink()
        flock(*words)

    monkeypatch.setattr(fcntl, "flock", remove)
    write(tmp_path, "a.html")
    assert files(tmp_path) == {"a.html", MANIFEST}
