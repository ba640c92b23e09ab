from analyzer.dissect import Around, Opening, dissect
from analyzer.dissect.surroundings import Fragments
from tests.isakmp.wire import find, message


def test_fragments_that_are_not_in_the_capture() -> None:
    data = message((53, bytes.fromhex("00020004") + bytes(40)), exchange=35)

    def meaning(*known: int) -> str:
        return find(dissect(data, 0, Around(fragments=Fragments(known))), "total_fragments").meaning

    assert meaning(1, 2, 3, 4) == "all are in this capture"
    assert meaning(2, 4) == "not in this capture: 1, 3"
    assert meaning() == ""


def test_frames_of_the_fragments_and_what_they_make() -> None:
    data = message((53, bytes.fromhex("00020002") + bytes(40)), exchange=35)
    around = Around(fragments=Fragments({1, 2}, (4, 7)), opened=Opening(400, True, 900))
    told = find(dissect(data, 0, around), "total_fragments").meaning
    assert told == "all are in this capture; in frames 4, 7; put together with this one: 900 bytes of payloads"
    earlier = around._replace(opened=Opening(400, verified=True), completed_in=9)
    told = find(dissect(data, 0, earlier), "total_fragments").meaning
    assert told == "all are in this capture; in frames 4, 7; all were there with frame 9"
    some = Around(fragments=Fragments({2}, range(30)))
    told = find(dissect(data, 0, some), "total_fragments").meaning
    assert told.startswith("not in this capture: 1; the others in frames 0, 1, ")
    assert told.endswith(" 19 and more")


def test_cisco_fragments_and_what_they_make() -> None:
    data = message((132, bytes.fromhex("0001 02 00") + b"data"), version=0x10, exchange=2, flags=0)

    def meaning(known: set[int], total: int | None, whole: str = "") -> str:
        frames = tuple(10 + number for number in sorted(known))
        around = Around(fragments=Fragments(known, frames), fragment_total=total, whole=whole)
        return find(dissect(data, 0, around), "fragment_id").meaning

    assert meaning({1, 2}, 2, "together 90 bytes") == "all are in this capture; in frames 11, 12; together 90 bytes"
    assert meaning({2}, None) == "not in this capture: 1, the last one; the others in frames 12"
    assert meaning({2, 4}, 4) == "not in this capture: 1, 3; the others in frames 12, 14"
    assert find(dissect(data), "fragment_id").meaning == ""
