"""Each algorithm once, with how many negotiations offered and chose it, and no good word for a weak one."""

from typing import Any

import analyzer
from analyzer.report.inventory import Item, inventory
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import put

ENCR = 1


def transform(tables: Tables, number: int, side: str, kind: int | None, name: str, ident: int = 0, **more: Any) -> None:
    cells = {"negotiation": number, "side": side, "transform_type": kind, "transform": name, "transform_id": ident}
    put(tables, "transforms", **cells | {"protocol_id": 1} | more)


def two() -> Tables:
    tables = Tables()
    for number, outcome in ((1, "established"), (2, "failed"), (3, "probe")):
        put(tables, "negotiations", negotiation=number, outcome=outcome, ike_version=2)
        for _ in range(2):  # in two proposals
            transform(tables, number, "offered", ENCR, "ENCR_3DES")
        transform(tables, number, "offered", ENCR, "ENCR_AES_CBC", key_bits=256)
    transform(tables, 1, "chosen", ENCR, "ENCR_3DES")
    transform(tables, 1, "chosen", ENCR, "ENCR_3DES", protocol_id=3, child=1)
    return tables


def test_negotiations_are_counted_and_not_rows() -> None:
    assert inventory(two()) == [
        Item("Encryption", "IKE", "ENCR_3DES", 2, "", 1, ""),
        Item("Encryption", "IKE", "ENCR_AES_CBC-256", 2, "", 0, ""),
        Item("Encryption", "ESP", "ENCR_3DES", 0, "", 1, ""),
    ]


def test_offered_and_chosen_have_their_own_findings_and_so_have_ike_and_esp() -> None:
    tables = two()
    for finding, subject, severity in (
        ("weak-encryption-offered", "ENCR_3DES", "low"),
        ("weak-block-size-chosen", "ENCR_3DES", "medium"),
        ("weak-encryption-chosen", "ESP ENCR_3DES", "high"),
        ("aggressive-mode-psk", "ENCR_AES_CBC-256", "critical"),  # of a use, not of the algorithm
    ):
        put(tables, "findings", finding=finding, subject=subject, severity=severity, negotiation=1)
    assert [(i.offered_severity, i.chosen_severity) for i in inventory(tables)] == [
        ("low", "medium"),
        ("", ""),
        ("", "high"),
    ]


def test_esp_without_encryption_is_no_cipher_like_others() -> None:
    fixture = case("ikev2-null-esp-ah")
    found = {(i.purpose, i.name): i for i in inventory(analyzer.read_pcap(fixture.capture, keys=fixture.keys).tables)}
    assert found["ESP", "ENCR_NULL"].chosen_severity == "medium"
    assert ("AH", "AUTH_HMAC_SHA2_256_128") in found


def test_the_attributes_of_ikev1_are_algorithms() -> None:
    found = inventory(analyzer.read_pcap(case("ikev1-weak-des-md5-modp768").capture).tables)
    assert [(i.kind, i.name, i.chosen_severity) for i in found] == [
        ("Encryption", "DES-CBC", "critical"),
        ("Integrity", "MD5", "high"),
        ("Key exchange", "default 768-bit MODP group", "critical"),
        ("Authentication", "pre-shared key", ""),
    ]
