from analyzer.isakmp.payloads.ikev1.signature import Signature
from tests.isakmp.wire import body_of


def test_signature() -> None:
    assert body_of(9, b"signed", version=1) == (Signature(b"signed"), [])
