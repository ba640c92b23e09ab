from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from tests.isakmp.wire import body_of, kinds


def test_fragments() -> None:
    assert body_of(132, bytes.fromhex("00010200") + b"part", version=1) == (CiscoFragment(1, 2, False, b"part"), [])
    assert body_of(132, bytes.fromhex("00010301") + b"end", version=1) == (CiscoFragment(1, 3, True, b"end"), [])


def test_numbers_begin_with_one() -> None:
    assert kinds(body_of(132, bytes.fromhex("00010001"), version=1)[1]) == ["wire-fragment-number"]
