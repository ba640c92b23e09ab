"""The document against the schema of CycloneDX 1.6, by the library's own validator."""

import json
import sys
from typing import Any

import pytest
from cyclonedx.model.component_evidence import Occurrence
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from analyzer.errors import AnalyzerError
from analyzer.report.cbom import Asset, Bill, Certificate, Place, Protocol, described
from analyzer.report.cyclonedx import cyclonedx_text
from tests.report.sample import BAD, ESC
from tests.report.test_cbom import bill_of

VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)
NOTHING = Bill((), (), (), (), (), ())


def document(bill: Bill) -> dict[str, Any]:
    text = cyclonedx_text(bill)
    assert VALIDATOR.validate_str(text) is None
    assert text.isascii()
    return dict(json.loads(text))


@pytest.mark.parametrize(
    ("fixture", "keyed"),
    [("ikev2-cert-weak", True), ("ikev2-mlkem", True), ("ikev2-null-esp-ah", True), ("ikev1-main-cert", True),
     ("ikev2-ecdsa", True), ("ikev1-no-proposal", False), ("ikescan-main", False)],
)  # fmt: skip
def test_documents_of_captures_are_valid_and_every_reference_leads_somewhere(fixture: str, keyed: bool) -> None:
    made = document(bill_of(fixture, keyed=keyed))
    refs = [component["bom-ref"] for component in made["components"]]
    assert len(set(refs)) == len(refs)
    for dependency in made["dependencies"]:
        assert {dependency["ref"], *dependency.get("dependsOn", ())} <= set(refs)
    for component in made["components"]:
        about = component.get("cryptoProperties", {})
        types = about.get("protocolProperties", {}).get("ikev2TransformTypes", {})
        named = {ref for names in types.values() if isinstance(names, list) for ref in names}
        named |= {v for part in about.values() if isinstance(part, dict) for k, v in part.items() if k.endswith("Ref")}
        assert named <= set(refs)


def test_transform_types_certificates_and_evidence() -> None:
    made = {c["bom-ref"]: c for c in document(bill_of("ikev2-cert-weak", keyed=True))["components"]}
    (ike,) = (
        c for c in made.values() if c.get("cryptoProperties", {}).get("protocolProperties", {}).get("type") == "ike"
    )
    types = ike["cryptoProperties"]["protocolProperties"]["ikev2TransformTypes"]
    assert types["encr"] == ["algorithm/ENCR_AES_GCM_16-256"]
    assert types["auth"] == ["algorithm/Digital Signature"]
    (place,) = ike["evidence"]["occurrences"]
    assert place["location"].endswith("ikev2-cert-weak/capture.pcap")
    (weak,) = (c for c in made.values() if c["name"] == "CN=initiator.example,O=IKE Lab,C=XX")
    said = weak["cryptoProperties"]["certificateProperties"]
    assert said["notValidBefore"] == "2026-11-23T21:36:55+00:00"
    assert said["signatureAlgorithmRef"] == "algorithm/sha1WithRSAEncryption"
    key = made[said["subjectPublicKeyRef"]]["cryptoProperties"]["relatedCryptoMaterialProperties"]
    assert (key["size"], key["algorithmRef"]) == (1024, "algorithm/RSA-1024")


def test_the_same_content_is_the_same_document_and_other_content_another() -> None:
    made = bill_of("ikev2-psk-gcm")
    assert cyclonedx_text(made) == cyclonedx_text(bill_of("ikev2-psk-gcm"))
    assert "timestamp" not in cyclonedx_text(made)
    other = made._replace(captures=(("b.pcap", None),))
    assert document(other)["serialNumber"] != document(made)["serialNumber"]


def test_places_are_in_their_order_wherever_the_library_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = Protocol("IKEv2: X", "ike", "2.0", (("encr", ("X",)),), None, True, True)
    places = tuple(Place("a.pcap", f"negotiation {number}") for number in range(1, 13))
    made = NOTHING._replace(
        algorithms=(described("X"),), protocols=(Asset(protocol, places, (("established", len(places)),)),)
    )
    text = cyclonedx_text(made)
    (with_places,) = (c for c in json.loads(text)["components"] if "evidence" in c)
    assert [o["additionalContext"] for o in with_places["evidence"]["occurrences"]] == [p.text for p in places]
    before = Occurrence.__lt__
    monkeypatch.setattr(Occurrence, "__lt__", lambda one, other: before(other, one))
    assert cyclonedx_text(made) == text


def test_what_is_left_out_stands_in_it() -> None:
    made = document(NOTHING._replace(beyond=(("protocols", 7),), not_in_it=(("filter", "outcome == failed"),)))
    assert {p["name"]: p["value"] for p in made["metadata"]["properties"]} == {
        "isakmp-analyzer:not in it:protocols": "7",
        "isakmp-analyzer:filter": "outcome == failed",
    }
    protocol = Protocol("IKEv2: X", "ike", "2.0", (("encr", ("X",)),), None, True, False)
    asset = Asset(protocol, (Place("a.pcap", "negotiation 1"),), (("established", 9),))
    (cut,) = (
        c
        for c in document(NOTHING._replace(algorithms=(described("X"),), protocols=(asset,)))["components"]
        if "evidence" in c
    )
    assert [o["additionalContext"] for o in cut["evidence"]["occurrences"]] == ["negotiation 1", "and 8 more places"]
    assert {"name": "isakmp-analyzer:suite", "value": "read in part"} in cut["properties"]


def test_hostile_text_stays_text() -> None:
    text = f"{BAD}{ESC}\u202e"
    hostile = Certificate("0" * 64, text, text, 0, None, None, None, None)
    made = NOTHING._replace(captures=((text, None),), certificates=(Asset(hostile, (Place(text, "x"),), ()),))
    for component in document(made)["components"]:
        assert not set(component["name"]) & {"\x1b", "\u202e"}


def test_without_the_library_an_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cyclonedx.output.json", None)
    with pytest.raises(AnalyzerError, match="pip install cyclonedx-python-lib"):
        cyclonedx_text(NOTHING)
