from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.negotiation.read.eap import note, refuser
from analyzer.negotiation.seen import SeenEap
from tests.fixtures.cases import cases
from tests.negotiation.recorded import read_story
from tests.negotiation.test_model import negotiation, step


def test_the_last_packets_are_kept_and_their_beginnings() -> None:
    n = negotiation()
    for number in range(100):
        note(n, step(number + 1), Eap(1, number, 26, bytes([number]) * 1000), number)
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


def test_who_refused_in_the_last_packets() -> None:
    alert = bytes.fromhex("00 15 0303 0002 02 30")
    failure, by_server, by_client = (
        SeenEap(3, False, 4, None, b""),
        SeenEap(2, False, 1, 13, alert),
        SeenEap(2, True, 2, 13, alert),
    )
    assert refuser((by_server, failure)) is False
    assert refuser((by_client, failure)) is True  # the server's failure answers it
    assert refuser((by_client,)) is True
    assert refuser((failure,)) is False
    assert refuser((by_server, SeenEap(4, True, 2, 13, b"\0"))) is None  # it went on
    assert refuser(()) is None


def test_packets_stand_in_the_order_of_their_messages() -> None:
    """Two captures one behind the other: the end of EAP stands before its beginning in the file."""
    n = negotiation()
    for frame, (message_id, response, code) in enumerate([(3, True, 4), (1, True, 1), (3, False, 2), (2, False, 2)], 1):
        note(n, step(frame, from_initiator=not response, is_response=response), Eap(code, 0, 26, b""), message_id)
    assert [(p.place, p.code) for p in n.eap] == [((1, True), 1), ((2, False), 2), ((3, False), 2), ((3, True), 4)]
