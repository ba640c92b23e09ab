from tests.assessment.build import Talk, found, healthy, sa2

ID = "ike-without-integrity-offered"
CBC = {"encr": [(12, 256)], "prf": [5], "ke": [19]}
GCM = {"encr": [(20, 256)], "prf": [5], "ke": [19]}


def offered(*proposals: dict, whole: bool = True, **fields) -> Talk:
    talk = healthy(**fields)
    talk.n.offers.clear()
    return talk.offer(sa2(*proposals)._replace(whole=whole), 1)


def test_one_proposal_of_several() -> None:
    (finding,) = found(ID, offered(GCM, {**CBC, "integ": [12]}, CBC))
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("high", "ENCR_AES_CBC-256", (1,))


def test_none_as_one_of_the_alternatives() -> None:
    assert found(ID, offered({**CBC, "integ": [12, 0]}))
    assert found(ID, offered({**CBC, "encr": [(20, 256), (12, 128)], "integ": [12, 0]}))  # CBC with NONE can be picked


def test_what_goes_with_integrity_or_needs_none() -> None:
    assert found(ID, offered(GCM, {**GCM, "integ": [0]}, {**CBC, "integ": [12]})) == []
    assert found(ID, offered({**CBC, "encr": [(20, 256), (12, 128)], "integ": [12]})) == []
    assert found(ID, offered(CBC, whole=False)) == []


def test_a_scanner_offers_what_it_likes() -> None:
    assert found(ID, offered(CBC, outcome="probe")) == []
