from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from tests.isakmp.wire import SA_1, body_of, find, kinds, message, tree_of


def test_fragments() -> None:
    assert body_of(132, bytes.fromhex("00010200") + b"part", version=1) == (CiscoFragment(1, 2, False, b"part"), [])
    assert body_of(132, bytes.fromhex("00010301") + b"end", version=1) == (CiscoFragment(1, 3, True, b"end"), [])


def test_numbers_begin_with_one() -> None:
    assert kinds(body_of(132, bytes.fromhex("00010001"), version=1)[1]) == ["wire-fragment-number"]


def test_the_first_one_shows_the_header_of_the_whole_message() -> None:
    whole = message((1, SA_1), version=0x10, exchange=2, flags=1)
    first = find(tree_of(132, bytes.fromhex("00010100") + whole, version=1), "fragment_data")
    assert find(first, "exchange_type").meaning == "Identity Protection (Main Mode)"
    assert find(first, "length").value == str(len(whole))
    assert find(first, "beginning_of_the_message").length == len(whole) - 28
    for body in (bytes.fromhex("00010200") + whole, bytes.fromhex("00010100") + whole[:20]):
        assert find(tree_of(132, body, version=1), "fragment_data").children == []
