import pytest

from analyzer.isakmp import header
from analyzer.isakmp.cursor import Cursor


@pytest.mark.parametrize(
    ("version", "exchange", "flags", "kinds"),
    [
        (0x20, 34, 0x08, []),
        (0x20, 35, 0x28, []),
        (0x20, 37, 0x10, ["wire-version-flag"]),
        (0x20, 37, 0x18, ["wire-version-flag"]),
        (0x10, 2, 0x00, []),
        (0x10, 32, 0x01, []),
        (0x10, 243, 0x00, []),
        (0x21, 34, 0x08, ["wire-version"]),
        (0x20, 34, 0x09, ["wire-reserved-bits"]),
        (0x10, 2, 0x20, ["wire-reserved-bits"]),
        (0x10, 2, 0x11, ["wire-version-flag"]),
        (0x10, 2, 0x30, ["wire-version-flag", "wire-reserved-bits"]),
        (0x20, 2, 0x08, ["wire-exchange-type"]),
        (0x10, 34, 0x00, ["wire-exchange-type"]),
        (0x30, 34, 0xFF, ["wire-version"]),
        (0x00, 34, 0x00, ["wire-version"]),
        (0x1F, 40, 0x80, ["wire-version", "wire-reserved-bits", "wire-exchange-type"]),
    ],
)
def test_rules(version: int, exchange: int, flags: int, kinds: list[str]) -> None:
    assert [violation.kind for violation in header.violations(version, exchange, flags)] == kinds


def test_regular_headers_are_those_that_break_no_rule() -> None:
    for version in (0x10, 0x20):
        regular = {(e, f) for e in range(256) for f in range(256) if not header.violations(version, e, f)}
        assert {(e, f) for v, e, f in header.REGULAR if v == version} == regular
    assert {v for v, _, _ in header.REGULAR} == {0x10, 0x20}
    assert all(header.violations(version, 34, 0) for version in range(256) if version not in (0x10, 0x20))


def test_broken_rules_become_defects() -> None:
    cursor = Cursor(bytes(28), 0, [])
    header.check(cursor, 0x20, 34, 0x08)
    header.check(cursor, 0x20, 34, 0x09)
    assert [(d.kind, d.offset) for d in cursor.defects] == [("wire-reserved-bits", 19)]


def test_size() -> None:
    assert header.SIZE == 28


def test_the_acknowledgement_of_a_group_rekey_is_an_ikev1_exchange() -> None:
    assert header.violations(0x10, 35, 0) == ()
    assert [v.kind for v in header.violations(0x10, 36, 0)] == ["wire-exchange-type"]
