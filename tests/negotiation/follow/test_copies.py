"""Copies that a capture makes, and what looks like them: one message over several paths, and a NAT seen twice."""

import pytest

from tests.conftest import ROOT
from tests.negotiation.build import (
    A_4500,
    B_4500,
    EMPTY,
    IKE_AUTH,
    INFORMATIONAL,
    NOTIFY,
    Talk,
    established,
    init_answer,
    init_request,
    main_1,
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
