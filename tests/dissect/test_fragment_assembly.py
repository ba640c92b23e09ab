from hypothesis import given
from hypothesis import strategies as st

from analyzer.dissect.fragment_assembly import FragmentAssembly
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment


def piece(number: int, data: bytes, *, last: bool = False, ident: int = 1) -> CiscoFragment:
    return CiscoFragment(ident, number, last, data)


def test_a_set_in_any_order_with_its_frames() -> None:
    assembly = FragmentAssembly()
    first = assembly.add(1, 10, piece(2, b"b"))
    assert (first.total, first.whole) == (None, None)
    assert assembly.add(1, 11, piece(3, b"c", last=True)) is first
    assert (first.total, first.whole) == (3, None)
    assert assembly.add(1, 12, piece(1, b"a")) is first
    assert (first.whole, first.completed_in, first.frames) == (b"abc", 12, {2: 10, 3: 11, 1: 12})


def test_senders_and_ids_are_kept_apart() -> None:
    assembly = FragmentAssembly()
    sets = [
        assembly.add(sender, frame, piece(1, data, ident=ident))
        for frame, (sender, ident, data) in enumerate([(1, 1, b"a"), (2, 1, b"b"), (1, 2, b"c")])
    ]
    for sender, ident, whole, found in ((1, 2, b"cC", sets[2]), (2, 1, b"bB", sets[1]), (1, 1, b"aA", sets[0])):
        assert assembly.add(sender, 9, piece(2, whole[1:], last=True, ident=ident)) is found
        assert found.whole == whole


def test_one_id_for_all_messages_of_a_sender() -> None:
    assembly = FragmentAssembly()
    one = [assembly.add(1, 1, piece(1, b"a")), assembly.add(1, 2, piece(2, b"b", last=True))]
    again = [assembly.add(1, 3, piece(1, b"a")), assembly.add(1, 4, piece(2, b"b", last=True))]
    assert one[0] is one[1] is again[0] is again[1]
    other = assembly.add(1, 5, piece(1, b"c"))
    assert other is not one[0]
    assert assembly.add(1, 6, piece(1, b"d")) is not other  # its other pieces never came
    assert one[0].whole == b"ab"


def test_a_last_fragment_numbered_zero_makes_nothing() -> None:
    assert FragmentAssembly().add(1, 1, piece(0, b"a", last=True)).whole is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.booleans(), st.binary(max_size=2))))
def test_nothing_raises_and_what_is_whole_has_all_pieces(fragments: list[tuple[int, int, bool, bytes]]) -> None:
    assembly = FragmentAssembly()
    for frame, (ident, number, last, data) in enumerate(fragments):
        found = assembly.add(0, frame, piece(number, data, last=last, ident=ident))
        if found.whole is not None:
            assert set(range(1, (found.total or 0) + 1)) <= set(found.frames)
