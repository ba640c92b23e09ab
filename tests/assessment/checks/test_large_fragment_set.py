from tests.assessment.build import Talk, found, healthy, main_mode

ID = "large-fragment-set"


def talk(count: int, length: int = 1436, by: str = "i", total: bool = True) -> Talk:
    made = main_mode(messages=4, outcome="incomplete")
    for number in range(1, count + 1):
        last = count if total and number == count else None
        made.say("IDENTITY_PROTECTION", by=by, length=length, fragment=(number, last), payloads=(132,), encrypted=False)
    return made


def test_forty_kilobytes() -> None:
    (finding,) = found(ID, talk(28))
    assert (finding.severity, finding.confidence, finding.subject) == ("medium", "possible", "192.0.2.10")
    assert finding.detail == "28 fragments of the initiator with 39200 bytes together."
    assert finding.evidence_frames == tuple(range(5, 15))


def test_without_a_last_one_or_of_the_responder() -> None:
    assert found(ID, talk(24, total=False))
    assert found(ID, talk(28, by="r"))[0].subject == "192.0.2.20"


def test_up_to_the_bound() -> None:
    assert found(ID, talk(2, 16_384 + 36)) == []
    assert found(ID, talk(2, 16_385 + 36))


def test_certificates_repeated_often_are_one_message_each() -> None:
    often = talk(3)
    for _ in range(30):
        for number in (1, 2, 3):
            last = 3 if number == 3 else None
            often.say("IDENTITY_PROTECTION", length=1436, fragment=(number, last), payloads=(132,), encrypted=False)
    assert found(ID, often) == []


def test_copies_of_a_mirror_port_count_once() -> None:
    twice = talk(20)
    for number in range(1, 20):
        twice.say("IDENTITY_PROTECTION", length=1436, fragment=(number, None), payloads=(132,), duplicate=True)
    assert found(ID, twice) == []


def test_ikev2_says_how_many_there_are() -> None:
    other = healthy()
    for number in range(1, 40):
        other.say("IKE_AUTH", message_id=2, length=1436, fragment=(number, 39), payloads=(53,))
    assert found(ID, other) == []
