from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.negotiation.read.eap import note
from tests.fixtures.cases import cases
from tests.negotiation.recorded import read_story
from tests.negotiation.test_model import negotiation, step


def test_the_last_packets_are_kept_and_their_beginnings() -> None:
    n = negotiation()
    for number in range(100):
        note(n, step(number + 1), Eap(1, number, 26, bytes([number]) * 1000))
    assert [p.frame_number for p in n.eap] == list(range(37, 101))
    assert {len(p.data) for p in n.eap} == {512}


def test_a_recording_with_and_without_keys() -> None:
    case = next(c for c in cases() if c.name == "ikev2-eap-method-refused")
    (n,) = read_story(case.capture, case.keys).negotiations
    assert [(p.from_initiator, p.code, p.eap_type) for p in n.eap] == [
        (False, 1, 1),
        (True, 2, 1),
        (False, 1, 13),
        (True, 2, 3),
        (False, 4, None),
    ]
    assert read_story(case.capture).negotiations[0].eap == ()
