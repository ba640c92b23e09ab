"""What first messages that look alike share, and what is kept of each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import decode
from analyzer.isakmp.memory import NOTHING
from analyzer.negotiation.follow import patterns
from analyzer.negotiation.follow.patterns import Patterns, coarse, form_of, is_plain
from analyzer.negotiation.follow.steps import shape_of
from tests.negotiation.build import (
    AGGRESSIVE,
    IKE_AUTH,
    INIT,
    MAIN,
    ZERO,
    datagram,
    init_request,
    ke1,
    ke2,
    main_1,
    nat2,
    nonce1,
    nonce2,
    phase1,
    sa1,
    sa2,
    sealed,
    v1,
    v2,
    vendor2,
)

SUITE = (1, 12, 256), (2, 5), (3, 12), (4, 19)


def request(number: int, *extra: tuple[int, bytes], group: int = 19) -> bytes:
    spis = f"{number:016x}", ZERO
    body = sa2(SUITE), ke2(group, str(number)), nonce2(str(number))
    return v2(INIT, *body, *nat2(spis, ("192.0.2.9", 500), ("192.0.2.1", 500)), *extra, spis=spis)


def aggressive(number: int) -> bytes:
    return v1(AGGRESSIVE, sa1(phase1()), ke1(str(number)), nonce1(str(number)), spis=(f"{number:016x}", ZERO))


MESSAGES = [request(1), init_request(), main_1(), aggressive(1), request(1, vendor2(b"a tool"))]


def cut(data: bytes, missing: int) -> Datagram:
    return datagram(data[: len(data) - missing])._replace(missing=missing)


@pytest.mark.parametrize("data", MESSAGES)
def test_a_message_is_made_again_but_for_its_values(data: bytes) -> None:
    known = Patterns()
    one = datagram(data)
    message = decode(data)
    pattern = known.of(one, message)
    target, port, transport, offset, missing, payload = pattern.carried(pattern.rest_of(one))
    assert (target, port, transport, offset, missing) == (one.dst_ip, one.dst_port, one.transport, one.offset, 0)
    again = decode(data[:8] + payload)
    assert len(payload) == len(data) - 8
    shapes = [shape_of(m, "udp", True, NOTHING) for m in (again, message)]
    assert shapes[0] == shapes[1]
    assert [p for p in again.payloads if p.type == 41] == [p for p in message.payloads if p.type == 41]


def test_alike_is_what_differs_in_values_only() -> None:
    known = Patterns()
    assert known.alike(datagram(request(1))) is None
    pattern = known.of(datagram(request(1)), decode(request(1)))
    assert known.alike(datagram(request(2))) is pattern
    assert known.of(datagram(request(2)), decode(request(2))) is pattern
    assert known.alike(datagram(request(2, group=20))) is None
    assert known.alike(datagram(request(2))._replace(dst_ip="192.0.2.77")) is None
    assert known.alike(cut(request(2), 10)) is None
    assert known.alike(datagram(request(2))._replace(offset=7)) is None


@settings(max_examples=300)
@given(st.integers(8, len(request(1)) - 1), st.integers(0, 255), st.booleans())
def test_what_is_alike_is_so_by_decoding_too(place: int, value: int, cut_off: bool) -> None:
    """One byte of a message is another: it is alike only where the decoder finds the same in it."""
    known = Patterns()
    known.of(datagram(request(1)), decode(request(1)))
    data = bytearray(request(2))
    data[place] = value
    other = cut(bytes(data), 3) if cut_off else datagram(bytes(data))
    if known.alike(other) is None:
        return
    mine, first = decode(bytes(data)), decode(request(1))
    assert mine[1:9] == first[1:9]
    assert (mine.defects, mine.payload_types) == (first.defects, first.payload_types)
    assert shape_of(mine, "udp", True, NOTHING) == shape_of(first, "udp", True, NOTHING)


def test_a_message_with_defects_is_decoded() -> None:
    known = Patterns()
    data = bytearray(request(1))
    data[29] = 0x7F  # reserved bits of the first payload
    message = decode(bytes(data))
    assert message.defects
    assert not known.of(datagram(bytes(data)), message).clean
    assert known.alike(datagram(bytes(data))) is None


def test_more_than_so_many_are_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST_PATTERNS", 2)
    monkeypatch.setattr(patterns, "MOST_TARGETS", 1)
    known = Patterns()
    sizes = [request(i, vendor2(bytes(i))) for i in range(1, 6)]
    found = [known.of(datagram(data), decode(data)) for data in sizes]
    assert [p.fixed is None for p in found] == [False, False, True, True, True]
    assert found[2] is found[3] is found[4]
    one = datagram(sizes[3])
    assert found[3].carried(found[3].rest_of(one))[:5] == (one.dst_ip, one.dst_port, "udp", one.offset, 0)
    assert sizes[3][:8] + found[3].carried(found[3].rest_of(one))[5] == sizes[3]
    elsewhere = known.of(one._replace(dst_ip="2001:db8::1"), decode(sizes[3]))
    assert found[3].group == (one.dst_ip, coarse(form_of(decode(sizes[3]))))
    assert elsewhere.group == (None, coarse(form_of(decode(sizes[3]))))
    assert elsewhere.carried(elsewhere.rest_of(one._replace(dst_ip="2001:db8::1")))[0] == "2001:db8::1"


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (init_request(), True),
        (main_1(), True),
        (aggressive(1), True),
        (sealed(IKE_AUTH, 200, spis=("00000000000000aa", ZERO)), False),
        (v1(MAIN, (132, bytes(20)), spis=("00000000000000aa", ZERO)), False),
    ],
)
def test_which_are_plain(data: bytes, plain: bool) -> None:
    assert is_plain(datagram(data), decode(data)) is plain


def test_what_is_none_of_a_flood() -> None:
    assert not is_plain(datagram(init_request())._replace(transport="tcp"), decode(init_request()))
    assert not is_plain(datagram(main_1())._replace(dst_port=848), decode(main_1()))


def test_the_group_of_an_aggressive_mode_message_is_what_all_offer() -> None:
    one, other = aggressive(1), v1(AGGRESSIVE, sa1(phase1(), phase1(group=5)), ke1(), spis=("00000000000000aa", ZERO))
    assert Patterns().of(datagram(one), decode(one)).placed.ikev1_group == 14
    assert Patterns().of(datagram(other), decode(other)).placed.ikev1_group is None
