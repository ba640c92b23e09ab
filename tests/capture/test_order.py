"""Beginnings of datagrams whose other fragments never came: in their places."""

from collections.abc import Iterable, Iterator

import pytest

from analyzer.capture import order
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import Datagram
from analyzer.capture.decoder import Item, Packet, PacketDecoder
from analyzer.capture.fragments import Partial
from analyzer.capture.ledger import Ledger
from tests.capture.packets import ethernet, ike_frame, ipv4, isakmp, udp
from tests.isakmp.wire import chain

WHOLE = udp(500, 500, isakmp(bytes(2000), exchange=35, next_payload=46))
NONCE = isakmp(chain((40, bytes(1000))))
LARGE = ike_frame(NONCE)
SECOND = 10**9


def first(identification: int = 1) -> bytes:
    return ethernet(ipv4(17, WHOLE[:1480], fragment=0x2000, identification=identification))


def last(identification: int = 1) -> bytes:
    return ethernet(ipv4(17, WHOLE[1480:], fragment=185, identification=identification))


class Reading:
    """A decoder over frames, a second apart or as told; what came out so far is in `out`."""

    def __init__(self, frames: Iterable[bytes], apart_s: int = 1) -> None:
        self.decoder = PacketDecoder((500, 4500), Ledger(), Damage())
        self.fed = 0
        self.out: list[tuple[int, int]] = []  # frame, and how many frames had been read when it came out
        for item in order.in_order(self._decoded(frames, apart_s), self.decoder.fragments):
            self.out.append((item.frame_number, self.fed))

    def _decoded(self, frames: Iterable[bytes], apart_s: int) -> Iterator[Item | Partial]:
        for frame in frames:
            self.fed += 1
            yield from self.decoder.decode(Packet(self.fed, self.fed * apart_s * SECOND, 1, frame, len(frame)))
        yield from self.decoder.finish()

    @property
    def frames(self) -> list[int]:
        return [frame for frame, _ in self.out]


def test_without_fragments_nothing_waits() -> None:
    assert Reading([ike_frame()] * 3).out == [(1, 1), (2, 2), (3, 3)]


def test_a_beginning_is_in_its_place_and_what_follows_behind_it() -> None:
    assert Reading([ike_frame(), first(), ike_frame(), first(2), ike_frame()]).frames == [1, 2, 3, 4, 5]


def test_what_is_whole_is_where_it_was_completed() -> None:
    assert Reading([first(), ike_frame(), last(), ike_frame()]).out == [(2, 3), (3, 3), (4, 4)]


def test_two_that_wait() -> None:
    assert Reading([first(), first(2), ike_frame(), last(2), last()]).frames == [3, 4, 5]
    assert Reading([first(), first(2), ike_frame(), last()]).frames == [2, 3, 4]


def test_nobody_waits_longer_than_a_minute() -> None:
    reading = Reading([first(), *[ike_frame()] * 5], apart_s=25)
    assert reading.out == [(1, 4), (2, 4), (3, 4), (4, 4), (5, 5), (6, 6)]


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "MAX_WAITING", 3)
    reading = Reading([first(), *[ike_frame()] * 5], apart_s=0)
    assert reading.out == [(1, 4), (2, 4), (3, 4), (4, 4), (5, 5), (6, 6)]


def test_what_waits_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "MAX_BYTES", 3 * len(NONCE))
    assert Reading([first(), *[LARGE] * 3, ike_frame()], apart_s=0).out[0] == (1, 5)
    reading = Reading([first(), *[LARGE] * 5], apart_s=0)
    assert reading.out == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5), (6, 6)]


def test_several_are_given_up_until_what_waits_is_within_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "MAX_BYTES", 1000)
    reading = Reading([first(), first(2), first(3), LARGE, first(4)], apart_s=0)
    assert reading.out == [(1, 4), (2, 4), (3, 4), (4, 4), (5, 5)]


def test_what_was_handed_on_counts_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound that is never passed at once does not add up over several that wait."""
    monkeypatch.setattr(order, "MAX_BYTES", 2500)
    frames = [frame for number in range(1, 9) for frame in (first(number), LARGE, last(number))]
    reading = Reading(frames, apart_s=0)
    assert reading.frames == [frame for frame in range(1, 25) if frame % 3 != 1]


def test_a_reading_that_stops() -> None:
    decoder = PacketDecoder((500, 4500), Ledger(), Damage())
    frame = first()
    items = list(order.in_order(decoder.decode(Packet(1, 0, 1, frame, len(frame))), decoder.fragments))
    assert [i.frame_number for i in items if isinstance(i, Datagram)] == [1]
