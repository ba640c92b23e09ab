from tests.assessment.build import Talk, found, main_mode, sa1, sa2

ID = "transform-enumeration"


def tries(count: int, gap: float = 1.0, **fields) -> list[Talk]:
    talks = []
    for k in range(count):
        talk = Talk(version=1, number=k + 1, frame=k + 1, at=k * gap, **{"outcome": "failed", **fields})
        talk.offer(sa1((5 if k % 2 else 7, 1 + k % 3, 1, 1 + k)), k + 1)
        talk.say("IDENTITY_PROTECTION", after=0)
        talks.append(talk)
    return talks


def test_many_small_different_offers() -> None:
    talks = tries(12)
    talks[3].choose(4, encryption_id=5, integrity_id=1, ke_id=4)
    (finding,) = found(ID, *talks)
    assert (finding.subject, finding.severity) == ("192.0.2.10", "medium")
    assert finding.detail == "12 different small offers to 192.0.2.20 within 60 s; 1 of 12 accepted."


def test_one_source_and_several_responders_are_one_finding() -> None:
    talks = [*tries(12), *tries(9, responder="192.0.2.21"), *tries(9, responder="192.0.2.22", initiator="192.0.2.66")]
    for number, talk in enumerate(talks, 1):
        talk.n.number = number
    first, other = found(ID, *talks)
    assert first.detail.startswith("12 different small offers to 192.0.2.20")
    assert first.detail.endswith("It did the same to 1 more responder.")
    assert other.subject == "192.0.2.66"


def test_few_slow_or_equal_offers() -> None:
    assert found(ID, *tries(7)) == []
    assert found(ID, *tries(20, gap=20)) == []
    same = tries(12)
    for talk in same:
        talk.n.offers.clear()
        talk.offer(sa1((7, 4, 1, 14, 256)))
    assert found(ID, *same) == []


def test_who_goes_on_is_a_peer() -> None:
    """Its profiles, one after the other: each refused at authentication, or the last one accepted."""
    refused = tries(12)
    for talk in refused:
        talk.say("IDENTITY_PROTECTION", by="r")
        talk.say("IDENTITY_PROTECTION", payloads=(4, 10))
    assert found(ID, *refused) == []
    assert found(ID, *tries(12), main_mode(13, 100, at=30, outcome="established")) == []
    assert found(ID, *tries(12), main_mode(13, 100, at=300, outcome="established")), "much later"


def test_ikev2_clients_offer_many_transforms_at_once() -> None:
    talks = []
    for k in range(12):
        talk = Talk(number=k + 1, frame=k + 1, at=k, outcome="failed")
        talk.offer(sa2({"encr": [12, 20, 3], "prf": [2, 5, 7], "integ": [2, 12, 14], "ke": [2, 14, 20 + k]}))
        talk.say("IKE_SA_INIT")
        talks.append(talk)
    assert found(ID, *talks) == []
