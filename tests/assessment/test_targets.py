"""What was asked for IKE and did not answer: seen refused, filtered, unreachable, open, or nothing seen."""

import pytest

from analyzer.assessment import Responder, policies
from analyzer.assessment.case import Case
from analyzer.assessment.exposure import Exposure
from analyzer.assessment.scene import Scene
from analyzer.capture.handshakes import TcpTarget
from tests.assessment.assessed import assess
from tests.assessment.build import INITIATOR, RESPONDER, SECOND, Talk, healthy, icmp, story


def rows(*talks: Talk, tcp: tuple[TcpTarget, ...] = ()) -> list[Responder]:
    told = story(*talks)
    told.tcp_targets = tcp
    return assess(told).responders


def row(*talks: Talk, tcp: tuple[TcpTarget, ...] = ()) -> Responder:
    (one,) = rows(*talks, tcp=tcp)
    return one


def silent(number: int = 1, frame: int = 1, times: int = 1, **fields: object) -> Talk:
    talk = Talk(number=number, frame=frame, **{"outcome": "unanswered", **fields})  # type: ignore[arg-type]
    for k in range(times):
        talk.say("IKE_SA_INIT", again=k > 0)
    return talk


def test_silence_is_unanswered_and_never_filtered() -> None:
    one = row(silent(times=3))
    assert (one.ip, one.port, one.transport, one.state, one.confidence) == (RESPONDER, 500, "udp", "unanswered", None)
    assert (one.requests, one.askers, one.asked_by, one.evidence_frames) == (3, 1, (INITIATOR,), (1,))
    assert (one.answered_peers, one.first_time, one.implementation) == ((), None, None)


@pytest.mark.parametrize(
    ("kind", "state", "confidence"),
    [
        ("port-unreachable", "refused", "likely"),
        ("admin-prohibited", "filtered", "likely"),
        ("host-unreachable", "unreachable", "likely"),
        ("time-exceeded", "unanswered", None),
    ],
)
def test_icmp_errors_say_more(kind: str, state: str, confidence: str | None) -> None:
    talk = silent()
    talk.n.icmp_errors.append(icmp(kind, frame=2))
    one = row(talk)
    assert (one.state, one.confidence, one.evidence_frames) == (state, confidence, (1,) if confidence is None else (2,))
    assert (one.first_time is None) is (confidence is None)


def test_an_icmp_error_about_another_port_is_not_its() -> None:
    talk = silent()
    talk.n.icmp_errors.append(icmp("port-unreachable")._replace(dst_port=4500))
    assert row(talk).state == "unanswered"


def test_an_error_is_evidence_where_no_outcome_is_known() -> None:
    talk = silent(outcome="incomplete")
    assert rows(talk) == [], "the capture may have ended"
    talk.n.icmp_errors.append(icmp("port-unreachable"))
    assert row(talk).state == "refused"


def test_who_answers_somebody_is_not_asked_in_vain() -> None:
    assert row(silent(2, 20), healthy(1)).state == "answered"


def test_answers_without_a_question_are_no_target() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", by="r")
    assert [r.state for r in rows(talk)] == ["answered"]


def floated(outcome: str) -> Talk:
    """An SA that is answered on port 500 and asks on port 4500 in vain."""
    talk = Talk(outcome=outcome)
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r")
    talk.transport = "udp-4500"
    talk.say("IKE_AUTH")
    talk.say("IKE_AUTH", again=True)
    talk.n.moves = [(1, INITIATOR, 500, RESPONDER, 500), (3, INITIATOR, 4500, RESPONDER, 4500)]
    return talk


def test_a_port_on_which_an_sa_is_answered_no_more() -> None:
    answered, silent_ = rows(floated("failed"))
    assert (answered.port, answered.state) == (500, "answered")
    assert (silent_.port, silent_.transport, silent_.state) == (4500, "udp-4500", "unanswered")
    assert (silent_.requests, silent_.asked_by, silent_.evidence_frames) == (2, (INITIATOR,), (3,))
    assert [r.port for r in rows(floated("incomplete"))] == [500], "the capture may have ended"
    stopped = floated("incomplete")
    stopped.n.icmp_errors.append(icmp("admin-prohibited")._replace(dst_port=4500))
    assert [(r.port, r.state) for r in rows(stopped)] == [(500, "answered"), (4500, "filtered")]


def test_who_only_begins_exchanges_there_is_no_silent_target() -> None:
    talk = floated("established")
    talk.say("INFORMATIONAL", by="r", begun_by="r")
    assert [r.state for r in rows(talk)] == ["answered"]


def test_gdoi_and_tcp_are_targets_of_their_own() -> None:
    group = silent(1, responder_port=848)
    over_tcp = Talk(number=2, frame=9, outcome="unanswered")
    over_tcp.transport = "tcp"
    over_tcp.say("IKE_SA_INIT")
    assert [(r.port, r.transport) for r in rows(group, over_tcp)] == [(500, "tcp"), (848, "udp")]


def test_tcp_connections() -> None:
    def of(**signs: dict[str, int]) -> tuple[str, str | None, tuple[int, ...]]:
        known = {"askers": {INITIATOR: 1}, **signs}
        one = row(tcp=(TcpTarget(RESPONDER, 4500, 2, first_time=5, last_time=SECOND, **known),))
        assert (one.transport, one.requests, one.first_time, one.last_time) == ("tcp", 2, 5, SECOND)
        return one.state, one.confidence, one.evidence_frames

    assert of() == ("unanswered", None, (1,))
    assert of(accepted={INITIATOR: 2}) == ("open", "certain", (2,))
    assert of(unasked={INITIATOR: 2}) == ("open", "likely", (2,))
    assert of(accepted={INITIATOR: 2}, unasked={"192.0.2.9": 7}) == ("open", "certain", (2, 7))
    assert of(refused={INITIATOR: 3}) == ("refused", "certain", (3,))
    assert of(refused={INITIATOR: 3}, accepted={"192.0.2.9": 4}) == ("open", "certain", (4,)), "it accepts somebody"
    assert of(errors={"admin-prohibited": 4}) == ("filtered", "likely", (4,))
    assert of(errors={"port-unreachable": 4}) == ("refused", "likely", (4,))
    assert of(errors={"port-unreachable": 4}, refused={INITIATOR: 3}) == ("refused", "certain", (3, 4))
    assert of(errors={"time-exceeded": 4}) == ("unanswered", None, (1,))


def test_ike_over_an_open_port_is_one_row() -> None:
    target = TcpTarget(RESPONDER, 500, 1, {INITIATOR: 1}, accepted={INITIATOR: 2})
    talk = Talk(outcome="unanswered", frame=3)
    talk.transport = "tcp"
    talk.say("IKE_SA_INIT")
    one = row(talk, tcp=(target,))
    assert (one.state, one.requests, one.asked_by) == ("open", 2, (INITIATOR,))
    talk.say("IKE_SA_INIT", by="r")
    talk.n.outcome = "failed"
    assert row(talk, tcp=(target,)).state == "answered"


def test_askers_are_counted_and_the_first_named() -> None:
    talks = [silent(k, k, initiator=f"192.0.2.{200 - k}") for k in range(1, 31)]
    one = row(*talks)
    assert (one.askers, one.requests, len(one.asked_by or ()), len(one.evidence_frames)) == (30, 30, 20, 10)
    assert (one.asked_by or ())[:2] == ("192.0.2.199", "192.0.2.198")
    more = TcpTarget(RESPONDER, 500, 99, {INITIATOR: 1}, all_askers=False)
    assert row(tcp=(more,)).askers is None


def test_parts_together_are_the_whole() -> None:
    talks = [silent(1, 1), silent(2, 2, initiator="192.0.2.1"), silent(3, 3, responder="192.0.2.5"), healthy(4, 10)]
    talks[1].n.icmp_errors.append(icmp("admin-prohibited"))
    scene = Scene(story(*talks), policies.load("ietf"))
    parts = [Exposure(), Exposure()]
    for place, talk in enumerate(talks):
        parts[place % 2].add(Case(scene, talk.n), None)
    whole = Exposure()
    for part in parts:
        whole.take(part)
    assert whole.responders() == rows(*talks)


def test_what_may_have_answered_is_not_called_unanswered() -> None:
    unclear = TcpTarget(RESPONDER, 443, 1, {INITIATOR: 1}, unclear=True)
    talk = Talk(outcome="unanswered", frame=3, responder_port=443)
    talk.transport = "tcp"
    talk.say("IKE_SA_INIT")
    assert rows(talk, tcp=(unclear,)) == rows(tcp=(unclear,)) == []
    unclear.accepted[INITIATOR] = 2
    assert row(talk, tcp=(unclear,)).state == "open"


def test_whether_all_peers_are_kept() -> None:
    target = TcpTarget(RESPONDER, 500, 1, {INITIATOR: 1}, accepted={INITIATOR: 2})
    assert row(tcp=(target,)).all_peers is True
    target.all_peers = False
    assert row(tcp=(target,)).all_peers is False
    assert row(healthy(1)).all_peers is None
