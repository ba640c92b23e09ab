"""`verify`."""

import json
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.conftest import FIXTURES

CAPTURES = [str(FIXTURES / name / "capture.pcap") for name in ("ikev2-rekey", "ikev2-psk-gcm")]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    assert run("report", *CAPTURES, "-o", tmp_path / "out").exit_code == 0
    return tmp_path / "out"


def test_as_it_was_written(made: Path) -> None:
    done = run("verify", made)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "2 captures as read" in done.stdout
    assert "since" not in done.stdout


def test_what_is_not_is_named_and_the_code_is_1(made: Path) -> None:
    changed = made / "ikev2-rekey" / "report.html"
    changed.write_bytes(changed.read_bytes() + b"<!-- -->")
    (made / "failures.csv").unlink()
    (made / "\u202enotes.txt").touch()
    done = run("verify", made)
    assert done.exit_code == 1
    assert [line.strip() for line in done.stdout.splitlines()[4:]] == [
        "changed since: ikev2-rekey/report.html",
        "missing: failures.csv",
        r"not written by this run: \u202enotes.txt",
    ]
    rows = json.loads(run("verify", made, "--format", "json").stdout)
    assert [row["path"] for row in rows if row["state"] == "changed"] == ["ikev2-rekey/report.html"]
    assert {row["state"] for row in rows if row["role"] == "input"} == {"same"}


def test_more_than_anyone_reads_are_counted(made: Path) -> None:
    for number in range(25):
        (made / f"{number}.txt").touch()
    done = run("verify", made)
    assert (done.exit_code, "not written by this run: 5 more" in done.stdout) == (0, True)


def test_a_folder_without_manifest_is_3_and_the_others_are_looked_at(made: Path, tmp_path: Path) -> None:
    done = run("verify", tmp_path, made)
    assert done.exit_code == 3
    assert "there is no manifest.json in it" in done.stderr
    assert "2 captures as read" in done.stdout
