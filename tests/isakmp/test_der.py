import pytest

from analyzer.isakmp import der

# SEQUENCE { SET { C=XX }, SET { O="IKE, Lab" }, SET { CN=moon } }
NAME = bytes.fromhex(
    "3033310b30090603550406130258583111300f060355040a0c08494b452c204c61623111300f06035504030c086d6f6f6e206c6974"
)


def test_a_name_reads_backwards_and_escaped() -> None:
    assert der.name_text(NAME) == "CN=moon lit,O=IKE\\, Lab,C=XX"


@pytest.mark.parametrize("cut", range(len(NAME)))
def test_a_damaged_name_is_none(cut: int) -> None:
    assert der.name_text(NAME[:cut]) is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("3000", ""),
        ("30", None),
        ("30ff", None),
        ("3084ffffffff", None),
    ],
)
def test_odd_names(data: str, text: str | None) -> None:
    assert der.name_text(bytes.fromhex(data)) == text


def test_unknown_attributes_and_values_keep_their_bytes() -> None:
    name = bytes.fromhex("300d310b3009060355047f04020102")
    assert der.name_text(name) == "2.5.4.127=#0102"


def test_control_characters_do_not_get_through() -> None:
    name = bytes.fromhex("300e310c300a06035504030c031b5b4a")
    assert der.name_text(name) == "CN=\\x1b[J"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("82056d6f6f6e2e", "DNS:moon."),
        ("81046140622e", "email:a@b."),
        ("8704c0000201", "IP:192.0.2.1"),
        ("8703c00002", None),
        ("8801ff", None),
        ("", None),
    ],
)
def test_general_names(data: str, text: str | None) -> None:
    assert der.general_name_text(bytes.fromhex(data)) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("300d06092a864886f70d01010b0500", "sha256WithRSAEncryption"),
        ("300a06082a8648ce3d040303", "ecdsa-with-SHA384"),
        ("300506032b6570", "Ed25519"),
        ("300b0609608648016503040313", "ML-DSA-87"),
        (
            "302f06092a864886f70d01010a3022a00f300d06096086480165030402010500a10f300d06092a864886f70d0101080500",
            "RSASSA-PSS sha256",
        ),
        ("300d06092a864886f70d01010a3000", "RSASSA-PSS sha1"),
        ("3006060488372e01", "2.999.46.1"),
        ("0500", None),
        ("", None),
    ],
)
def test_algorithms(data: str, text: str | None) -> None:
    assert der.algorithm_text(bytes.fromhex(data)) == text


def test_object_identifiers() -> None:
    assert der.oid_text(bytes.fromhex("2a864886f70d010101")) == "1.2.840.113549.1.1.1"
    assert der.oid_text(b"") == ""
    assert der.oid_text(b"\x80\x80") == ""


def test_mechanisms_and_object_identifiers() -> None:
    assert der.mechanism_text(bytes.fromhex("600806062b0601050502")) == "SPNEGO"
    assert der.mechanism_text(b"\x60\x08\x06\x06\x2b") is None
    assert der.mechanism_text(b"") is None
    assert der.object_identifier_text(bytes.fromhex("0603550403")) == "CN"
    assert der.object_identifier_text(bytes.fromhex("06032a0304")) == "1.2.3.4"
    assert der.object_identifier_text(b"\x06\x00") is None
    assert der.object_identifier_text(b"\x30\x00") is None
