import errno
import gzip
import pickle
from functools import partial
from pathlib import Path

import pytest

from analyzer.batch.work import Job, Result, read_from, work
from analyzer.capture.sets import CaptureSet
from analyzer.errors import CaptureError, InternalError, KeyFileError, OutputError
from tests.batch.jobs import HOW, outcomes, raised
from tests.cli.running import FAILED, HEALTHY


def test_what_is_made_of_a_capture() -> None:
    job = Job(HOW, outcomes, {"negotiations": None})
    assert work(job, str(FAILED)) == Result(str(FAILED), [(1, "failed")])


def test_with_a_filter_it_is_made_of_what_matches() -> None:
    job = Job(HOW._replace(where="outcome == failed"), outcomes, {"negotiations": ("outcome",)})
    assert work(job, str(FAILED)).value == [(1, "failed")]
    assert work(job, str(HEALTHY)).value == []


def test_numbers_go_on_only_where_they_run_through() -> None:
    told: list[int] = []

    def before(negotiations: int) -> int:
        told.append(negotiations)
        return 41

    assert work(Job(HOW, outcomes), str(HEALTHY), before).value == [(1, "established")]
    assert work(Job(HOW, outcomes, through=True), str(HEALTHY), before).value == [(42, "established")]
    assert told == [1]


def test_a_capture_that_cannot_be_read_is_a_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = work(Job(HOW, outcomes), str(tmp_path / "gone.pcap"))
    assert isinstance(result.error, CaptureError)
    assert result.value is None

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("analyzer.reading.next_batch", fails)
    assert str(work(Job(HOW, outcomes), str(FAILED)).error) == f"{FAILED}: cannot be read (Input/output error)"


def test_a_fault_of_ours_is_a_result() -> None:
    job = Job(HOW, partial(raised, errors={"capture": ValueError("secret")}))
    error = work(job, str(FAILED)).error
    assert isinstance(error, InternalError)
    assert "secret" not in str(error)


@pytest.mark.parametrize("error", [OutputError("x", "full"), KeyFileError("k"), KeyboardInterrupt()])
def test_what_is_not_about_the_capture_is_raised(error: BaseException) -> None:
    with pytest.raises(type(error)):
        work(Job(HOW, partial(raised, errors={"capture": error})), str(FAILED))


def test_reading_that_stopped_at_its_limit_is_said_even_of_a_capture_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.capture.source.FREE_EXPANSION", 1 << 16)
    capture = tmp_path / "bomb.pcap.gz"
    capture.write_bytes(gzip.compress(FAILED.read_bytes() + bytes(4 << 20)))
    how = HOW._replace(max_expansion=2)
    assert work(Job(how, outcomes), str(capture)).stopped
    result = work(Job(how, partial(raised, errors={"bomb.pcap": ValueError()})), str(capture))
    assert result.stopped
    assert result.error is not None
    assert not work(Job(HOW, outcomes), str(FAILED)).stopped


def test_what_fails_while_a_capture_is_read_is_the_capture() -> None:
    with pytest.raises(CaptureError, match=r"x\.pcap: cannot be read"), read_from("x.pcap"):
        raise OSError(errno.EIO, "Input/output error")


def test_what_of_a_set_could_not_be_read_is_said(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("no capture")
    captures = CaptureSet([[str(FAILED), str(text)]])
    result = work(Job(HOW, outcomes), captures)
    assert result.value == [(1, "failed")]
    assert [error.path for error in pickle.loads(pickle.dumps(result)).unread] == [str(text)]
