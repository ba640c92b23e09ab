from analyzer.isakmp import notify_meaning
from analyzer.isakmp.payloads.notify import Notify


def test_notify_meaning() -> None:
    assert notify_meaning(2, Notify(None, 0, b"", 17, b"\x00\x0e")) == "key exchange method 2048-bit MODP Group"
    assert notify_meaning(2, Notify(None, 0, b"", 16397, bytes((192, 0, 2, 1)))) == "192.0.2.1"
    assert notify_meaning(2, Notify(None, 0, b"", 16384, b"")) == ""
    assert notify_meaning(2, Notify(None, 0, b"", 16390, b"cookie")) == ""
    assert notify_meaning(2, Notify(None, 0, b"", 16388, bytes(20))) == ""
    assert notify_meaning(2, Notify(None, 0, b"", 16388, b"nowhere near")) == "'nowhere near'"
    lifetime = bytes.fromhex("80010001000200040000a8c0")
    assert notify_meaning(1, Notify(1, 3, b"", 24576, lifetime)) == "SA Life Type seconds, SA Life Duration 43200"
