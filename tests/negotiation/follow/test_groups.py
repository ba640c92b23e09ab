import pytest

from analyzer.isakmp import decode
from analyzer.negotiation.follow.groups import is_gdoi, is_group_rekey
from tests.negotiation.build import QUICK_MODE, A, B, Talk, datagram, established, main_1, quick_mode, sealed, sealed1
from tests.negotiation.groups import GM, GROUP, GSA_REKEY, KS, PULL, PUSH, PUSH_ACK, REKEY_SPIS, phase_1, pull


def judged(data: bytes, source: tuple[str, int] = KS, target: tuple[str, int] = GM) -> tuple[bool, bool]:
    sent, message = datagram(data, source, target), decode(data)
    return is_gdoi(sent, message), is_group_rekey(sent, message)


def test_a_key_server_to_its_members() -> None:
    assert judged(sealed1(PUSH, 228)) == (True, True)
    assert judged(sealed1(PUSH, 228), A, ("239.1.2.3", 500)) == (True, True)
    assert judged(sealed1(PUSH_ACK, 92), A, B) == (True, True)
    assert judged(sealed(GSA_REKEY, 300), A, B) == (False, True)


def test_near_ones() -> None:
    assert judged(sealed1(PUSH, 76), A, B) == (False, False)  # new group mode
    assert judged(sealed1(PULL, 108)) == (True, False)
    assert judged(main_1()) == (True, False)
    assert judged(sealed(36, 200)) == (False, False)


def test_group_rekeys_are_no_sa_whose_beginning_is_missing() -> None:
    for data in (sealed(GSA_REKEY, 300, mid=0, spis=REKEY_SPIS), sealed1(PUSH, 228, spis=REKEY_SPIS)):
        for target in (GROUP, GM):
            talk = Talk()
            talk.say(data, KS, target)
            n = talk.only()
            assert (n.mode, n.starts_late, n.outcome, n.failed_at) == ("group-rekey", False, "established", None)
            assert n.outcome_confidence == "likely"


def test_no_sa_of_two_parties_is_its_origin() -> None:
    """Low message IDs behind a CREATE_CHILD_SA would else be those of a rekeyed IKE SA."""
    talk = Talk()
    established(talk)
    talk.say(sealed(36, 400, initiator=False, mid=0), B, A)
    talk.say(sealed(36, 400, response=True, mid=0), A, B)
    talk.say(sealed(GSA_REKEY, 300, mid=0, spis=REKEY_SPIS), B, A)
    assert [n.rekeyed_from for n in talk.negotiations()] == [None, None]


def test_phase_1_under_gdois_doi_on_another_port() -> None:
    talk = Talk()
    phase_1(talk, A, B)
    pull(talk, member=A, server=B)
    n = talk.only()
    assert [e.exchange for e in n.exchanges] == ["IDENTITY_PROTECTION", "GROUPKEY_PULL"]
    assert (n.children, n.outcome, talk.placed[-1].gdoi) == ([], "established", True)


def test_quick_mode_stays_quick_mode() -> None:
    talk = Talk()
    phase_1(talk, A, B, doi=1)
    quick_mode(talk)
    n = talk.only()
    assert ([e.exchange for e in n.exchanges][1], len(n.children), QUICK_MODE) == ("QUICK_MODE", 1, PULL)


@pytest.mark.parametrize("doi", [1, 2])
@pytest.mark.parametrize("port", [500, 4500])
def test_a_unicast_push_between_hosts_that_registered_on_another_port(port: int, doi: int) -> None:
    """Under IPsec's DOI the same number is new group mode, whose phase 1 is not in the capture."""
    member, server = ("192.0.2.10", port), ("192.0.2.20", port)
    talk = Talk()
    phase_1(talk, member, server, doi=doi)
    talk.say(sealed1(PUSH, 228, spis=REKEY_SPIS), server, member)
    first, second = talk.negotiations()
    assert first.gdoi is second.gdoi is (doi == 2)
    assert (second.mode, second.starts_late) == (("group-rekey", False) if doi == 2 else ("unknown", True))
