"""What an implementation shows in one negotiation, carried over to others of the same peer."""

import pytest

from analyzer.assessment.fingerprint import text_of
from tests.assessment.assessed import assess
from tests.assessment.build import INITIATOR, RESPONDER, Talk, story

STRONGSWAN_I = [(t, b"") for t in (16388, 16389, 16430, 16431, 16406)]
STRONGSWAN_R = [(t, b"") for t in (16388, 16389, 16430, 16431, 16418, 16404)]
LIBRESWAN_R = [(t, b"") for t in (16430, 16388, 16389, 16418)]
ASKS = "consistent with strongSwan (by the order of its notifies; 5.4.0 or later)"
ANSWERS = "consistent with strongSwan (by the order of its notifies; 5.8.0 or later)"
POSSIBLY = "possibly strongSwan (as in its negotiation of frame 1)"


def say(talk: Talk, notifies: list, by: str = "i") -> None:
    talk.say("IKE_SA_INIT", by=by, payloads=(33, 34, 40, *(41,) * len(notifies)), notifies=notifies)


def known(answer: list = STRONGSWAN_R, number: int = 1, frame: int = 1) -> Talk:
    talk = Talk(number=number, frame=frame, nat="none")
    say(talk, STRONGSWAN_I)
    say(talk, answer, by="r")
    return talk


def late(number: int = 2, frame: int = 10, **fields: object) -> Talk:
    """Of which the capture has the middle."""
    talk = Talk(number=number, frame=frame, at=60, starts_late=True, **fields)
    talk.say("INFORMATIONAL", message_id=7)
    talk.say("INFORMATIONAL", by="r", message_id=7)
    return talk


def looks(*talks: Talk) -> dict[int, tuple[str | None, str | None]]:
    found = assess(story(*talks)).implementations
    return {number: (text_of(pair[0]), text_of(pair[1])) for number, pair in found.items()}


def test_another_negotiation_of_both_addresses() -> None:
    assert looks(known(), late()) == {1: (ASKS, ANSWERS), 2: (POSSIBLY, POSSIBLY)}
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
    say(second, LIBRESWAN_R, by="r")
    assert looks(known(), second, late(3, 20))[3] == (POSSIBLY, None)


@pytest.mark.parametrize("swapped", [False, True])
def test_an_ike_sa_that_continues_another(swapped: bool) -> None:
    """Behind a NAT too: it is the same SA."""
    first = known(LIBRESWAN_R)
    first.n.nat = "both"
    ends = {"initiator": RESPONDER, "responder": INITIATOR} if swapped else {}
    second = late(rekeyed_from=1, **ends)
    why = "as in negotiation 1, which it continues"
    expected = f"consistent with strongSwan ({why}; 5.4.0 or later)", f"consistent with libreswan ({why}; 4.7 or later)"
    assert looks(first, second)[2] == (expected[::-1] if swapped else expected)
    third = late(3, 20, rekeyed_from=2, **ends)
    assert "strongSwan" in str(looks(first, second, third)[3])


def test_what_is_carried_says_how_and_where_it_is_shown() -> None:
    first, second = known(), late(rekeyed_from=1)
    found = assess(story(first, second)).implementations[2][1]
    assert found is not None
    assert (found.basis, found.confidence, found.frames) == (("continued-sa",), "likely", (1,))
    found = assess(story(known(), late())).implementations[2][1]
    assert found is not None
    assert (found.basis, found.confidence, found.frames) == (("other-negotiation",), "possible", (1,))
    assert [candidate.versions for candidate in found.candidates] == [""]  # another negotiation may be another program


def test_a_scanner_says_nothing_of_its_hosts_daemon() -> None:
    probe = Talk(outcome="probe", nat="none")
    say(probe, STRONGSWAN_I)
    say(probe, LIBRESWAN_R, by="r")
    assert looks(probe, late())[2] == (None, "possibly libreswan (as in its negotiation of frame 1)")
