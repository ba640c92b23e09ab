from tests.assessment.build import found, healthy, main_mode

ID = "ke-value-too-long"


def test_longer_than_the_method_allows() -> None:
    talk = healthy()
    talk.n.ke_groups = [(1, True, 19, 64), (2, False, 19, 640)]
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.evidence_frames) == ("KE 19", (2,))
    assert finding.detail == "640 bytes from the responder; a value of method 19 has 64."


def test_ml_kem_differs_by_side() -> None:
    talk = healthy()
    talk.n.ke_groups = [(1, True, 36, 1184), (2, False, 36, 1088)]
    assert found(ID, talk) == []
    talk.n.ke_groups = [(2, False, 36, 1184)]
    assert len(found(ID, talk)) == 1


def test_ikev1_takes_the_chosen_group() -> None:
    talk = main_mode(outcome="established")
    talk.n.ke_groups = [(3, True, None, 257)]
    assert [f.subject for f in found(ID, talk)] == ["KE 14"]
    talk.n.suite = None
    assert found(ID, talk) == []


def test_shorter_may_be_a_cut_capture_and_unknown_methods_have_no_size() -> None:
    talk = healthy()
    talk.n.ke_groups = [(1, True, 14, 100), (2, False, 60000, 5000)]
    assert found(ID, talk) == []
