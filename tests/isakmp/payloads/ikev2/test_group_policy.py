from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.payloads.ikev2.group_policy import substructures
from tests.isakmp.wire import kinds


def read(data: bytes) -> tuple[list[tuple[int, bytes, bytes]], list[str]]:
    cursor = Cursor(data, 0, [], 2)
    found = [(protocol, spi, inner.rest("rest")) for protocol, spi, inner in substructures(cursor, "bag")]
    cursor.finish("payload")
    return found, kinds(cursor.defects)


def test_protocol_spi_and_rest() -> None:
    data = bytes.fromhex("0304000aaabbccdd0102") + bytes.fromhex("00000005ff")
    assert read(data) == ([(3, bytes.fromhex("aabbccdd"), b"\x01\x02"), (0, b"", b"\xff")], [])


def test_lengths_that_cannot_be() -> None:
    assert read(bytes.fromhex("03000003")) == ([], ["wire-payload-length"])
    assert read(bytes.fromhex("030000ff01")) == ([(3, b"", b"\x01")], ["wire-payload-overlong"])
    assert read(bytes.fromhex("0300")) == ([], ["wire-stray-bytes"])
