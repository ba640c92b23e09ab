"""The name of several captures that are read as one."""

import io
import os
import pickle
from pathlib import Path

import pytest

from analyzer.capture.given import Given
from analyzer.capture.sets import CaptureSet, check_file, name_of
from analyzer.errors import CaptureError


@pytest.mark.parametrize(
    ("paths", "name"),
    [
        (["/a/b/part0.pcap", "/a/b/part1.pcap", "/a/b/part2.pcap"], "/a/b/part*.pcap (3 captures)"),
        (["/a/dump.pcap", "/a/dump.pcap1"], "/a/dump.pcap* (2 captures)"),
        (["x1.pcap", "x11.pcap"], "x1*.pcap (2 captures)"),
        (["/a/x.pcap", "/a/y.pcap"], "/a/x.pcap and 1 more"),
        (["/a/x.pcap", "/b/y.pcapng", "z"], "/a/x.pcap and 2 more"),
        (["/a/x.pcap"], "/a/x.pcap (1 capture)"),
    ],
)
def test_it_is_named_by_what_its_captures_have_in_common(paths: list[str], name: str) -> None:
    made = CaptureSet([paths], "the names follow each other")
    assert (made, made.members, made.chains) == (name, tuple(paths), (tuple(paths),))
    assert made.why == "the names follow each other"
    assert CaptureSet([[path] for path in paths]).members == tuple(paths)


def test_a_single_capture_is_named_by_its_path_and_none_not_at_all() -> None:
    assert (name_of(["/a/x.pcap"]), name_of([])) == ("/a/x.pcap", "")


def test_two_sets_have_two_names() -> None:
    first = CaptureSet([["a1", "a2"]])
    second = CaptureSet([["a3", "a4"]], taken=[first])
    assert (first, second) == ("a* (2 captures)", "a* (2 captures) 2")
    assert CaptureSet([["a5", "a6"]], taken=[first, second]) == "a* (2 captures) 3"


def test_it_goes_to_another_process_with_its_name() -> None:
    made = CaptureSet([["a1", "a2"], ["a3"]], "two taps", ["a* (3 captures)"], ["a4 is missing"])
    other = pickle.loads(pickle.dumps(made))
    assert (other, other.chains, other.members, other.why) == (made, made.chains, made.members, "two taps")
    assert other.missing == ("a4 is missing",)
    assert type(other) is CaptureSet


def test_what_is_no_set() -> None:
    with pytest.raises(ValueError, match="names each file once: a, a"):
        CaptureSet([["a"], ["a"]])
    with pytest.raises(ValueError, match="names each file once"):
        CaptureSet([[], []])
    with pytest.raises(CaptureError, match="standard input"):
        CaptureSet([["a", "-"]])
    assert len(CaptureSet([[str(number)] for number in range(255)]).chains) == 255
    with pytest.raises(CaptureError, match="has 256 captures that ran at the same time"):
        CaptureSet([[str(number)] for number in range(256)])


def test_what_cannot_be_read_twice_is_no_part_of_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (str(tmp_path / "fifo"), "/dev/null"):
        with pytest.raises(CaptureError, match="is no file"):
            check_file(path)
    (tmp_path / "file").touch()
    for path in (str(tmp_path / "file"), "/nowhere", Given(io.BytesIO()), "\0"):
        check_file(path)
