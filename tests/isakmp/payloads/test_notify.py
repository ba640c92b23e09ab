from analyzer.isakmp.payloads.notify import Notify
from tests.isakmp.wire import body_of, kinds


def test_ikev2() -> None:
    data = bytes.fromhex("03044009aabbccdd")
    assert body_of(41, data) == (Notify(None, 3, bytes.fromhex("aabbccdd"), 16393, b""), [])
    assert body_of(41, bytes.fromhex("00000011") + b"\x00\x0e")[0] == Notify(None, 0, b"", 17, b"\x00\x0e")


def test_ikev1_has_a_domain_of_interpretation() -> None:
    data = bytes.fromhex("00000001010000 0e".replace(" ", "")) + b"text"
    assert body_of(11, data, version=1) == (Notify(1, 1, b"", 14, b"text"), [])


def test_an_spi_longer_than_the_payload() -> None:
    body, defects = body_of(41, bytes.fromhex("03ff4009aabb"))
    assert body == Notify(None, 3, bytes.fromhex("aabb"), 16393, b"")
    assert kinds(defects) == ["wire-field-overlong"]
