"""Acknowledgements of GROUPKEY-PUSH that stop coming (RFC 8263)."""

import pytest

from analyzer.assessment import Diagnosis
from analyzer.negotiation.model import MOVES_KEPT
from tests.assessment.assessed import assess
from tests.negotiation.build import Talk, sealed, sealed1
from tests.negotiation.groups import GM, GROUP, GSA_REKEY, KS, PUSH, PUSH_ACK, REKEY_SPIS
from tests.work import lines_run

ID = "group-rekey-unacknowledged"
OTHER = ("192.0.2.11", 848)
Member = tuple[str, int]


def rekey(talk: Talk, salt: str, *members: Member, target: Member = GROUP, times: int = 1) -> None:
    """One rekey, sent so many times, and the acknowledgements of these members."""
    for k in range(times):
        talk.say(sealed1(PUSH, 228, spis=REKEY_SPIS, salt=salt), KS, target, after=10 if k else 3600)
    for member in members:
        talk.say(sealed1(PUSH_ACK, 92, spis=REKEY_SPIS, salt=salt + member[0]), member, KS)


def judged(talk: Talk, later: float = 600) -> list[Diagnosis]:
    return assess(talk.story(later)).diagnoses.get(1, [])


def test_a_member_that_falls_silent() -> None:
    talk = Talk()
    for salt in "123":
        rekey(talk, salt, GM, OTHER)
    for salt in "45":
        rekey(talk, salt, OTHER)
    (one,) = judged(talk)
    assert (one.diagnosis, one.confidence) == (ID, "possible")
    assert one.detail == (
        "192.0.2.10: no GROUPKEY_PUSH_ACK after the last of 5 rekeys; 192.0.2.10 acknowledged 3 before, "
        "and 2 came since."
    )
    assert one.evidence_frames == (8, 10, 12)


@pytest.mark.parametrize("target", [GROUP, GM], ids=["multicast", "unicast"])
def test_the_key_server_asks_again(target: Member) -> None:
    talk = Talk()
    for salt in "12":
        rekey(talk, salt, GM, target=target)
    rekey(talk, "3", target=target, times=3)
    (one,) = judged(talk)
    assert one.confidence == "likely"
    assert "The key server retransmits." in one.detail


def test_a_key_server_that_sends_each_rekey_several_times() -> None:
    talk = Talk()
    for salt in "12":
        rekey(talk, salt, GM, times=3)
    rekey(talk, "3", times=3)
    (one,) = judged(talk)
    assert (one.confidence, one.basis) == ("possible", "absence of an acknowledgement in this capture")
    assert "The key server retransmits, as it did before." in one.detail


def test_many_members() -> None:
    members = [(f"192.0.2.{k}", 848) for k in range(100, 105)]
    talk = Talk()
    for salt in "12":
        rekey(talk, salt, *members)
    rekey(talk, "3")
    (one,) = judged(talk)
    assert one.detail.startswith("192.0.2.100, 192.0.2.101, 192.0.2.102 and 2 more members: no GROUPKEY_PUSH_ACK")


def test_near_misses() -> None:
    talk = Talk()
    for salt in "123":
        rekey(talk, salt, GM, OTHER)
    assert judged(talk) == [], "all are acknowledged"
    rekey(talk, "4")
    assert judged(talk, later=30) == [], "the capture ends"
    talk = Talk()
    for salt in "1234":
        rekey(talk, salt)
    assert judged(talk) == [], "nobody was asked"
    talk = Talk()
    rekey(talk, "1", GM)
    rekey(talk, "2")
    assert judged(talk) == [], "one acknowledgement is no habit"
    talk = Talk()
    for number in range(4):
        talk.say(sealed(GSA_REKEY, 300, mid=number, spis=REKEY_SPIS), KS, GROUP, after=3600)
    assert judged(talk) == [], "G-IKEv2 knows no acknowledgement"


def test_who_acknowledges_is_not_known_for_ever() -> None:
    """Of an SA that is seen at hundreds of places in turn the later ones are not kept."""
    talk = Talk()
    for number in range(MOVES_KEPT // 3 + 3):
        rekey(talk, str(number), GM, OTHER)
    assert judged(talk) == []


def test_the_acknowledgement_may_be_what_was_not_read() -> None:
    talk = Talk()
    for salt in "123":
        rekey(talk, salt, GM)
    rekey(talk, "4")
    told = talk.story(600)
    told.negotiations[0].unread = "too little was captured of a message of this SA (frame 8)"
    assert assess(told).diagnoses == {}


def test_two_acknowledgements_of_one_rekey_count_once() -> None:
    talk = Talk()
    rekey(talk, "1", GM)
    talk.say(sealed1(PUSH_ACK, 92, spis=REKEY_SPIS, salt="again"), GM, KS)
    rekey(talk, "2")
    assert judged(talk) == []


def test_many_cost_no_more_each() -> None:
    def each(count: int) -> float:
        talk = Talk()
        for salt in range(count):
            rekey(talk, str(salt), GM, OTHER)
        rekey(talk, "last")
        story = talk.story(600)
        return lines_run(lambda: assess(story)) / count

    assert each(80) < 1.5 * each(20)
