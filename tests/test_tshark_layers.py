"""What stands behind every layer, and in every container, is what tshark finds there, or it is said why not.

One capture with an interface for each link type; the answers are those of tests/capture/layers/tshark.csv, which
docs/encapsulations.md shows.
"""

import shutil
from pathlib import Path

import pytest

import analyzer
from tests.capture.layers.tshark import FOUND, NOT_FOUND, asked, files, frames, recorded, version, write_frames

OPENED = [frame for frame in frames() if frame.table != "not opened"]


def minor(text: str) -> list[str]:
    return text.split(".")[:2]


@pytest.mark.skipif(
    not (shutil.which("tshark") and shutil.which("capinfos")), reason="tshark and capinfos are not installed"
)
def test_recorded_answers_are_those_of_tshark(tmp_path: Path) -> None:
    asked_then, answers = recorded()
    now, then = asked(tmp_path), {key: answer.answer for key, answer in answers.items()}
    if minor(version()) == minor(asked_then):
        assert now == then, "python -m tests.capture.layers.tshark records them anew"
    else:  # another version may find more
        assert [key for key, answer in then.items() if answer == FOUND and now[key] != FOUND] == []


def test_every_frame_has_an_answer_and_every_difference_a_reason() -> None:
    _, answers = recorded()
    every = [(frame.layer, frame.name) for frame in frames()] + [(table, name) for table, name, _ in files()]
    assert list(answers) == every
    opened = {(frame.layer, frame.name) for frame in OPENED}
    assert {key for key in opened if answers[key].answer == NOT_FOUND} == {key for key in every if answers[key].note}


def test_what_is_said_to_be_opened_is(tmp_path: Path) -> None:
    ours = analyzer.read_pcap(write_frames(tmp_path, OPENED)).messages
    assert ours["frame_number"].tolist() == list(range(1, len(OPENED) + 1))
