from analyzer.analysis import Analysis
from analyzer.report.provenance import provenance_of
from analyzer.report.zone import zone_of


def test_what_a_run_was_told() -> None:
    found = provenance_of(Analysis(policy="ietf", ports=(500, 4500, 5500)))
    assert (found.policy, found.ports, found.keys) == ("ietf", (500, 4500, 5500), None)
    assert "RFC 8247" in found.policy_title
    assert "read" in found.policy_note
    assert found.record()["ports"] == (500, 4500, 5500)


def test_an_unknown_policy_keeps_its_name() -> None:
    assert provenance_of(Analysis(policy="house-rules")).policy_title == "house-rules"


def test_no_zone_is_among_what_data_depend_on() -> None:
    found = provenance_of(Analysis(), zone_of("+05:30"))
    assert found.zone.name == "+05:30"
    assert found.record() == provenance_of(Analysis()).record()
