import pytest

from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from tests.isakmp.wire import body_of, kinds


@pytest.mark.parametrize(
    ("numbers", "good"),
    [("00010001", True), ("00020003", True), ("00000003", False), ("00040003", False), ("00000000", False)],
)
def test_fragment_numbers(numbers: str, good: bool) -> None:
    data = bytes.fromhex(numbers)
    body, defects = body_of(53, data + b"piece", following=35)
    assert body == EncryptedFragment(35, data[1], data[3], b"piece")
    assert kinds(defects) == ([] if good else ["wire-fragment-number"])
