"""First messages without an answer while messages arrive: what is packed, and what brings it back."""

import pytest

from analyzer.capture.datagram import Datagram, IcmpError
from analyzer.isakmp import decode
from analyzer.negotiation.follow import half_open
from analyzer.negotiation.follow.half_open import MOST_REPEATS
from analyzer.negotiation.follow.packed import ROW, TAKEN
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.tracker import Tracker
from tests.negotiation.build import ZERO, datagram, init_answer, init_notify, init_request, main_1
from tests.work import lines_run

TARGET = "192.0.2.20"
SECOND = 10**9


def spi(number: int) -> str:
    return f"{number:016x}"


class Capture:
    def __init__(self, most: int = 2) -> None:
        self.tracker = Tracker("some.pcap", most=most)
        self.frame = 0

    def say(self, data: bytes, source: str, target: str = TARGET, *, at: float | None = None) -> object:
        self.frame += 1
        time = round((self.frame / 10 if at is None else at) * SECOND)
        one = datagram(data)._replace(frame_number=self.frame, time_ns=time, src_ip=source, dst_ip=target)
        return self.tracker.feed(one, decode(data))

    def ask(self, number: int, source: str | None = None, **how: float) -> object:
        return self.say(init_request(spi=spi(number)), source or f"10.0.{number >> 8}.{number & 255}", **how)

    def packed(self) -> list[int]:
        found = self.tracker.half_open.packed
        return [
            r.row.number
            for half in found.halves
            for r in found.records(half, range(0, len(half.rows), ROW.size))
            if r.row.state != TAKEN
        ]

    def end(self) -> list[Negotiation]:
        return self.tracker.finish([], [], 0, round(self.frame / 10 * SECOND)).negotiations


def test_beyond_the_bound_a_new_one_is_packed() -> None:
    capture = Capture()
    placed = [capture.ask(number) for number in range(1, 6)]
    assert [(p.negotiation, p.packed) for p in placed] == [(1, False), (2, False), (3, True), (4, True), (5, True)]
    assert capture.packed() == [3, 4, 5]


def test_one_that_is_answered_makes_room() -> None:
    capture = Capture()
    capture.ask(1)
    capture.ask(2)
    capture.say(init_answer(spis=(spi(1), spi(99))), TARGET, "10.0.0.1")
    assert not capture.ask(3).packed
    assert capture.ask(4).packed


def test_an_answer_makes_it_a_negotiation() -> None:
    capture = Capture()
    for number in range(1, 6):
        capture.ask(number)
    placed = capture.say(init_answer(spis=(spi(4), spi(99))), TARGET, "10.0.0.4")
    assert placed.negotiation == 4
    assert capture.packed() == [3, 5]
    ((one, _, where),) = capture.tracker.unpacked
    assert (one.frame_number, where.negotiation, where.packed) == (4, 4, False)
    (n,) = [n for n in capture.end() if n.responder_spi == spi(99)]
    assert (n.number, n.first_frame, n.initiator_ip) == (1, 4, "10.0.0.4")


@pytest.mark.parametrize("protocol", ["udp", "esp"])
def test_an_icmp_error_does_so_if_it_quotes_it(protocol: str) -> None:
    capture = Capture()
    for number in range(1, 6):
        capture.ask(number)
    quoted = bytes.fromhex(spi(4)) + bytes(8)
    error = IcmpError(9, 0, TARGET, 3, 3, "port-unreachable", None, "10.0.0.4", 500, TARGET, 500, quoted, protocol)
    capture.tracker.icmp(error._replace(src_ip="10.0.0.9"))
    assert capture.packed() == [3, 4, 5]
    capture.tracker.icmp(error)
    assert capture.packed() == ([3, 5] if protocol == "udp" else [3, 4, 5])


def test_retransmissions_are_packed_too_and_only_a_few() -> None:
    capture = Capture()
    for number in range(1, 4):
        capture.ask(number)
    again = [capture.ask(3, at=1 + i) for i in range(MOST_REPEATS)]
    assert [p.retransmission_of for p in again] == [3] * MOST_REPEATS
    assert [p.packed for p in again] == [*[True] * (MOST_REPEATS - 1), False]
    assert {p.negotiation for p in again} == {3}


def test_copies_are_told_from_retransmissions_as_ever() -> None:
    packed, plain = Capture(0), Capture(100)
    for capture in (packed, plain):
        capture.ask(1)
    for at in (0.101, 0.15, 0.3, 5.0, 5.01):
        mine, others = packed.ask(1, at=at), plain.ask(1, at=at)
        assert mine == others._replace(packed=True)


def test_a_message_of_others_under_the_same_spi_brings_nothing_back() -> None:
    capture = Capture()
    for number in range(1, 5):
        capture.ask(number)
    capture.say(init_answer(spis=(spi(4), spi(99))), "203.0.113.1", "203.0.113.2")
    capture.say(main_1(spi=spi(4)), "203.0.113.3")
    assert 4 in capture.packed()
    capture.say(init_notify(14, spis=(spi(3), ZERO)), TARGET, "10.0.0.3")
    assert 3 not in capture.packed()


def test_one_spi_of_very_many_sources_is_packed() -> None:
    """As is one message that they all send: three sights of it may be a NAT's, more are a tool's."""
    capture = Capture()
    same = [capture.ask(7, f"10.1.{i >> 8}.{i & 255}") for i in range(300)]
    assert sum(p.packed for p in same) > 280
    assert capture.tracker.half_open.alone <= 4


def test_what_it_costs_does_not_grow() -> None:
    """Neither with what is packed, nor with a crowd under one SPI."""

    def work(count: int, number: int) -> int:
        capture = Capture()
        for i in range(count):
            capture.ask(number or i + 1, f"10.0.{i >> 8}.{i & 255}")
        return lines_run(lambda: capture.ask(number or count + 1, "10.9.9.9"))

    assert abs(work(600, 0) - work(150, 0)) < 20
    assert abs(work(600, 7) - work(150, 7)) < 20


def test_what_like_others_is_not_decoded() -> None:
    capture = Capture()
    for number in range(1, 4):
        capture.ask(number)

    def alike(data: bytes, source: str, **fields: object) -> object:
        one = datagram(data)._replace(frame_number=50, src_ip=source, dst_ip=TARGET, **fields)
        return capture.tracker.pack_alike(one)

    assert alike(init_request(spi=spi(50)), "10.0.0.50").negotiation == 4
    assert alike(init_request(spi=spi(50)), "10.0.0.51") is None  # its SPI is packed
    assert alike(init_request(spi=spi(1)), "10.0.0.1") is None  # it is a negotiation
    assert alike(init_request(spi=ZERO), "10.0.0.52") is None
    assert alike(init_request(spi=spi(51), group=20), "10.0.0.52") is None
    assert alike(init_request(spi=spi(52)), "10.0.0.53", dst_port=4500) is None


def test_the_room_is_bounded_and_what_is_forgotten_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(half_open, "ROOM", 200 * 110)
    capture = Capture()
    for number in range(1, 500):
        capture.ask(number)
    found = capture.tracker.half_open
    assert sum(half.size for half in found.packed.halves) <= 200 * 110 + 300
    forgotten = sum(tally.negotiations for tally in found.tallies.values())
    assert forgotten + len(capture.packed()) + 2 == 499
    placed = capture.say(init_answer(spis=(spi(5), spi(99))), TARGET, "10.0.0.5")
    assert placed.negotiation == 500
    story = capture.tracker.finish([], [], 0, 10**12)
    (flood,) = story.floods
    assert (flood.folded, flood.forgotten) == (499, forgotten)
    assert [d.kind for d in capture.tracker.defects] == ["limit-half-open"] * 2
    assert [n.number for n in story.negotiations] == [1]


def test_a_keyed_ikev1_spi_is_never_packed() -> None:
    from analyzer.decryption.keyfile import Ikev1Keys, KeyStore

    keys = KeyStore()
    keys.add(Ikev1Keys(spi(9), bytes(16)))
    tracker = Tracker("some.pcap", keys, most=0)

    def ask(number: int) -> Datagram:
        return datagram(main_1(spi=spi(number)))._replace(frame_number=number)

    assert tracker.feed(ask(8), decode(main_1(spi=spi(8)))).packed
    assert tracker.pack_alike(ask(10)) is not None
    assert tracker.pack_alike(ask(9)) is None
    assert not tracker.feed(ask(9), decode(main_1(spi=spi(9)))).packed
