import pytest

from analyzer.report.nat import behind_nat

DIFFER = "behind NAT (likely): NAT detection hashes differ from the addresses or ports of packets"


def test_who_is_behind_nat_is_inferred_and_says_from_what() -> None:
    assert behind_nat({"nat": "initiator", "ike_version": 2}) == f"the initiator is {DIFFER} (RFC 7296 2.23)"
    assert behind_nat({"nat": "responder", "ike_version": 1}) == f"the responder is {DIFFER} (RFC 3947 3.2)"
    assert behind_nat({"nat": "both", "ike_version": None}) == f"both sides are {DIFFER}"


@pytest.mark.parametrize("nat", [None, "none"])
def test_nobody_is_or_nobody_knows(nat: str | None) -> None:
    assert behind_nat({"nat": nat, "ike_version": 2}) == ""
