import pytest

from analyzer.isakmp.payloads.ikev1.nat_detection import NatDetection
from tests.isakmp.wire import body_of


@pytest.mark.parametrize("number", [20, 130])
def test_rfc_and_draft_numbers(number: int) -> None:
    assert body_of(number, bytes(16), version=1) == (NatDetection(bytes(16)), [])
