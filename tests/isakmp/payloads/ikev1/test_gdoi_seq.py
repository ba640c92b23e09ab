from analyzer.isakmp.payloads.ikev1.gdoi_seq import SequenceNumber
from tests.isakmp.wire import body_of, kinds


def test_sequence_number() -> None:
    assert body_of(18, bytes.fromhex("00000007"), version=1) == (SequenceNumber(7), [])
    assert kinds(body_of(18, bytes(5), version=1)[1]) == ["wire-stray-bytes"]
