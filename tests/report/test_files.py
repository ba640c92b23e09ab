"""An output that cannot be written names its file."""

import errno
from pathlib import Path

import pytest

from analyzer.analysis import read_pcap
from analyzer.errors import OutputError
from analyzer.report.files import writing
from tests.cli.running import FAILED


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
