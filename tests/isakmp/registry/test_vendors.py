import hashlib

import pytest

from analyzer.isakmp import registry
from analyzer.isakmp.registry import vendors

PATTERNS = registry.rows("vendor-ids")


def test_all_known_patterns_are_there() -> None:
    assert len(PATTERNS) == 559


@pytest.mark.parametrize(
    ("data", "name", "detail", "trailing"),
    [
        ("882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan", "", ""),
        ("afcad71368a1f1c96b8696fc77570100", "Dead Peer Detection v1.0", "version 1.0", ""),
        ("afcad71368a1f1c96b8696fc77570102", "Dead Peer Detection", "version 1.2", ""),
        ("12f5f28c457168a9702d9fe274cc0100", "Cisco Unity", "version 1.0", ""),
        ("12f5f28c457168a9702d9fe274cc0204", "CISCO-UNITY", "version 2.4", "0204"),
        ("09002689dfd6b712", "XAUTH", "", ""),
        ("1e2b516905991c7d7c96fcbfb587e46100000009", "Windows-8 or later", "version 9", ""),
        ("1e2b516905991c7d7c96fcbfb587e4610000007f", "MS NT5 ISAKMPOAKLEY", "version 127", "0000007f"),
        ("686a8cbdfe634b405146fb2baf33e9e8", "MSFT IPsec Security Realm Id", "", ""),
        ("686a8cbdfe634b405146fb2baf33e9e8" + 16 * "5a", "MSFT IPsec Security Realm Id", "", 16 * "5a"),
        ("4048b7d56ebce88525e7de7f00d6c2d3c0000000", "IKE Fragmentation", "capabilities 0xc0000000", "c0000000"),
    ],
)
def test_identify(data: str, name: str, detail: str, trailing: str) -> None:
    match = vendors.identify(bytes.fromhex(data))
    assert match is not None
    assert (match.name, match.detail, match.trailing.hex()) == (name, detail, trailing)


def test_check_point_tells_product_and_version() -> None:
    data = bytes.fromhex("f4ed19e0c114eb516faaac0ee37daf2807b4381f000000010000138d5f0000000000000018800000")
    match = vendors.identify(data)
    assert match is not None
    assert (match.vendor, match.kind) == ("Check Point", "implementation")
    assert match.detail.startswith("product 1 version 5005")


def test_every_pattern_is_found_by_its_own_bytes() -> None:
    """Its own, or a more telling one that the same bytes are of."""
    for row in PATTERNS:
        data = bytes.fromhex(row["pattern"].replace(".", "0"))
        match = vendors.identify(data)
        assert match is not None, row
        if match.name != row["name"]:
            better = [p for p in PATTERNS if p["name"] == match.name]
            weights = [len(p["pattern"]) - p["pattern"].count(".") for p in better]
            assert max(weights) >= len(row["pattern"]) - row["pattern"].count(".")


def test_the_last_resort_does_not_hide_better_ones() -> None:
    named = [row for row in PATTERNS if row["pattern"].startswith("4f45") and "." not in row["pattern"]]
    assert named
    for row in named:
        match = vendors.identify(bytes.fromhex(row["pattern"]))
        assert match is not None
        assert "or" not in match.name.split()


def test_unknown() -> None:
    assert vendors.identify(b"") is None
    assert vendors.identify(bytes(16)) is None
    assert vendors.identify(bytes.fromhex("882fe56d")) is None


def test_describe() -> None:
    assert (
        vendors.describe(bytes.fromhex("afcad71368a1f1c96b8696fc77570100")) == "Dead Peer Detection v1.0 (version 1.0)"
    )
    assert vendors.describe(b"Some gateway 1.2") == "'Some gateway 1.2'"
    assert vendors.describe(b"\x01\x02\x03\x04\x05") == ""
    assert vendors.describe(b"ab\x1b[2J") == ""
    sha1 = hashlib.sha1(b"strongSwan 4.3.7").digest()
    assert vendors.describe(sha1) == "SHA1 of 'strongSwan 4.3.7'"


def test_long_vendor_ids_are_not_remembered() -> None:
    known = bytes.fromhex("09002689dfd6b712")
    for data, more in ((known + bytes(1000), 0), (known + b"\7" * 9, 1)):
        before = registry.vendors._identified.cache_info().currsize
        found = registry.vendors.identify(data)
        assert found is not None
        assert found.trailing == data[8:]
        assert registry.vendors._identified.cache_info().currsize - before == more
