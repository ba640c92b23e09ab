import pytest

from analyzer.isakmp.payloads.nonce import Nonce
from tests.isakmp.wire import body_of, kinds


@pytest.mark.parametrize(
    ("version", "number", "size", "good"),
    [
        (2, 40, 16, True),
        (2, 40, 15, False),
        (2, 40, 256, True),
        (2, 40, 257, False),
        (1, 10, 8, True),
        (1, 10, 7, False),
        (1, 10, 0, False),
    ],
)
def test_nonce_lengths(version: int, number: int, size: int, good: bool) -> None:
    body, defects = body_of(number, bytes(size), version)
    assert body == Nonce(bytes(size))
    assert kinds(defects) == ([] if good else ["wire-nonce-length"])
