import hashlib

from analyzer.analysis import Analysis
from analyzer.report.provenance import provenance_of
from analyzer.report.zone import zone_of
from tests.conftest import ROOT


def test_what_a_run_was_told() -> None:
    found = provenance_of(Analysis(policy="ietf", ports=(500, 4500, 5500)))
    assert (found.policy, found.ports, found.keys) == ("ietf", (500, 4500, 5500), None)
    assert "RFC 8247" in found.policy_title
    assert "read" in found.policy_note
    assert found.record()["ports"] == (500, 4500, 5500)


def test_a_policy_of_ones_own_is_named_with_the_digest_of_its_file() -> None:
    path = ROOT / "fixtures" / "policies" / "acme.toml"
    found = provenance_of(Analysis(policy=str(path)))
    assert found.policy == str(path)
    assert found.policy_title == "Acme's rules for VPNs, 2026"
    assert found.record()["policy_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert provenance_of(Analysis()).record()["policy_sha256"] is None


def test_no_zone_is_among_what_data_depend_on() -> None:
    found = provenance_of(Analysis(), zone_of("+05:30"))
    assert found.zone.name == "+05:30"
    assert found.record() == provenance_of(Analysis()).record()
