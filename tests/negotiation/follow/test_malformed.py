import pytest

from analyzer.isakmp import decode
from analyzer.negotiation.follow import malformed
from analyzer.negotiation.follow.malformed import MalformedIndex
from analyzer.negotiation.story import MalformedBurst
from tests.negotiation.build import GCM, SPI_I, A, B, Talk, datagram, established, init_request, ke2, nonce2, sa2, v2


def broken(number: int) -> bytes:
    """A first message whose payload is longer than the message."""
    return v2(34, (33, number.to_bytes(4, "big") * 8), spis=(f"{number + 1:016x}", 16 * "0"))[:-20]


def bursts(*sent: tuple[float, bytes], source: tuple[str, int] = A, missing: int = 0) -> list[MalformedBurst]:
    index = MalformedIndex()
    for frame, (at, data) in enumerate(sent, 1):
        index.take(datagram(data, source, B, frame=frame, at=at, missing=missing), decode(data, missing))
    return list(index)


def test_fifty_in_a_minute() -> None:
    (burst,) = bursts(*((k, broken(k)) for k in range(55)))
    assert (burst.src_ip, burst.dst_ip, burst.messages) == (A[0], B[0], 55)
    assert burst.frames == tuple(range(1, 51))
    assert "wire-length" in burst.kinds


def test_kinds_that_are_as_frequent_stand_in_the_order_of_the_message() -> None:
    """Not in that of a set, which is another one in each process."""
    (burst,) = bursts(*((k, broken(0)) for k in range(50)))
    assert burst.kinds == ("wire-length", "wire-payload-overlong", "wire-payload-length", "wire-stray-bytes")


def test_payloads_that_a_receiver_cannot_take_and_headers_that_are_no_header() -> None:
    unknown = v2(34, (200, bytes(8)))
    critical = unknown[:29] + b"\x80" + unknown[30:]
    for data, kind in ((critical, "wire-critical-unknown"), (unknown[:20], "wire-header-short")):
        assert [b.kinds for b in bursts(*((k, data) for k in range(50)))] == [(kind,)]
    assert bursts(*((k, unknown) for k in range(50))) == [], "not critical: to be skipped"


def test_fewer_or_slower() -> None:
    assert bursts(*((k, broken(k)) for k in range(49))) == []
    assert bursts(*((2 * k, broken(k)) for k in range(200))) == []


def test_the_minute_may_come_later() -> None:
    sent = [(100 * k, broken(k)) for k in range(20)] + [(5000 + k, broken(50 + k)) for k in range(50)]
    (burst,) = bursts(*sent)
    assert (burst.messages, burst.frames[0], burst.frames[-1]) == (70, 21, 70)


def test_copies_count_once_and_what_is_sent_again_counts() -> None:
    assert bursts(*((k // 2 / 4 + k % 2 / 50, broken(k // 2)) for k in range(98))) == []
    assert [b.messages for b in bursts(*((k / 4, broken(0)) for k in range(60)))] == [60]


def test_one_message_many_times_a_second() -> None:
    """By the packets' numbers all count, and no copy of them; without numbers what comes at once is one message."""

    def flood(*hops: bytes) -> list[int]:
        index = MalformedIndex()
        for frame, hop in enumerate(hops, 1):
            sent = datagram(broken(0), A, B, frame=frame, at=frame / 1000)
            index.take(sent._replace(hop=hop), decode(broken(0)))
        return [burst.messages for burst in index]

    numbers = [(k + 1).to_bytes(2, "big") + b"\0\0" for k in range(2000)]
    assert flood(*(number + b"\x40\x11\0\0" for number in numbers)) == [2000]
    assert flood(*(number + ttl + b"\x11\0\0" for number in numbers for ttl in (b"\x40", b"\x3f"))) == [2000]
    assert flood(*[b""] * 2000) == []


def test_what_is_whole_or_was_cut_by_the_capture() -> None:
    request = v2(34, sa2(GCM), ke2(19), nonce2(), spis=(SPI_I, 16 * "0"))
    assert bursts(*((k, request) for k in range(99))) == []
    assert bursts(*((k, broken(k)) for k in range(99)), missing=20) == []


@pytest.mark.parametrize("flags", [0x01, 0x10])
def test_unusual_values_are_not_meant(flags: int) -> None:
    """Reserved bits, or a version bit, that some implementations set."""
    whole = bytearray(init_request())
    whole[19] |= flags
    assert bursts(*((k, bytes(whole[:7]) + bytes([k]) + bytes(whole[8:])) for k in range(99))) == []


def test_other_protocols_on_the_port() -> None:
    assert bursts(*((k, bytes([k]) * 60) for k in range(99))) == []
    assert bursts(*((k, bytes([k]) * 9) for k in range(99))) == []


def test_pairs_of_hosts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(malformed, "MOST", 3)
    index = MalformedIndex()
    for k in range(10):
        assert len(index.left()) == (k > 3)
        index.take(datagram(broken(k), (f"198.51.100.{k}", 500), B), decode(broken(k)))
    assert len(index) == 3
    (left,) = index.left()
    assert (left.kind, left.found) == ("limit-malformed", "7 malformed messages between others")


def test_the_tracker_notes_them_beside_healthy_ones() -> None:
    talk = Talk()
    established(talk)
    for k in range(60):
        talk.say(broken(k), ("198.51.100.1", 500), B)
    talk.negotiations()
    assert [(b.src_ip, b.messages) for b in talk.story().malformed] == [("198.51.100.1", 60)]
