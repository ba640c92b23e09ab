from analyzer.report.new_findings import compared
from analyzer.report.snapshot import snapshot
from analyzer.tables.store import Tables
from tests.report.sample import put


def judged(*findings: tuple[str, str, str], policy: str | None = "ietf", outcome: str = "established") -> Tables:
    tables = Tables()
    ends = {"initiator_ip": "10.0.0.9", "responder_ip": "10.0.0.1"}
    put(tables, "negotiations", negotiation=1, outcome=outcome, **ends)
    for frame, (severity, name, subject) in enumerate(findings, 5):
        cells = {"severity": severity, "finding": name, "subject": subject, "policy": policy, "negotiation": 1}
        put(tables, "findings", evidence_frames=(frame,), capture="now.pcap", **cells)
    return tables


def agreed(policy: str = "ietf") -> Tables:
    """Without a finding; that the policy was asked stands in its verdict."""
    tables = judged()
    put(tables, "verdicts", negotiation=1, policy=policy, verdict="pass")
    return tables


LOW, HIGH = ("low", "no-pfs", "ESP"), ("high", "weak-ke-chosen", "MODP-768")


def changes(old: Tables, new: Tables) -> list[tuple[str, bool]]:
    return [(change.kind, change.drift) for change in compared(snapshot(old), snapshot(new))]


def test_new_ones_of_two_hosts_are_one_drift_the_most_severe_first() -> None:
    (change,) = compared(snapshot(agreed()), snapshot(judged(LOW, HIGH)))
    assert change.subject == "10.0.0.1 and 10.0.0.9"
    assert change.text.endswith(": high weak-ke-chosen (MODP-768) and low no-pfs (ESP)")
    assert change.new == ("weak-ke-chosen: MODP-768", "no-pfs: ESP")
    assert (change.capture, change.frame_number) == ("now.pcap", 5)


def test_those_that_are_gone_are_only_not_seen_again() -> None:
    assert changes(judged(LOW, HIGH), judged(HIGH)) == [("finding-not-seen", False)]
    assert changes(judged(HIGH), judged(HIGH)) == []


def test_one_that_is_more_severe_now_is_drift_and_a_milder_one_none() -> None:
    milder = judged(("medium", *HIGH[1:]), LOW)
    (change,) = compared(snapshot(milder), snapshot(judged(HIGH, LOW)))
    assert (change.kind, change.drift, change.new) == ("finding-worse", True, ("weak-ke-chosen: MODP-768",))
    assert "high weak-ke-chosen (MODP-768); in the baseline: medium" in change.text
    assert changes(judged(HIGH, LOW), milder) == []


def test_another_policy_is_said_where_the_baseline_has_no_finding() -> None:
    assert changes(agreed("bsi"), judged(HIGH)) == [("findings-not-compared", False)]
    assert changes(agreed("ietf"), judged(HIGH)) == [("finding-new", True)]
    (change,) = compared(snapshot(judged()), snapshot(judged(HIGH)))  # nothing agreed, nothing found
    assert change.text.endswith("; by which policy the baseline was judged is not shown")


def test_what_is_no_drift() -> None:
    assert changes(judged(), judged(("info", "sa-moved", "x"))) == []
    assert changes(judged(), judged(HIGH, outcome="probe")) == []
    assert changes(judged(LOW, policy="bsi"), judged(HIGH)) == [("findings-not-compared", False)]
    assert changes(judged(LOW, policy=None), judged(HIGH)) == [("finding-new", True), ("finding-not-seen", False)]
