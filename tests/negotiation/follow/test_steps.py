import struct

from analyzer.isakmp import Memory, decode
from analyzer.negotiation.follow.fragments import Inside
from analyzer.negotiation.model import Step
from tests.negotiation.build import (
    IKE_AUTH,
    MAIN,
    SPI_I,
    ZERO,
    A,
    B,
    init_request,
    main_1,
    nat2,
    notify1,
    notify2,
    sealed,
    sealed1,
    step_of_message,
    v1,
)


def read(data: bytes, inside: Inside | None = None) -> Step:
    return step_of_message(data, inside=inside)


def test_a_message_in_clear() -> None:
    data = init_request(extra=[notify2(16430), notify2(16431, b"\0\2")])
    step = read(data)
    assert (step.length, step.transport, step.from_initiator) == (len(data), "udp", True)
    assert step.payload_types == (33, 34, 40, 41, 41)
    assert [(n.notify_type, n.data, n.authenticated) for n in step.notifies] == [
        (16430, b"", False),
        (16431, b"\0\2", False),
    ]
    assert not step.encrypted
    assert step.inner_types is None
    assert step.fragment is None


def test_defects_are_kept_by_their_kinds() -> None:
    whole = init_request()
    assert read(whole).defects == ()
    assert read(whole[:19] + b"\x18" + whole[20:]).defects == ("wire-version-flag",)
    hidden = sealed(IKE_AUTH, 238)
    step = read(hidden[:19] + bytes([hidden[19] | 0x10]) + hidden[20:])
    assert (step.defects, step.payload_types, step.encrypted) == (("wire-version-flag",), (46,), True)
    short = bytearray(v1(MAIN, (132, bytes(8))))
    short[30:32] = b"\0\1"
    assert (read(bytes(short)).payload_types, read(bytes(short)).defects) == ((132,), ("wire-payload-length",))


def test_hashes_of_nat_detection_are_not_kept() -> None:
    step = read(init_request(extra=nat2((SPI_I, ZERO), A, B)))
    assert [(n.notify_type, n.data) for n in step.notifies] == [(16388, b""), (16389, b"")]


def test_encrypted_messages_show_their_length_only() -> None:
    step = read(sealed(IKE_AUTH, 238, response=True))
    assert (step.length, step.payload_types, step.notifies, step.encrypted) == (238, (46,), (), True)
    assert step.is_response
    old = read(sealed1(MAIN, 108))
    assert (old.length, old.payload_types, old.encrypted, old.is_response) == (108, (), True, False)


def test_what_came_out_of_decryption_is_authenticated() -> None:
    inner = decode(init_request(extra=[notify2(24)])).payloads
    step = read(sealed(IKE_AUTH, 238), inside=Inside(inner, (), True))
    assert step.inner_types == (33, 34, 40, 41)
    assert [(n.notify_type, n.authenticated) for n in step.notifies] == [(24, True)]


def test_fragments() -> None:
    assert read(sealed(IKE_AUTH, 300, fragment=(2, 3))).fragment == (2, 3)
    middle, last = (
        v1(MAIN, (132, struct.pack(">HBB", 9, number, flag) + b"x" * 20)) for number, flag in ((1, 0), (2, 1))
    )
    assert read(middle).fragment == (1, None), "only the last one says how many there are"
    assert read(last).fragment == (2, 2)


def test_equal_shapes_are_one_object() -> None:
    memory = Memory()
    one, other = (step_of_message(main_1(extra=[notify1(24578)], spi=spi), memory=memory) for spi in (SPI_I, "c" * 16))
    assert one.payload_types is other.payload_types
    assert one.notifies[0] is other.notifies[0]
