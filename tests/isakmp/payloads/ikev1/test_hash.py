from analyzer.isakmp.payloads.ikev1.hash import Hash
from tests.isakmp.wire import body_of


def test_hash() -> None:
    assert body_of(8, bytes(20), version=1) == (Hash(bytes(20)), [])
