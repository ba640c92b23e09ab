"""Copies that a capture makes, and what looks like them: one message over several paths, and a NAT seen twice."""

import struct

import pytest

from tests.conftest import ROOT
from tests.negotiation.build import (
    A_4500,
    B_4500,
    EMPTY,
    IKE_AUTH,
    INFORMATIONAL,
    NOTIFY,
    A,
    B,
    C,
    Talk,
    established,
    init_answer,
    init_request,
    main_1,
    main_2,
    main_ke,
    sealed,
)
from tests.negotiation.recorded import read

OTHER, NAT = ("198.51.100.7", 4500), ("203.0.113.9", 40000)


def repeats(talk: Talk) -> list[tuple[int, bool]]:
    """Frame of each repetition, and whether it is a copy."""
    return sorted((s.frame_number, s.duplicate) for s in talk.only().steps() if s.retransmission_of is not None)


def test_the_same_datagram_at_once_is_a_copy_and_later_a_retransmission() -> None:
    for data in (init_request(), main_1()):
        talk = Talk()
        talk.say(data)
        talk.say(data, after=0.0001)
        talk.say(data, after=1)
        talk.say(data, after=0.0001)
        assert repeats(talk) == [(2, True), (3, False), (4, True)]


def test_one_message_over_two_paths_at_once_is_sent_twice() -> None:
    talk = Talk()
    established(talk)
    probe = sealed(INFORMATIONAL, EMPTY, mid=2)
    answer = sealed(INFORMATIONAL, EMPTY, initiator=False, response=True, mid=2)
    talk.say(probe, A_4500, B_4500)
    talk.say(probe, OTHER, B_4500, after=0.001)
    talk.answer(answer, B_4500, A_4500, after=0.001)
    talk.answer(answer, B_4500, OTHER, after=0.001)
    assert repeats(talk) == [(6, False), (8, False)]


def test_copies_of_path_tests_may_come_in_any_order() -> None:
    """Where all that came before was copied too, and between the same ends."""
    for order in ((A_4500, A_4500, OTHER, OTHER), (A_4500, OTHER, A_4500, OTHER), (A_4500, OTHER, OTHER, A_4500)):
        talk = Talk()
        for data, answers in SPOKEN:
            for _ in range(2):
                source, target = (B_4500, A_4500) if answers else (A_4500, B_4500)
                talk.say(data, source, target, after=0.0001)
        said = len(talk.placed)
        for end in order:
            talk.say(sealed(INFORMATIONAL, EMPTY, mid=9), end, B_4500, after=0.0001)
        again = [p for p in talk.placed[said:] if p.retransmission_of is not None]
        assert [p.duplicate for p in again].count(False) == 1
        assert len(again) == 3


def test_a_mirror_port_copies_path_tests_too() -> None:
    talk = Talk()
    established(talk)
    probe = sealed(INFORMATIONAL, EMPTY, mid=2)
    for target in (B_4500, OTHER):
        talk.say(probe, A_4500, target, after=0.001)
        talk.say(probe, A_4500, target, after=0.0001)
    assert repeats(talk) == [(6, True), (7, False), (8, True)]


def test_captures_of_both_ends_merged_show_copies_as_far_apart_as_the_path_is_long() -> None:
    for apart, copy in ((0.09, True), (0.11, False)):
        talk = Talk()
        talk.say(init_request())
        talk.say(init_request(), after=apart)
        assert repeats(talk) == [(2, copy)]


def test_a_nat_that_comes_into_the_path_later_shows_copies() -> None:
    """Told by the two exchanges before, each message of which was seen twice at once."""
    talk = Talk()
    established(talk)
    for mid in range(2, 6):
        for data, answers in (
            (sealed(INFORMATIONAL, NOTIFY, mid=mid), False),
            (sealed(INFORMATIONAL, EMPTY, initiator=False, response=True, mid=mid), True),
        ):
            for end in (NAT, A_4500) if answers else (A_4500, NAT):
                source, target = (B_4500, end) if answers else (end, B_4500)
                talk.say(data, source, target, after=0.0001)
    assert repeats(talk) == [(frame, frame > 12) for frame in range(6, 21, 2)]


SPOKEN = (  # an SA and a liveness check; whether the responder says it
    (init_request(), False),
    (init_answer(), True),
    (sealed(IKE_AUTH, 298), False),
    (sealed(IKE_AUTH, 238, initiator=False, response=True), True),
    (sealed(INFORMATIONAL, NOTIFY, mid=2), False),
    (sealed(INFORMATIONAL, EMPTY, initiator=False, response=True, mid=2), True),
)


def test_a_nat_before_the_responder_seen_from_both_sides_shows_copies() -> None:
    """The first message stands alone on the other side; IKE_AUTH shows what the capture is like."""
    talk = Talk()
    inside = ("10.0.0.9", 4500)
    for data, answers in SPOKEN:
        for end in (inside, B_4500) if answers else (B_4500, inside):
            source, target = (end, A_4500) if answers else (A_4500, end)
            talk.say(data, source, target, after=0.0001)
    again = [p for p in talk.placed if p.retransmission_of is not None]
    assert len(again) == 5
    assert all(p.duplicate for p in again)


def test_a_nat_seen_from_both_sides_shows_copies() -> None:
    talk = Talk()
    for data, answers in SPOKEN:
        for end in (NAT, A_4500) if answers else (A_4500, NAT):
            source, target = (B_4500, end) if answers else (end, B_4500)
            talk.say(data, source, target, after=0.0001)
    assert repeats(talk) == [(frame, True) for frame in range(2, 13, 2)]


@pytest.mark.parametrize(("name", "copies"), [("ikev2-mobike", 0), ("ikev2-nat-seen-twice", 6)])
def test_recordings(name: str, copies: int) -> None:
    talk = Talk()
    for datagram, message in read(ROOT / "fixtures" / "pcaps" / name / "capture.pcap")[0]:
        talk.placed.append(talk.tracker.feed(datagram, message))
    assert sum(p.duplicate for p in talk.placed) == copies
    again = [p for p in talk.placed if p.retransmission_of is not None and not p.duplicate]
    assert len(again) == (2 if name == "ikev2-mobike" else 0)


def ipv4(identification: int, ttl: int) -> bytes:
    """Identification, flags, TTL, protocol and checksum."""
    return struct.pack(">HHBBH", identification, 0, ttl, 17, 0xBEEF - ttl)


def ipv6(hop_limit: int) -> bytes:
    return bytes([hop_limit])


def repeated(*others: tuple[float, bytes], first: bytes, data: bytes | None = None) -> list[bool]:
    """Whether each repetition, so many seconds after the one before, is a copy."""
    talk = Talk()
    talk.say(data or init_request(), hop=first)
    for after, hop in others:
        talk.say(data or init_request(), after=after, hop=hop)
    return [copy for _, copy in repeats(talk)]


@pytest.mark.parametrize("data", [init_request(), main_1()], ids=["IKEv2", "IKEv1"])
def test_a_copy_has_the_identification_of_what_it_copies(data: bytes) -> None:
    """Two capture points, whose clocks differ by more than the initiator waits before it retransmits."""
    others = [(4.0, ipv4(8, 64)), (1.0, ipv4(7, 63)), (4.0, ipv4(8, 63)), (2.0, ipv4(9, 64)), (5.0, ipv4(9, 63))]
    assert repeated(*others, first=ipv4(7, 64), data=data) == [False, True, True, False, True]


def test_a_retransmission_has_another_identification_however_soon_it_comes() -> None:
    assert repeated((0.05, ipv4(8, 64)), first=ipv4(7, 64)) == [False]
    assert repeated((0.05, ipv4(7, 64)), first=ipv4(7, 64)) == [True], "a mirror port"
    assert repeated((0.05, ipv4(8, 63)), first=ipv4(7, 64)) == [True], "a firewall may number packets anew"


def test_a_host_that_does_not_number_its_packets_says_nothing_by_it() -> None:
    assert repeated((5.0, ipv4(7, 64)), first=ipv4(7, 64)) == [False]
    for number in (ipv4, lambda _, ttl: ipv6(ttl)):
        assert repeated((0.05, number(0, 64)), (5.0, number(0, 64)), first=number(0, 64)) == [True, False]


def test_another_ttl_is_another_capture_point() -> None:
    for number in (ipv4, lambda _, ttl: ipv6(ttl)):
        others = [(4.0, number(0, 64)), (1.0, number(0, 63)), (4.0, number(0, 63)), (0.001, number(0, 62))]
        assert repeated(*others, first=number(0, 64)) == [False, True, True, True]


def test_from_another_address_another_ttl_says_nothing() -> None:
    for first, second in ((ipv4(0, 64), ipv4(0, 63)), (ipv6(64), ipv6(63)), (ipv4(5, 64), ipv4(6, 64))):
        talk = Talk()
        established(talk)
        request = sealed(IKE_AUTH, 298, mid=2)
        talk.say(request, A_4500, B_4500, hop=first)
        talk.say(request, OTHER, B_4500, after=5, hop=second)
        assert repeats(talk) == [(6, False)]


def test_ip_headers_that_do_not_compare_say_nothing() -> None:
    """Of fragments and TCP none is known, and a NAT64 has another one on each side."""
    for first, second in ((ipv4(7, 64), b""), (b"", ipv4(7, 63)), (ipv4(7, 64), ipv6(63)), (ipv6(64), ipv4(7, 63))):
        assert repeated((5.0, second), (0.01, second), first=first) == [False, True]


def test_of_very_many_transmissions_the_last_ones_are_remembered() -> None:
    others = [(1.0, ipv4(k, 64)) for k in range(2, 40)]
    copies = repeated(*others, (0.5, ipv4(39, 63)), (0.5, ipv4(33, 63)), (0.5, ipv4(1, 63)), first=ipv4(1, 64))
    assert copies == [False] * 38 + [True, True, False]


@pytest.mark.parametrize("numbered", [True, False])
def test_two_capture_points_with_clocks_that_differ(numbered: bool) -> None:
    """Behind each other in one file, as `mergecap -a` puts them, or by clocks 5 s apart."""
    talk = Talk()
    said = [
        (init_request(), A, B),
        (init_answer(), B, A),
        (sealed(IKE_AUTH, 298), A_4500, B_4500),
        (sealed(IKE_AUTH, 238, initiator=False, response=True), B_4500, A_4500),
    ]
    for ttl, wait in ((64, 0.02), (63, 5.0)):
        for k, (data, source, target) in enumerate(said, 1):
            talk.say(data, source, target, after=wait if k == 1 else 0.02, hop=ipv4(k * numbered, ttl))
    n = talk.only(10)
    assert n.outcome == "established"
    assert repeats(talk) == [(5, True), (6, True), (7, True), (8, True)]


def test_a_cut_message_is_no_retransmission_of_the_other_sides() -> None:
    """Main mode messages 3 and 4 of one length have the same header: cut behind it, they are the same bytes."""
    talk = Talk()
    talk.say(main_1())
    talk.answer(main_2())
    asked, answered = main_ke("i"), main_ke("r")
    assert asked[:30] == answered[:30]
    missing = len(asked) - 30
    assert talk.say(asked[:30], missing=missing).retransmission_of is None
    assert talk.say(answered[:30], B, A, missing=missing).retransmission_of is None
    assert talk.say(asked[:30], missing=missing, after=1).retransmission_of == 3
    assert talk.say(asked[:30], missing=missing + 1, after=1).retransmission_of is None  # of another length


def test_what_is_long_enough_is_known_from_another_address_too() -> None:
    """A NAT stands between two capture points: a cut message that shows its nonce or keys is the same on both."""
    for held, same in ((64, True), (63, False)):
        talk = Talk()
        talk.say(main_1())
        talk.answer(main_2())
        request = main_ke("i")
        missing = len(request) - held
        talk.say(request[:held], missing=missing)
        again = talk.say(request[:held], C, missing=missing, after=1)
        assert (again.retransmission_of is not None) is same


def test_copies_that_were_cut_at_two_lengths() -> None:
    """Tagged and untagged, at one snap length."""
    talk = Talk()
    established(talk)
    for request in (sealed(INFORMATIONAL, 200, mid=2), sealed(INFORMATIONAL, 200, mid=3, fragment=(1, 2))):
        first = talk.say(request[:54], missing=146)
        assert talk.say(request[:50], missing=150, after=0.0001).duplicate
        assert first.retransmission_of is None
    assert talk.say(sealed(INFORMATIONAL, 200, mid=3, fragment=(2, 2))[:50], missing=150).retransmission_of is None
