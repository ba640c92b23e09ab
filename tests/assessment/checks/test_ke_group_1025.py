from tests.assessment.build import Talk, found, healthy, sa2

ID = "ke-group-1025"


def test_a_value_of_the_method() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", payloads=(33, 34, 40), key_exchanges=((1025, 128),))
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.confidence, finding.subject) == ("high", "likely", "192.0.2.10")
    talk.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40), key_exchanges=((1025, 128),))
    assert [f.subject for f in found(ID, talk)] == ["192.0.2.10", "192.0.2.20"]


def test_after_a_cookie_round() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", key_exchanges=((19, 64),))
    talk.say("IKE_SA_INIT", by="r", payloads=(41,), notifies=((16390, b"x"),))
    talk.say("IKE_SA_INIT", key_exchanges=((1025, 64),))
    assert found(ID, talk)


def test_the_number_in_another_registry_or_without_a_value() -> None:
    private = Talk(outcome="incomplete").offer(sa2({"encr": [(20, 256)], "prf": [1025], "ke": [19]}))
    private.say("IKE_SA_INIT", key_exchanges=((19, 64),))
    assert found(ID, private) == [], "a private PRF"
    offered = Talk(outcome="incomplete").offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": [19, 1025]}))
    offered.say("IKE_SA_INIT", key_exchanges=((19, 64),))
    assert found(ID, offered) == [], "offered, and a value of another"
    assert found(ID, healthy()) == []
    other = Talk(outcome="incomplete")
    other.say("IKE_SA_INIT", key_exchanges=((1024, 64), (1030, 32)))
    assert found(ID, other) == []
    old = Talk(version=1, outcome="incomplete")
    old.say("IDENTITY_PROTECTION", payloads=(4, 10), key_exchanges=((None, 128),))
    assert found(ID, old) == []
