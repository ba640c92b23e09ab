from analyzer.isakmp.cursor import LIST_LIMIT
from analyzer.isakmp.payloads.delete import Delete
from tests.isakmp.wire import body_of, kinds


def test_child_sas() -> None:
    data = bytes.fromhex("03040002aabbccdd11223344")
    assert body_of(42, data) == (Delete(None, 3, 4, (bytes.fromhex("aabbccdd"), bytes.fromhex("11223344"))), [])


def test_an_ike_sa_has_no_spi() -> None:
    assert body_of(42, bytes.fromhex("01000000")) == (Delete(None, 1, 0, ()), [])


def test_ikev1() -> None:
    data = bytes.fromhex("0000000101100001") + bytes(16)
    assert body_of(12, data, version=1) == (Delete(1, 1, 16, (bytes(16),)), [])


def test_counts_that_disagree() -> None:
    body, defects = body_of(42, bytes.fromhex("03040003aabbccdd1122"))
    assert body == Delete(None, 3, 4, (bytes.fromhex("aabbccdd"),))
    assert kinds(defects) == ["wire-spi-count", "wire-stray-bytes"]
    body, defects = body_of(42, bytes.fromhex("0300ffff"))
    assert body == Delete(None, 3, 0, ())
    assert defects == []


def test_many() -> None:
    body, defects = body_of(42, bytes.fromhex("0301ffff") + bytes(60000))
    assert isinstance(body, Delete)
    assert len(body.spis) == LIST_LIMIT
    assert kinds(defects) == ["wire-spi-count", "limit-items"]
