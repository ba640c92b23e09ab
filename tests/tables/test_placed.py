from analyzer.capture.placed_frame import PlacedFrame
from analyzer.tables.placed import Placed, file_column, of_frames
from tests.capture.test_placed_frame import two_files


def test_columns_of_frames_and_of_their_files_go_by_name() -> None:
    frames = ["frame_number", "last_frame", "evidence_frames", "samples", "retransmission_of"]
    assert list(filter(of_frames, [*frames, "fragments_missing", "flow"])) == frames
    names = {"last_frame": "last_capture", "evidence_frames": "evidence_captures", "samples": "samples_capture"}
    assert {name: file_column(name) for name in names} == names


def test_rows_know_the_set_that_they_are_about() -> None:
    placed, first, second = Placed(), two_files(), two_files()
    placed.add(2, 4, first)
    placed.add(4, 5, second)
    assert list(placed.between(0, 7)) == [0, 0, 1, 1, 2, 0, 0]
    assert list(placed.between(6, 8)) == [0, 0]
    assert list(placed.at([4, 0, 9, 2]).between(0, 4)) == [2, 0, 0, 1]
    placed.add(3, 4, second)  # rows that were cut off came again
    assert list(placed.between(0, 5)) == [0, 0, 1, 3, 0]


def test_numbers_and_lists_become_frames_of_their_set() -> None:
    placed, places = Placed(), two_files()
    placed.add(1, 4, places)
    made = placed.frames([5, 5, None, (1, 5), 5], placed.between(0, 5))
    assert [str(cell) for cell in made] == ["5", "2 of b/one.pcap", "None", "(1 of a/one.pcap, 2 of b/one.pcap)", "5"]
    assert isinstance(made[1], PlacedFrame)
