import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.isakmp import decode
from analyzer.redact.key import Key
from analyzer.redact.message import MessageRedactor, is_sealed
from analyzer.redact.nat import NatHashes
from analyzer.redact.values import Values
from tests.isakmp import wire

VALUES = Values(Key(b"a secret"))
REDACTOR = MessageRedactor(VALUES, NatHashes(VALUES, ()))
IDENTITY = wire.message((5, b"\2\0\0\0gw01.example.org"), (20, b"\0" * 4), version=0x10, exchange=4, flags=0)


def test_a_message_reads_as_before_but_for_who_is_in_it() -> None:
    done = REDACTOR.redact(IDENTITY)
    old, new = decode(IDENTITY), decode(done.data)
    assert len(done.data) == len(IDENTITY)
    assert b"gw01" not in done.data
    assert new.payload_types == old.payload_types
    assert new.defects == old.defects
    assert new.payloads[0].body.text == VALUES.names.text(b"gw01.example.org").decode()  # type: ignore[attr-defined]
    assert (done.sealed, done.unread) == (False, 0)


def test_what_is_encrypted_stays_and_is_said_to() -> None:
    data = wire.message((46, bytes(range(60))), exchange=35)
    done = REDACTOR.redact(data)
    assert done.data == data
    assert done.sealed
    v1 = wire.header(5, 60, version=0x10, exchange=2, flags=1) + bytes(range(32))
    assert REDACTOR.redact(v1).data == v1
    assert is_sealed(v1)
    assert not is_sealed(IDENTITY)


@pytest.mark.parametrize("icv", [b"", bytes(range(12))])
def test_a_body_that_only_says_it_is_encrypted_is_read(icv: bytes) -> None:
    identity = wire.payload(0, b"\2\0\0\0gw01.example.org") + icv
    done = REDACTOR.redact(wire.header(46, 32 + len(identity), exchange=35) + wire.payload(35, identity))
    assert b"gw01" not in done.data
    assert done.data.endswith(icv)
    assert not done.sealed
    flagged = bytearray(IDENTITY)
    flagged[19] = 1
    assert b"gw01" not in REDACTOR.redact(bytes(flagged)).data


def test_behind_damage_there_are_zeros() -> None:
    data = IDENTITY[:-6] + b"\xff\xff" + IDENTITY[-4:] + b"gw01.example.org"
    done = REDACTOR.redact(data)
    assert b"gw01" not in done.data
    assert b"example" not in done.data
    assert done.unread >= 16


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1 Host: gw01.example.org and more", b"password=secret01"])
def test_what_is_no_message_leaks_nothing(data: bytes) -> None:
    done = REDACTOR.redact(data)
    assert len(done.data) == len(data)
    assert not {word for word in (b"HTTP", b"gw01", b"example", b"password", b"secret") if word in done.data}


def test_the_beginning_that_a_capture_cut_stays() -> None:
    assert REDACTOR.redact(IDENTITY[:20], missing=40).data == IDENTITY[:20]


@given(st.binary(max_size=120), st.integers(0, 40))
def test_nothing_raises_and_nothing_grows(data: bytes, missing: int) -> None:
    assert len(REDACTOR.redact(data, missing).data) == len(data)


@given(st.data())
def test_nor_where_a_message_is_damaged(data: st.DataObject) -> None:
    broken = bytearray(IDENTITY)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(16, len(broken) - 1))] = data.draw(st.integers(0, 255))
    done = REDACTOR.redact(bytes(broken)).data
    assert len(done) == len(broken)
    assert b"example" not in done
