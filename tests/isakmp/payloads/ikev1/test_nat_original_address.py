import pytest

from analyzer.isakmp.payloads.ikev1.nat_original_address import NatOriginalAddress
from tests.isakmp.wire import body_of, find, tree_of


@pytest.mark.parametrize("number", [21, 131])
def test_rfc_and_draft_numbers(number: int) -> None:
    data = bytes.fromhex("01000000c0000201")
    assert body_of(number, data, version=1) == (NatOriginalAddress(1, bytes((192, 0, 2, 1))), [])
    assert find(tree_of(number, data, version=1), "address").meaning == "192.0.2.1"
