from analyzer.capture.datagram import Datagram
from tests.assessment.build import INITIATOR, RESPONDER, Talk, diagnosed, healthy, ids, one

ID = "fragment-lost"


def fragments(*numbers: int, total: int = 4, outcome: str = "failed") -> Talk:
    talk = Talk(outcome=outcome, failed_at=None if outcome == "established" else "IKE_AUTH", failed_by="none")
    talk.ike_sa_init()
    for number in numbers:
        talk.say("IKE_AUTH", message_id=1, fragment=(number, total), length=500)
    return talk


def test_numbers_that_never_come() -> None:
    talk = fragments(1, 2, 4)
    talk.say("IKE_AUTH", message_id=1, fragment=(4, 4), length=500, again=True)
    made = diagnosed(talk)
    assert ids(made)[0] == ID
    assert made[0].detail == "IKE_AUTH: of 4 fragments of the initiator, number 3 never seen."
    assert made[0].evidence_frames == (3, 4, 5, 6)


def test_complete_sets_and_sas_that_came_up() -> None:
    assert one(ID, fragments(1, 2, 3, 4)) is None
    assert one(ID, fragments(1, 3, outcome="established")) is None


def test_what_the_capture_had_no_time_to_show_is_not_lost() -> None:
    """It ends amid the fragments, it begins amid them, or the exchange went well in other fragments."""
    ends = fragments(1, 3, outcome="incomplete")
    assert one(ID, ends, last=1) is None
    assert one(ID, ends, last=10) is not None
    begins = Talk(outcome="incomplete")
    begins.n.starts_late = True
    begins.say("IKE_AUTH", message_id=1, fragment=(4, 4), length=500)
    assert one(ID, begins, last=10) is None
    later = fragments(1, 3, outcome="established")
    later.n.failed_at = "CREATE_CHILD_SA"
    assert one(ID, later, last=10) is None


def test_totals_that_lie_are_bounded() -> None:
    diagnosis = one(ID, fragments(1, total=65535))
    assert diagnosis is not None
    assert len(diagnosis.detail) < 200


def test_a_cisco_fragment_does_not_say_how_many_there_are() -> None:
    talk = Talk(version=1, outcome="failed", failed_by="none", failed_at="IDENTITY_PROTECTION")
    talk.say("IDENTITY_PROTECTION", fragment=(1, None))  # type: ignore[arg-type]
    talk.say("IDENTITY_PROTECTION", fragment=(2, None), again=True)  # type: ignore[arg-type]
    assert one(ID, talk) is None


def test_the_same_number_missing_each_time_is_no_chance() -> None:
    talk = fragments(1, 2, 4)
    for number in (1, 2, 4):
        talk.say("IKE_AUTH", message_id=1, fragment=(number, 4), length=500, again=True)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.detail.endswith("Missing in each of 2 transmissions: its size or a filter rather than chance.")


def beginning(talk: Talk, frame: int, src: str = INITIATOR) -> Datagram:
    """The first IP fragment of an IKE_AUTH of 2800 bytes."""
    header = bytes.fromhex(talk.n.initiator_spi + talk.n.responder_spi) + bytes([46, 0x20, 35, 8]) + bytes(4)
    data = header + (2800).to_bytes(4, "big") + bytes(1300)
    return Datagram(frame, 0, "udp", src, 500, RESPONDER, 500, data, None, 1472)


def test_ip_fragments_whose_rest_never_came() -> None:
    talk = Talk(outcome="incomplete").ike_sa_init()
    talk.choose(2, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)
    partial = [beginning(talk, 7), beginning(talk, 8), beginning(talk, 9, src="203.0.113.9")]
    made = diagnosed(talk, partial=partial, last=1)
    assert ids(made)[:2] == [ID, "path-mtu"]
    assert [d.confidence for d in made][:2] == ["likely", "likely"]
    assert made[0].detail == "IKE_AUTH of 2800 bytes was sent in IP fragments twice; only the first came."
    assert made[0].evidence_frames == made[1].evidence_frames == (7, 8)
    up = healthy()
    assert one(ID, up, partial=[beginning(up, 7)]) is None
    short = beginning(talk, 7)._replace(payload=b"\1" * 20)
    assert one(ID, talk, partial=[short]) is None
