from analyzer.dissect import dissect
from analyzer.isakmp import decode
from analyzer.isakmp.payloads.notify import Notify
from tests.isakmp.wire import find, message, nodes

BODY = bytes.fromhex("0000000101019c4300003601")


def test_flags_stand_where_isakmp_has_an_spi_size() -> None:
    data = message((11, BODY), version=0x10, exchange=246, flags=0)
    assert decode(data).first(11) == Notify(1, 1, b"", 0x9C43, bytes.fromhex("00003601"))
    tree = dissect(data)
    assert find(tree, "scope").meaning == "main or extended mode"
    assert find(tree, "flags").meaning == "none"
    assert [n.meaning for n in nodes(tree) if n.name == "RELIABLE_NOTIFY"] == ["must be acknowledged"]
    assert find(tree, "windows_error").value == "0x00003601"


def test_the_same_bytes_in_another_exchange_are_isakmps() -> None:
    data = message((11, BODY), version=0x10, exchange=5, flags=0)
    assert decode(data).first(11) == Notify(1, 1, b"\0", 0x9C43, bytes.fromhex("003601"))
