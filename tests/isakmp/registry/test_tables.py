import csv
from pathlib import Path

import pytest

from analyzer.isakmp import registry
from analyzer.isakmp.registry import tables

FOLDER = Path(tables.__file__).parent
PLAIN = sorted(p.stem for p in FOLDER.glob("*.csv") if p.open().readline().startswith("value,name,reference,status"))


@pytest.mark.parametrize(
    ("table", "value", "name"),
    [
        ("ikev2-encr", 20, "ENCR_AES_GCM_16"),
        ("ikev2-encr", 40, "ENCR_UNKNOWN_40"),
        ("ikev2-encr", 0, "ENCR_RESERVED_0"),
        ("ikev2-encr", 60000, "ENCR_PRIVATE_60000"),
        ("ikev2-encr", 65004, "SERPENT_CBC"),
        ("ikev2-encr", 99999, "ENCR_UNKNOWN_99999"),
        ("ikev1-encryption", 7, "AES-CBC"),
        ("ikev2-ke", 36, "ml-kem-768"),
        ("ikev2-id-types", 13, "ID_NULL"),
        ("ikev2-transform-types", 6, "Additional Key Exchange 1"),
        ("ikev1-notify", 14, "NO-PROPOSAL-CHOSEN"),
    ],
)
def test_names(table: str, value: int, name: str) -> None:
    assert registry.name(table, value) == name


def test_entries() -> None:
    entry = registry.entry("ikev2-encr", 2)
    assert entry is not None
    assert (entry.value, entry.name, entry.reference) == (2, "ENCR_DES", "RFC2405;RFC7296")
    assert "DEPRECATED" in entry.status
    ranged = registry.entry("ikev2-encr", 500)
    assert ranged is not None
    assert (ranged.value, ranged.status) == (500, "unassigned")
    assert registry.entry("ikev2-encr", 70000) is None
    assert registry.entry("", 1) is None


@pytest.mark.parametrize(
    ("version", "number", "name"),
    [
        (1, 1, "BASE"),
        (1, 2, "IDENTITY_PROTECTION"),
        (1, 3, "AUTHENTICATION_ONLY"),
        (1, 4, "AGGRESSIVE"),
        (1, 5, "INFORMATIONAL"),
        (1, 6, "TRANSACTION"),
        (1, 32, "QUICK_MODE"),
        (1, 33, "NEW_GROUP_MODE"),
        (1, 243, "AUTHIP_MAIN_MODE"),
        (2, 34, "IKE_SA_INIT"),
        (2, 35, "IKE_AUTH"),
        (2, 36, "CREATE_CHILD_SA"),
        (2, 37, "INFORMATIONAL"),
        (2, 38, "IKE_SESSION_RESUME"),
        (2, 42, "GSA_INBAND_REKEY"),
        (2, 43, "IKE_INTERMEDIATE"),
        (2, 44, "IKE_FOLLOWUP_KE"),
        (2, 250, "EXCHANGE_250"),
        (1, 34, "EXCHANGE_34"),
        (3, 34, "EXCHANGE_34"),
    ],
)
def test_exchange_names(version: int, number: int, name: str) -> None:
    assert registry.exchange_name(version, number) == name


def test_payload_names() -> None:
    assert [registry.payload_name(2, n) for n in (33, 35, 41, 46, 53, 54)] == ["SA", "IDi", "N", "SK", "SKF", "PS"]
    assert [registry.payload_name(1, n) for n in (1, 8, 13, 20, 130, 132)] == [
        "SA",
        "HASH",
        "VID",
        "NAT-D",
        "NAT-D",
        "FRAGMENT",
    ]
    assert [registry.payload_name(v, 200) for v in (1, 2, 3)] == ["PAYLOAD_200"] * 3


def test_notify_names_and_classes() -> None:
    assert registry.notify_name(2, 17) == "INVALID_KE_PAYLOAD"
    assert registry.notify_name(2, 46) == "AUTHORIZATION_FAILED"
    assert registry.notify_name(2, 16440) == "IP6_ALLOWED"
    assert registry.notify_name(2, 50000) == "NOTIFY_PRIVATE_50000"
    assert registry.notify_name(1, 36136) == "R-U-THERE"
    assert [registry.notify_class(v, n) for v, n in ((1, 14), (1, 16384), (2, 8192), (2, 40960))] == [
        "error",
        "status",
        "error",
        "status",
    ]


def test_private_notifies_belong_to_vendors() -> None:
    assert registry.notify_name(2, 40961) == "USE_BEET_MODE/REACTIVATION_REQUESTED_CAUSE"
    assert registry.notify_name(2, 40961, "strongSwan") == "USE_BEET_MODE"
    assert registry.notify_name(2, 40961, "3GPP") == "REACTIVATION_REQUESTED_CAUSE"
    assert registry.notify_name(2, 41041) == "BACKOFF_TIMER"


def test_values_lead_to_tables_that_exist() -> None:
    assert registry.values_table("ikev2-transform-types", 12) == "ikev2-ke"
    assert registry.values_table("ikev1-attributes", 3) == "ikev1-auth-methods"
    assert registry.values_table("ikev1-attributes", 12) == ""
    for table in PLAIN:
        for entry in registry.entries(table):
            assert not entry.values or entry.values in PLAIN


@pytest.mark.parametrize("table", PLAIN)
def test_every_table_is_sound(table: str) -> None:
    singles = [entry.value for entry in registry.entries(table)]
    if table != "ikev2-notify-private":
        assert len(singles) == len(set(singles)), "a number twice"
    for entry in registry.entries(table):
        assert entry.name
        assert entry.name == entry.name.strip()
    ranges = tables._table(table).ranges
    assert all(first < last for first, last, _ in ranges)


def test_tables_with_unnamed_numbers_have_a_prefix() -> None:
    prefixes = {row["table"] for row in registry.rows("prefixes")}
    flags = {table for table in PLAIN if table.endswith(("-flags", "-situation", "-categories", "-exchange-info"))}
    private = {"ikev2-notify-private"}
    assert set(PLAIN) - prefixes == flags | private
    assert prefixes <= set(PLAIN)


def test_files_are_csv_without_surprises() -> None:
    for path in FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            lengths = {len(row) for row in csv.reader(file)}
        assert len(lengths) == 1, path.name
