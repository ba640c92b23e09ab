from tests.assessment.build import found, healthy, sa2

ID = "post-quantum-fallback"


def hybrid():
    talk = healthy()
    talk.n.offers.clear()
    return talk.offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": [31], "addke": [36, 0]}), 1)


def test_offered_and_not_chosen() -> None:
    (finding,) = found(ID, hybrid())
    assert (finding.subject, finding.evidence_frames) == ("ml-kem-768", (1, 2))


def test_chosen_or_never_offered() -> None:
    assert found(ID, hybrid().choose(2, encryption_id=20, prf_id=5, ke_id=31, additional_ke_ids=(36,))) == []
    assert found(ID, hybrid().choose(2, encryption_id=20, prf_id=5, ke_id=36)) == []
    assert found(ID, healthy()) == []
