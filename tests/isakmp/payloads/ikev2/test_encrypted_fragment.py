import pytest

from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from tests.isakmp.wire import body_of, kinds


@pytest.mark.parametrize(
    ("numbers", "good"),
    [("00010001", True), ("00020003", True), ("00000003", False), ("00040003", False), ("00000000", False)],
)
def test_fragment_numbers(numbers: str, good: bool) -> None:
    data = bytes.fromhex(numbers)
    first = 35 if data[1] == 1 else 0
    body, defects = body_of(53, data + b"piece", following=first)
    assert body == EncryptedFragment(first, data[1], data[3], b"piece")
    assert kinds(defects) == ([] if good else ["wire-fragment-number"])


def test_later_fragments_name_no_payload() -> None:
    numbers = bytes.fromhex("00020003")
    assert kinds(body_of(53, numbers + b"piece", following=35)[1]) == ["wire-fragment-payload"]
    assert kinds(body_of(53, numbers + b"piece", following=0)[1]) == []
