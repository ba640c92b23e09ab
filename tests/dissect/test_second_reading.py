from pathlib import Path

import pytest

from analyzer.capture import read_frames
from analyzer.decryption.keyfile import load_keys
from analyzer.dissect import second_reading
from analyzer.dissect.second_reading import Seen, read_again
from analyzer.negotiation.follow.placed import Placed
from analyzer.negotiation.tracker import Tracker
from tests.capture.packets import HOST_A, HOST_B, ethernet, ipv4, pcap, udp
from tests.dissect.test_frames import ANOTHER, OFFER, pieces
from tests.fixtures.cases import case

PORTS = (500, 4500)


def capture(tmp_path: Path, messages: list[bytes]) -> str:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ethernet(ipv4(17, udp(500, 500, data), HOST_A, HOST_B)) for data in messages]))
    return str(path)


def seen(path: str, *frames: int) -> dict[int, Seen]:
    found = read_again(path, read_frames(path, frames, PORTS, None), PORTS, None, None)
    return {number: what for (number, _), what in found.items()}


def fed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Frames that a tracker is given from now on."""
    numbers: list[int] = []
    feed = Tracker.feed

    def counted(self: Tracker, item: object, message: object) -> Placed:
        numbers.append(item.frame_number)  # type: ignore[attr-defined]
        return feed(self, item, message)  # type: ignore[arg-type]

    monkeypatch.setattr(second_reading.Tracker, "feed", counted)
    return numbers


def test_it_ends_with_the_last_frame_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path, read = capture(tmp_path, [OFFER, ANOTHER, OFFER, OFFER]), fed(monkeypatch)
    assert list(seen(path, 2)) == [2]
    assert read == [1, 2]


def test_it_goes_on_until_the_set_of_a_fragment_is_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first, second, third = pieces(OFFER, 1, (100, 200))
    path, read = capture(tmp_path, [first, second, ANOTHER, third, ANOTHER, ANOTHER]), fed(monkeypatch)
    found = seen(path, 1)[1].pieces
    assert found is not None
    assert (found.completed_in, found.whole) == (4, OFFER)
    assert read == [1, 2, 3, 4]


def test_a_set_that_never_becomes_whole_is_looked_for_to_the_end(tmp_path: Path) -> None:
    first, second, _ = pieces(OFFER, 1, (100, 200))
    found = seen(capture(tmp_path, [first, ANOTHER, second]), 1)[1].pieces
    assert found is not None
    assert (found.frames, found.completed_in, found.whole) == ({1: 1, 2: 3}, None, None)


def test_without_keys_nothing_is_opened() -> None:
    at = case("ikev2-psk-gcm")
    path = str(at.capture)
    frames = read_frames(path, range(1, 50), PORTS, None)
    opened = read_again(path, frames, PORTS, load_keys(str(at.keys)), None)
    assert any(what.inside is not None for what in opened.values())
    closed = read_again(path, frames, PORTS, None, None)
    assert closed.keys() == opened.keys()
    assert all(what.inside is None for what in closed.values())
