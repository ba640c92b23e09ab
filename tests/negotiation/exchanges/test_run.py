"""A table followed message by message."""

from analyzer.negotiation.exchanges.initial import IKE_AUTH
from analyzer.negotiation.exchanges.phase1 import MAIN
from analyzer.negotiation.exchanges.run import Run


def test_what_comes_late_is_neither_missing_nor_unexpected() -> None:
    run = Run(MAIN)
    for frame, event in enumerate(("choice", "responder-keys", "offer"), 1):
        run.take(frame, event, frame)
    assert [(place, s.frame_number, s.unseen) for place, s in run.surprises()] == [(2, 2, ("initiator-keys",))]
    run.take(4, "initiator-keys", 4)
    assert run.state == "keyed"
    assert list(run.surprises()) == []
    run.take(5, "choice", 5)
    assert [(place, s.unexpected) for place, s in run.surprises()] == [(5, True)]


def test_what_has_no_place_changes_nothing_and_is_remembered() -> None:
    run = Run(IKE_AUTH)
    for frame, event in enumerate(("auth-request", "auth-accepted", "other-answer"), 1):
        run.take(0, event, frame)
    assert run.state == "accepted"
    ((_, surprise),) = run.surprises()
    assert (surprise.frame_number, surprise.event, surprise.unexpected) == (3, "other-answer", True)


def test_a_run_may_begin_behind_the_start() -> None:
    run = Run(IKE_AUTH, "accepted")
    run.take(0, "auth-request", 1)
    assert (run.state, list(run.surprises())) == ("requested", [])
