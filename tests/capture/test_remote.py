"""Captures in a store: an S3 server on this machine, and files by their URLs."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from moto.server import ThreadedMotoServer

import analyzer
from analyzer.capture import remote
from analyzer.capture.given import is_url
from analyzer.capture.remote import captures_below, fetched, size_of, without_secrets
from analyzer.capture.source import Source
from analyzer.errors import CaptureError
from tests.cli.running import FAILED, HEALTHY, run


@pytest.fixture(scope="module")
def store() -> Iterator[Any]:
    """An S3 store with two captures and another file, which the environment says how to reach."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patched:
        for name, value in (
            ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ):
            patched.setenv(name, value)
        fsspec.config.conf.clear()
        system = fsspec.filesystem("s3", skip_instance_cache=True)
        system.mkdir("captures")
        system.put_file(str(FAILED), "captures/a/failed.pcap")
        system.put_file(str(HEALTHY), "captures/a/healthy.pcap")
        system.pipe_file("captures/notes.txt", b"no capture")
        yield system
    server.stop()


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    yield
    remote._temporary.cache_clear()


def test_what_is_a_url() -> None:
    assert all(map(is_url, ("s3://bucket/x.pcap", "https://h/x", "FILE:///x", "abfs://c@a/x")))
    assert not any(map(is_url, ("x.pcap", "/x://y", "a:/b", "c:\\x", "", "://x", "archive.zip/x")))


def test_reports_of_captures_in_a_store_are_those_of_the_files(store: object, tmp_path: Path) -> None:
    done = run("report", "s3://captures/a/", "-o", tmp_path / "out", "--jobs", "1")
    assert done.exit_code == 0, done.stderr
    assert "s3://captures/a/failed.pcap: IKEv2 from 192.0.2.10 to 192.0.2.20 failed in IKE_AUTH" in done.stderr
    for name, capture in (("failed", FAILED), ("healthy", HEALTHY)):
        shutil.copy(capture, tmp_path / f"{name}.pcap")
    run("report", tmp_path / "failed.pcap", tmp_path / "healthy.pcap", "-o", tmp_path / "local", "--jobs", "1")
    for name in ("failed", "healthy"):
        mine, its = ((tmp_path / out / name) for out in ("out", "local"))
        assert [path.name for path in sorted(mine.rglob("*"))] == [path.name for path in sorted(its.rglob("*"))]
        for path in its.rglob("*.csv"):
            far = f"s3://captures/a/{name}.pcap"
            found = (mine / path.relative_to(its)).read_text().replace(far, str(tmp_path / f"{name}.pcap"))
            assert found == path.read_text(), "also the SHA-256 and the size"
    assert '<span class="anchor" id="n1-f' in (tmp_path / "out" / "failed" / "report.html").read_text("utf-8")


def test_a_worker_fetches_them_itself(store: object, tmp_path: Path) -> None:
    from distributed import Client

    with Client(n_workers=1, processes=False, threads_per_worker=1, dashboard_address="127.0.0.1:0") as client:
        found = analyzer.read_folder("s3://captures/a/*.pcap", tmp_path / "many", client)
    assert found.captures["capture"].tolist() == ["s3://captures/a/failed.pcap", "s3://captures/a/healthy.pcap"]


def test_what_a_url_stands_for(store: object) -> None:
    assert captures_below("s3://captures/x.pcap") == ["s3://captures/x.pcap"], "whether it is there or not"
    assert captures_below("s3://captures/") == [
        "s3://captures/a/failed.pcap",
        "s3://captures/a/healthy.pcap",
        "s3://captures/notes.txt",
    ]
    assert captures_below("s3://captures/*/h*") == ["s3://captures/a/healthy.pcap"]
    with pytest.raises(CaptureError, match="s3://captures/none/: no capture is there"):
        captures_below("s3://captures/none/")


def test_no_capture_below_a_url_is_left_out(store: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.capture.remote._MOST_NAMED", 2)
    with pytest.raises(CaptureError, match="stands for more than 2 captures"):
        captures_below("s3://captures/")


def test_what_cannot_be_read_is_named(store: object, tmp_path: Path) -> None:
    words = ["s3://captures/notes.txt", "s3://captures/none.pcap", "nothing://x/y", "s3://captures/a/failed.pcap"]
    done = run("report", *words, "-o", tmp_path / "out", "--jobs", "1")
    assert done.exit_code == 3
    assert [line.partition(": ")[2].split(":")[0] for line in done.stderr.splitlines() if "error" in line]
    assert "s3://captures/none.pcap: there is no such file" in done.stderr
    assert "nothing://x/y: is a URL, and what reads it is not installed" in done.stderr or (
        "nothing://x/y: cannot be fetched (ValueError: Protocol not known: nothing" in done.stderr
    )
    assert (tmp_path / "out" / "failed" / "report.html").is_file()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:zqx9@host/x.pcap", "https://host/x.pcap"),
        ("https://host/x.pcap?X-Amz-Signature=zqx9&b=1", "https://host/x.pcap?..."),
        ("s3://key:zqx9@bucket/x", "s3://bucket/x"),
    ],
)
def test_urls_with_credentials_are_refused_without_them(url: str, shown: str, tmp_path: Path) -> None:
    assert without_secrets(url) == shown
    assert without_secrets("https://host/x.pcap?part=1") == "https://host/x.pcap?part=1"
    done = run("report", url, FAILED, "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert f"error: {shown}: has credentials in it, which every table would show" in done.stderr
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert b"zqx9" not in (done.stderr + done.stdout).encode() + written
    with pytest.raises(CaptureError, match="has credentials in it"):
        fetched(url)


def test_it_is_fetched_once_and_read_as_often_as_wanted(tmp_path: Path) -> None:
    shutil.copy(FAILED, tmp_path / "x.pcap")
    url = f"file://{tmp_path}/x.pcap"
    first, second = fetched(url), fetched(url)
    (tmp_path / "x.pcap").unlink()
    assert first.read() == second.read() == FAILED.read_bytes()
    assert first.stored_bytes == first.size_bytes == FAILED.stat().st_size
    assert Source(url).total_bytes == FAILED.stat().st_size
    remote._temporary.cache_clear()
    with pytest.raises(CaptureError, match="there is no such file"):
        fetched(url)
    assert size_of(url) is None


def test_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_LEAVE", 1 << 60)
    with pytest.raises(CaptureError, match=r"has no room in .*TMPDIR"):
        fetched(f"file://{FAILED}")


def test_without_fsspec(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(CaptureError, match="is a URL, and what reads it is not installed"):
        fetched("s3://bucket/x")


def test_a_file_that_is_called_like_a_url_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s3:" / "bucket").mkdir(parents=True)
    shutil.copy(FAILED, tmp_path / "s3:" / "bucket" / "x.pcap")
    assert os.path.isfile("s3://bucket/x.pcap")  # noqa: PTH113
    assert run("summary", "s3://bucket/x.pcap").exit_code == 0
