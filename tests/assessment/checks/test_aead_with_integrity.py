from tests.assessment.build import Talk, found, healthy, main_mode, sa2

ID = "aead-with-integrity"
GCM, CBC = (20, 256), (12, 256)
REST = {"prf": [5], "ke": [19]}


def offered(*proposals: dict[str, list], protocol: int = 1, **fields) -> Talk:
    talk = Talk(outcome="incomplete").ike_sa_init()
    return talk.offer(sa2(*proposals, protocol=protocol), **fields)


def test_aead_beside_others_or_with_integrity() -> None:
    (finding,) = found(ID, offered({"encr": [GCM, CBC], "integ": [12], **REST}))
    assert (finding.severity, finding.subject) == ("low", "offer for the IKE SA")
    assert finding.detail == "Proposal 1 offers AEAD ciphers and others together."
    (finding,) = found(ID, offered({"encr": [CBC], "integ": [12], **REST}, {"encr": [GCM, 28], "integ": [12], **REST}))
    assert finding.detail == "Proposal 2 offers AEAD ciphers with an integrity algorithm."


def test_for_a_child_sa() -> None:
    talk = healthy().offer(sa2({"encr": [GCM, CBC], "integ": [12]}, protocol=3), 3, child=1)
    assert found(ID, talk)[0].subject == "ESP offer for child SA 1"


def test_separate_proposals_none_and_choices() -> None:
    apart = offered({"encr": [CBC], "integ": [12], **REST}, {"encr": [GCM], **REST})
    assert found(ID, apart) == []
    assert found(ID, offered({"encr": [GCM], "integ": [0], **REST})) == [], "INTEG NONE is allowed"
    assert found(ID, offered({"encr": [CBC, (3, None)], "integ": [12, 2], **REST})) == [], "no AEAD"
    assert found(ID, offered({"encr": [GCM, 28, 16], **REST})) == [], "AEAD alone"
    assert found(ID, offered({"encr": [1030, GCM], **REST})) == [], "a private cipher may be AEAD"
    assert found(ID, main_mode(outcome="established")) == []


def test_a_choice_of_both() -> None:
    (finding,) = found(ID, healthy().answer(sa2({"encr": [GCM], "integ": [12], **REST}), 2))
    assert (finding.subject, finding.evidence_frames) == ("choice for the IKE SA", (2,))
    assert finding.detail == "An AEAD cipher was chosen together with an integrity algorithm."
    assert found(ID, healthy().answer(sa2({"encr": [GCM], "integ": [0], **REST}), 2)) == []


def test_ah_and_scanners_are_left_out() -> None:
    assert found(ID, healthy().offer(sa2({"integ": [12]}, protocol=2), 3, child=1)) == []
    probe = offered({"encr": [GCM, CBC], "integ": [12], **REST})
    probe.n.outcome = "probe"
    assert found(ID, probe) == []
