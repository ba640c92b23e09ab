from analyzer.isakmp.payloads.ikev2.encrypted import Encrypted
from tests.isakmp.wire import body_of


def test_the_next_payload_is_inside() -> None:
    assert body_of(46, bytes(32), following=35) == (Encrypted(35, bytes(32)), [])
