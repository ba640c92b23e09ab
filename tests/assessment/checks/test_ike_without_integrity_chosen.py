import pytest

from analyzer.assessment import policies
from tests.assessment.build import Talk, found, healthy, main_mode, sa2

ID = "ike-without-integrity-chosen"
CBC = {"encr": [(12, 256)], "prf": [5], "ke": [19]}


def answered(kinds: dict, whole: bool = True, **fields) -> Talk:
    talk = healthy(**fields)
    talk.n.offers.clear()
    return talk.answer(sa2(kinds)._replace(whole=whole), 2)


@pytest.mark.parametrize("policy", policies.names())
@pytest.mark.parametrize("kinds", [CBC, {**CBC, "integ": [0]}, {**CBC, "encr": [3]}, {**CBC, "encr": [11]}])
def test_no_policy_allows_it(kinds: dict, policy: str) -> None:
    (finding,) = found(ID, answered(kinds), policy=policy)
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("critical", "certain", (2,))


def test_aead_integrity_and_what_nobody_knows_are_fine() -> None:
    for cipher in ((20, 256), (16, 128), 28, 32, 64999):
        assert found(ID, answered({**CBC, "encr": [cipher]})) == []
    assert found(ID, answered({**CBC, "integ": [12]})) == []
    assert found(ID, answered(CBC, whole=False)) == []  # the rest of the answer may have named one
    assert found(ID, main_mode(outcome="established")) == []  # IKEv1's hash protects


def test_a_child_sa_is_another_matter() -> None:
    talk = healthy().child(frame_number=3, response_frame=4)
    assert found(ID, talk.answer(sa2({"encr": [(12, 256)]}, protocol=3), 4, child=1)) == []


def test_what_a_responder_takes_from_a_scanner_it_accepts() -> None:
    (finding,) = found(ID, answered(CBC, outcome="probe"))
    assert finding.title == "IKE SA without integrity protection accepted"
