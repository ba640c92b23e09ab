"""What an implementation shows in one negotiation, carried over to others of the same peer."""

import pytest

from analyzer.assessment.fingerprint.carried import Looks
from tests.assessment.assessed import assess
from tests.assessment.build import INITIATOR, RESPONDER, Talk, story

STRONGSWAN_I = [(t, b"") for t in (16388, 16389, 16430, 16431, 16406)]
STRONGSWAN_R = [(t, b"") for t in (16388, 16389, 16430, 16431, 16418, 16404)]
LIBRESWAN_R = [(t, b"") for t in (16430, 16388, 16389, 16418)]
SHOWN = "consistent with strongSwan (by the order of its notifies)"
POSSIBLY = "possibly strongSwan (as in its negotiation of frame 1)"


def known(answer: list = STRONGSWAN_R, number: int = 1, frame: int = 1) -> Talk:
    talk = Talk(number=number, frame=frame, nat="none")
    talk.say("IKE_SA_INIT", payloads=(33, 34, 40), notifies=STRONGSWAN_I)
    talk.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40), notifies=answer)
    return talk


def late(number: int = 2, frame: int = 10, **fields: object) -> Talk:
    """Of which the capture has the middle."""
    talk = Talk(number=number, frame=frame, at=60, starts_late=True, **fields)
    talk.say("INFORMATIONAL", message_id=7)
    talk.say("INFORMATIONAL", by="r", message_id=7)
    return talk


def looks(*talks: Talk) -> dict[int, Looks]:
    return assess(story(*talks)).implementations


def test_another_negotiation_of_both_addresses() -> None:
    assert looks(known(), late()) == {1: (SHOWN, SHOWN), 2: (POSSIBLY, POSSIBLY)}
    before = looks(late(1, 1), known(number=2, frame=10))[1]
    assert before[0] == "possibly strongSwan (as in its negotiation of frame 10)"


def test_the_address_counts_not_the_side() -> None:
    found = looks(known(), late(initiator=RESPONDER, responder="198.51.100.7"))
    assert found[2] == (POSSIBLY, None)


def test_a_refusal_says_nothing_of_who_refuses() -> None:
    refused = Talk(number=2, frame=10, at=60, initiator="198.51.100.7")
    refused.say("IKE_SA_INIT", payloads=(33, 34, 40))
    refused.say("IKE_SA_INIT", by="r", payloads=(41,), notifies=((14, b""),))
    assert looks(known(), refused)[2] == (None, POSSIBLY)


def test_a_peer_that_shows_other_looks_keeps_them() -> None:
    other = Talk(number=2, frame=10, at=60, nat="none")
    other.say("IKE_SA_INIT", payloads=(33, 34, 40))
    other.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40))
    assert 2 not in looks(known(), other)


def test_who_did_not_answer_is_not_named() -> None:
    silent = Talk(number=2, frame=10, at=60, starts_late=True)
    silent.say("INFORMATIONAL", message_id=7)
    assert looks(known(), silent)[2] == (POSSIBLY, None)


@pytest.mark.parametrize("nat", ["initiator", "both"])
def test_behind_a_nat_may_be_several_peers(nat: str) -> None:
    first = known()
    first.n.nat = nat
    assert looks(first, late()).get(2, (None, None))[0] is None
    assert looks(known(), late(nat=nat)).get(2, (None, None))[0] is None


def test_a_mapped_port_is_a_nats() -> None:
    mapped = late()
    mapped.n.initiator_port = 40112
    assert looks(known(), mapped)[2] == (None, POSSIBLY)


def test_an_address_with_two_looks_has_none() -> None:
    second = Talk(number=2, frame=10, at=30, nat="none", initiator="198.51.100.7")
    second.say("IKE_SA_INIT", payloads=(33, 34, 40))
    second.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40), notifies=LIBRESWAN_R)
    assert looks(known(), second, late(3, 20))[3] == (POSSIBLY, None)


@pytest.mark.parametrize("swapped", [False, True])
def test_an_ike_sa_that_continues_another(swapped: bool) -> None:
    """Behind a NAT too: it is the same SA."""
    first = known(LIBRESWAN_R)
    first.n.nat = "both"
    ends = {"initiator": RESPONDER, "responder": INITIATOR} if swapped else {}
    second = late(rekeyed_from=1, **ends)
    why = "(as in negotiation 1, which it continues)"
    expected = f"consistent with strongSwan {why}", f"consistent with libreswan {why}"
    assert looks(first, second)[2] == (expected[::-1] if swapped else expected)
    third = late(3, 20, rekeyed_from=2, **ends)
    assert "strongSwan" in str(looks(first, second, third)[3])
