from analyzer.report.change import OUTCOME_CHANGED, UNFINISHED, Change


def test_where_it_is_shown() -> None:
    change = Change("responder-new", "10.0.0.1:500/udp", "answers", True)
    assert change.shown(None) == change
    assert change.shown(("a.pcap", 7))[-2:] == ("a.pcap", 7)
    assert change.shown(("", 0))[-2:] == (None, None)


def test_what_may_be_drift() -> None:
    assert Change(OUTCOME_CHANGED, "a to b", "", False, ("failed",)).may_be_drift
    assert not Change(OUTCOME_CHANGED, "a to b", "", False, (UNFINISHED,)).may_be_drift
    assert not Change("responder-not-seen", "a", "", False).may_be_drift
