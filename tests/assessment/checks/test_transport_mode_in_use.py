import pytest

from tests.assessment.build import found, healthy

ID = "transport-mode-in-use"


@pytest.mark.parametrize(("policy", "severity"), [("asd-ism", "high"), ("disa-vpn", "medium")])
def test_a_policy_that_asks_for_tunnel_mode(policy: str, severity: str) -> None:
    talk = healthy().child(mode="tunnel").child(mode="transport", response_frame=4)
    (finding,) = found(ID, talk, policy=policy)
    assert (finding.severity, finding.subject, finding.evidence_frames) == (severity, "child SA 2", (4,))


def test_tunnels_and_what_was_not_read_or_not_agreed_on() -> None:
    talk = healthy().child(mode="tunnel").child(mode="BEET").child(mode=None, basis="inferred")
    talk.child(mode="transport", outcome="failed")
    assert found(ID, talk, policy="disa-vpn") == []


def test_a_policy_that_asks_for_none() -> None:
    assert found(ID, healthy().child(mode="transport")) == []
