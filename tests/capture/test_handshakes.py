"""Who was asked for TCP connections on IKE's ports, and what came of it; by both readers the same."""

import struct

import pytest

from analyzer.capture import handshakes
from analyzer.capture.framing import PREFIX
from analyzer.capture.handshakes import ACK, RST, SYN, TcpTarget
from tests.capture.packets import HOST_A, HOST_B, ethernet, ipv4, ipv6, isakmp, pcap, tcp
from tests.capture.readers import Found, read_in_bulk, read_serially

CLIENT, OTHER = 40_000, "192.0.2.77"


def there(flags: int = SYN, port: int = 4500, *, data: bytes = b"", number: int = 99, to: str = HOST_B) -> bytes:
    return ethernet(ipv4(6, tcp(CLIENT, port, number, data, flags=flags), HOST_A, to))


def back(flags: int, port: int = 4500, *, number: int = 5, acknowledges: int = 100, to: str = HOST_A) -> bytes:
    return ethernet(ipv4(6, tcp(port, CLIENT, number, flags=flags, acknowledgment=acknowledges), HOST_B, to))


def error(code: int, quoted: bytes) -> bytes:
    return ethernet(ipv4(1, bytes([3, code]) + bytes(6) + quoted[14:42], "203.0.113.9", HOST_A))


def found(*frames: bytes) -> Found:
    capture = pcap(frames)
    serial = read_serially(capture)
    for few in (1, 100):
        assert read_in_bulk(capture, few=few) == serial
    return serial


def target(*frames: bytes) -> TcpTarget:
    (one,) = found(*frames).tcp_targets
    return one


@pytest.mark.parametrize("port", [500, 4500, 848])
def test_a_syn_is_accepted(port: int) -> None:
    one = target(there(port=port), back(SYN | ACK, port), there(ACK, port, number=100))
    assert (one.ip, one.port, one.asked) == (HOST_B, port, 1)
    assert (one.askers, one.accepted, one.unasked, one.refused) == ({HOST_A: 1}, {HOST_A: 2}, {}, {})
    assert one.first_time == one.last_time == 1_700_000_002_000_002_000


def test_a_syn_is_refused() -> None:
    one = target(there(), back(RST | ACK))
    assert (one.refused, one.accepted, one.unasked) == ({HOST_A: 2}, {}, {})


def test_an_rst_that_belongs_to_no_syn_says_nothing() -> None:
    assert found(back(RST | ACK)).tcp_targets == []
    one = target(there(), back(RST | ACK, acknowledges=7))
    assert (one.refused, one.asked, one.first_time) == ({}, 1, None)
    assert target(there(), back(SYN | ACK), back(RST | ACK)).refused == {}, "it ends a connection"


def test_silence_is_noted_as_such() -> None:
    one = target(there(), there())
    assert (one.asked, one.askers, one.first_time) == (2, {HOST_A: 1}, None)
    assert not one.accepted | one.unasked | one.refused | one.errors


def test_a_syn_ack_without_its_syn_is_less() -> None:
    one = target(back(SYN | ACK))
    assert (one.asked, one.askers, one.accepted, one.unasked) == (0, {}, {}, {HOST_A: 1})
    assert target(there(), back(SYN | ACK, acknowledges=7)).unasked == {HOST_A: 2}


def test_a_copy_of_what_accepts_changes_nothing() -> None:
    one = target(there(), back(SYN | ACK), back(SYN | ACK))
    assert (one.accepted, one.unasked) == ({HOST_A: 2}, {})


def test_a_port_of_ike_at_the_client_is_none_at_the_server() -> None:
    frames = (tcp(4500, 443, 99, flags=SYN), tcp(443, 4500, 5, flags=SYN | ACK, acknowledgment=100))
    ends = ((HOST_A, HOST_B), (HOST_B, HOST_A))
    assert found(*(ethernet(ipv4(6, f, *e)) for f, e in zip(frames, ends, strict=True))).tcp_targets == []


@pytest.mark.parametrize(("code", "kind"), [(13, "admin-prohibited"), (3, "port-unreachable"), (1, "host-unreachable")])
def test_icmp_errors_about_a_syn(code: int, kind: str) -> None:
    assert target(there(), error(code, there())).errors == {kind: 2}


def test_icmp_errors_about_other_segments_say_nothing() -> None:
    assert target(there(), error(13, there(number=98))).errors == {}
    assert target(there(), back(SYN | ACK), error(13, there())).errors == {}, "it was accepted before"
    assert found(error(13, there())).tcp_targets == [], "its SYN is not in the capture"


def test_icmpv6_too() -> None:
    syn = ipv6(6, tcp(CLIENT, 500, 99, flags=SYN))
    reject = ipv6(58, bytes([1, 1]) + bytes(6) + syn[:48], "2001:db8::99", "2001:db8::1")
    assert target(ethernet(syn), ethernet(reject)).errors == {"admin-prohibited": 2}


def test_behind_the_prefix_any_port_is_a_target() -> None:
    one = target(there(port=443), back(SYN | ACK, 443), there(ACK, 443, number=100, data=PREFIX))
    assert (one.port, one.asked, one.accepted, one.unclear) == (443, 1, {}, True), "its handshake is not noted"
    message = isakmp(bytes(60), exchange=35, next_payload=46)
    framed = struct.pack(">H", 6 + len(message)) + bytes(4) + message
    stream = there(port=443), back(SYN | ACK, 443), there(ACK, 443, number=100, data=PREFIX + framed)
    one = target(*stream, back(ACK, 443, number=6, acknowledges=106 + len(framed)))
    assert (one.asked, one.accepted) == (1, {HOST_A: 4})
    assert target(*stream, back(ACK, 443, number=6, acknowledges=105)).accepted == {}, "it lacks the prefix's last byte"
    assert found(there(port=443), back(SYN | ACK, 443)).tcp_targets == []


def test_the_prefix_on_a_port_of_ike_asks_for_nothing_new() -> None:
    assert target(there(), back(SYN | ACK), there(ACK, number=100, data=PREFIX)).asked == 1


def test_targets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshakes, "MAX_SILENT", 3)
    monkeypatch.setattr(handshakes, "MAX_TARGETS", 2)
    sweep = [there(to=f"192.0.2.{host}") for host in range(100, 110)]
    seen = found(*sweep, there(), back(SYN | ACK))
    assert [t.ip for t in seen.tcp_targets] == [HOST_B, "192.0.2.100", "192.0.2.101", "192.0.2.102"], "answers count"
    (limit,) = (d for d in seen.defects if d.kind == "limit-tcp-targets")
    assert limit.found == "8 packets of others"
    opened = [back(SYN | ACK, port, acknowledges=7) for port in (500, 848, 4500)]
    assert len(found(*opened).tcp_targets) == 2


def test_peers_and_questions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshakes, "MAX_PEERS", 2)
    asked = [ethernet(ipv4(6, tcp(CLIENT, 500, 99, flags=SYN), f"192.0.2.{n}")) for n in range(100, 104)]
    one = target(*asked)
    assert (list(one.askers), one.all_askers, one.asked) == (["192.0.2.100", "192.0.2.101"], False, 4)
    assert target(*asked[:2], *asked[:2]).all_askers
    monkeypatch.setattr(handshakes, "MAX_ASKED", 1)
    one, _ = found(there(), there(to=OTHER), back(SYN | ACK)).tcp_targets
    assert (one.accepted, one.unasked) == ({}, {HOST_A: 3}), "its question is forgotten"


@pytest.mark.parametrize(
    "answer", [back(RST | ACK, acknowledges=7), back(RST), back(ACK, acknowledges=7)], ids=["other", "bare", "ack"]
)
def test_what_fits_no_question_is_no_silence(answer: bytes) -> None:
    seen = found(there(), answer)
    assert [t.unclear for t in seen.tcp_targets] == [True]
    assert [d.found for d in seen.defects] == ["targets without one: 1"]
    assert not target(there(), there(ACK, number=100)).unclear, "it is the client's"
    assert not target(there(), back(SYN | ACK), back(RST | ACK)).unclear, "it accepted before"


def test_an_rst_for_the_prefix_on_another_port_is_no_silence() -> None:
    asked = there(ACK, 9443, number=100, data=PREFIX)
    (one,) = found(asked, back(RST | ACK, 9443, acknowledges=106)).tcp_targets
    assert (one.unclear, one.refused, one.accepted) == (True, {}, {})


def test_forgotten_questions_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshakes, "MAX_ASKED", 1)
    seen = found(there(), there(to=OTHER), back(RST | ACK))
    assert [(t.ip, t.unclear) for t in seen.tcp_targets] == [(HOST_B, True), (OTHER, False)]
    assert [d.found for d in seen.defects if d.kind == "limit-tcp-answers"] == [
        "1 more, forgotten",
        "targets without one: 1",
    ]


def test_more_peers_than_are_kept_are_not_dropped_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshakes, "MAX_PEERS", 2)
    ends = [f"192.0.2.{n}" for n in range(100, 103)]
    answers = [ethernet(ipv4(6, tcp(500, CLIENT, 5, flags=SYN | ACK, acknowledgment=1), HOST_B, end)) for end in ends]
    one = target(*answers)
    assert (list(one.unasked), one.all_peers) == (ends[:2], False)
    assert target(*answers[:2], *answers[:2]).all_peers
