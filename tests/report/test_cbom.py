"""What of a capture's tables is an asset, and what is known of algorithms by their names."""

from typing import Any

import pytest

import analyzer
from analyzer.isakmp import registry
from analyzer.report import cbom
from analyzer.report.cbom import Algorithm, Bill, bill, described
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import put


def bill_of(fixture: str, *, keyed: bool = False) -> Bill:
    analysis = analyzer.Analysis(wanted=cbom.WANTED, keys=case(fixture).keys if keyed else None)
    analysis.add(case(fixture).capture)
    return bill(analysis.tables)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ENCR_AES_GCM_16-256", Algorithm("ENCR_AES_GCM_16-256", "ae", "256", None, "gcm", 256, 5)),
        ("ENCR_AES_CBC", Algorithm("ENCR_AES_CBC", "block-cipher", None, None, "cbc", None, None)),
        ("ENCR_3DES", Algorithm("ENCR_3DES", "block-cipher", "168", None, "cbc", 112, None)),
        ("2048-bit MODP Group", Algorithm("2048-bit MODP Group", "key-agree", "2048", None, None, 112, 0)),
        ("ml-kem-768", Algorithm("ml-kem-768", "kem", "768", None, None, None, 3)),
        ("RSA-3072", Algorithm("RSA-3072", "pke", "3072", None, None, 128, 0)),
        ("RSA-1000", Algorithm("RSA-1000", "pke", "1000", None, None, None, 0)),
        ("PRF_HMAC_SHA2_256", Algorithm("PRF_HMAC_SHA2_256", "mac", "256")),
        ("Private use (40000)", Algorithm("Private use (40000)")),
    ],
)
def test_an_algorithm_is_described_as_far_as_a_standard_does(name: str, expected: Algorithm) -> None:
    assert described(name) == expected


@pytest.mark.parametrize(
    "table", ["ikev2-encr", "ikev2-prf", "ikev2-integ", "ikev2-ke", "ikev1-encryption", "ikev1-hash"]
)
def test_every_assigned_algorithm_is_described(table: str) -> None:
    """But for those that have a number and no document."""
    words = ("RESERVED", "UNKNOWN", "UNASSIGNED", "KUZNYECHIK", "MAGMA", "3IDEA")
    names = {
        name
        for number in range(40)
        if not any(word in (name := registry.name(table, number)).upper() for word in words)
    }
    assert {name for name in names - {"NONE"} if described(name).primitive == "unknown"} == set()


def test_suites_and_certificates_of_a_capture_with_keys() -> None:
    made = bill_of("ikev2-cert-weak", keyed=True)
    ike, esp = sorted((asset.what for asset in made.protocols), key=lambda p: p.kind)
    assert (ike.kind, ike.version) == ("ike", "2.0")
    assert dict(ike.parts) == {
        "encr": ("ENCR_AES_GCM_16-256",),
        "prf": ("PRF_HMAC_SHA2_256",),
        "ke": ("2048-bit MODP Group",),
        "auth": ("Digital Signature",),
    }
    assert (esp.kind, dict(esp.parts), esp.esn) == ("ipsec", {"encr": ("ENCR_AES_GCM_16-256",)}, False)
    assert [(c.what.key, c.what.signature, c.counts) for c in made.certificates] == [
        ("RSA-2048", "sha256WithRSAEncryption", (("responder", 1),)),
        ("RSA-1024", "sha1WithRSAEncryption", (("initiator", 1),)),
    ]
    used = {a.name: dict(a.use) for a in made.algorithms}
    assert used["2048-bit MODP Group"] == {"chosen:IKE:Key exchange": 1, "offered:IKE:Key exchange": 1}
    assert made.not_in_it == ()


def test_what_is_encrypted_or_a_scanners_is_counted_and_no_asset() -> None:
    closed = bill_of("ikev2-cert-weak")
    assert [asset.what.kind for asset in closed.protocols] == ["ike"]
    assert closed.certificates == ()
    assert dict(closed.not_in_it) == {"child SAs without a choice that could be read": 1}
    probe = bill_of("ikescan-main")
    assert (probe.algorithms, probe.protocols) == ((), ())
    assert dict(probe.not_in_it) == {"negotiations of scanners and floods": 1}


def test_a_hybrid_has_both_key_exchanges_and_an_ikev1_hash_is_no_mac() -> None:
    (first, *_) = bill_of("ikev2-mlkem").protocols
    assert dict(first.what.parts)["ke"] == ("Curve25519", "ml-kem-768")
    (old,) = bill_of("ikev1-main-psk").protocols
    assert (old.what.version, old.what.by_ikev2) == ("1.0", False)
    assert dict(old.what.parts)["integ"] == ("SHA",)
    assert described("SHA").primitive == "hash"


def suite(number: int, **cells: Any) -> dict[str, Any]:
    hosts = {"initiator_ip": "192.0.2.1", "responder_ip": "192.0.2.2", "first_frame": number}
    return {"negotiation": number, "capture": "a.pcap", "ike_version": 2, "outcome": "established", **hosts, **cells}


def test_one_suite_of_many_sas_is_one_asset_with_some_of_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cbom, "MOST_PLACES", 2)
    monkeypatch.setattr(cbom, "MOST_ASSETS", 1)
    tables = Tables()
    for number in range(1, 6):
        put(tables, "negotiations", **suite(number, encryption="ENCR_AES_CBC", key_bits=128))
    put(tables, "negotiations", **suite(6, encryption="ENCR_3DES", outcome="failed"))
    made = bill(tables)
    (asset,) = made.protocols
    assert (asset.what.name, asset.counts) == ("IKEv2: ENCR_3DES", (("failed", 1),))
    assert made.beyond == (("protocols", 1),)
    monkeypatch.setattr(cbom, "MOST_ASSETS", 2)
    _, asset = bill(tables).protocols
    assert (asset.counts, len(asset.places)) == ((("established", 5),), 2)
    assert asset.places[0].text == "negotiation 1, 192.0.2.1 to 192.0.2.2, from frame 1"


def test_a_group_is_one_asset_however_the_registries_spell_it() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2, ke_method="2048-bit MODP Group", outcome="established")
    put(tables, "negotiations", negotiation=2, ike_version=1, ke_method="2048-bit MODP group", outcome="established")
    for number, name in ((1, "2048-bit MODP Group"), (2, "2048-bit MODP group")):
        kind = {"transform_type": 4, "protocol_id": 1, "side": "chosen", "transform": name}
        put(tables, "transforms", negotiation=number, **kind)
    (group,) = bill(tables).algorithms
    assert (group.name, group.use) == ("2048-bit MODP Group", (("chosen:IKE:Key exchange", 2),))
    assert described("GOST3410_2012_512").name == "GOST3410_2012_512"
