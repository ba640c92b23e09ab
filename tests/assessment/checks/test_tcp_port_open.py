import pytest

from analyzer.assessment import Finding
from analyzer.capture.handshakes import TcpTarget
from tests.assessment.assessed import assess
from tests.assessment.build import INITIATOR, RESPONDER, Talk, story


def found(*targets: TcpTarget, talks: tuple[Talk, ...] = ()) -> list[Finding]:
    told = story(*talks)
    told.tcp_targets = targets
    return [f for f in assess(told).findings if f.finding == "tcp-port-open"]


@pytest.mark.parametrize("port", [500, 4500])
def test_a_syn_is_answered(port: int) -> None:
    (one,) = found(TcpTarget(RESPONDER, port, 1, {INITIATOR: 1}, accepted={INITIATOR: 2}))
    assert (one.severity, one.confidence, one.subject) == ("medium", "certain", f"{RESPONDER} TCP {port}")
    assert (one.evidence_frames, one.negotiation) == ((2,), None)
    assert one.detail == f"It accepted a connection of {INITIATOR}. No IKE answer came over it in this capture."


def test_a_syn_ack_alone_is_likely() -> None:
    (one,) = found(TcpTarget(RESPONDER, 500, unasked={f"192.0.2.{k}": k for k in range(1, 8)}))
    assert one.confidence == "likely"
    assert "192.0.2.5 and 2 more; its SYN is not seen" in one.detail
    (one,) = found(TcpTarget(RESPONDER, 500, unasked={f"192.0.2.{k}": k for k in range(1, 8)}, all_peers=False))
    assert "192.0.2.5 and at least 2 more; its SYN" in one.detail


@pytest.mark.parametrize(
    "target",
    [
        TcpTarget(RESPONDER, 500, 1, {INITIATOR: 1}, refused={INITIATOR: 2}),
        TcpTarget(RESPONDER, 4500, 1, {INITIATOR: 1}),
        TcpTarget(RESPONDER, 500, 1, {INITIATOR: 1}, errors={"admin-prohibited": 2}),
        TcpTarget(RESPONDER, 443, 1, {INITIATOR: 1}, accepted={INITIATOR: 2}),
    ],
)
def test_refused_silent_filtered_and_other_ports(target: TcpTarget) -> None:
    assert found(target) == []


def test_where_ike_answers_over_tcp_it_is_what_the_port_is_for() -> None:
    target = TcpTarget(RESPONDER, 500, 1, {INITIATOR: 1}, accepted={INITIATOR: 2})
    talk = Talk(outcome="failed", frame=3)
    talk.transport = "tcp"
    talk.say("IKE_SA_INIT")
    assert len(found(target, talks=(talk,))) == 1
    talk.say("IKE_SA_INIT", by="r", notifies=[14])
    for targets in ((target,), ()):
        (one,) = found(*targets, talks=(talk,))
        assert (one.severity, one.subject, one.evidence_frames) == ("info", f"{RESPONDER} TCP 500", (4,))
        assert one.detail == "It answered IKE over TCP there."


def test_ike_over_tcp_on_another_port_is_none() -> None:
    talk = Talk(outcome="failed", responder_port=443)
    talk.transport = "tcp"
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[14])
    assert found(talks=(talk,)) == []
