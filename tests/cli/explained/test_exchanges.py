from analyzer.cli.explained import pages_of
from tests.cli.explained import only, text


def test_by_mnemonic_name_and_number() -> None:
    assert {page.id for page in pages_of(["exchange", "35"])} == {"IKE_AUTH", "GROUPKEY_PUSH_ACK"}
    page = only("IKE_AUTH")
    assert "requested: " in text(page, "States (column state of table exchanges)")
    assert text(page, "By the book").startswith("RFC 7296")
    assert only("identity protection (main mode)").id == "IDENTITY_PROTECTION"


def test_each_version_has_its_own_informational() -> None:
    first, second = pages_of(["exchange", "INFORMATIONAL"])
    assert (first.kind, second.kind) == ("IKEv1 exchange type 5", "IKEv2 exchange type 37")
    assert text(first, "By the book").startswith("RFC 2409")
    assert text(second, "By the book").startswith("RFC 7296")
