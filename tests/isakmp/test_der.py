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


UUID = bytes.fromhex("6983ffffffffffffffffffffffffffffffffff7f")  # 2.25 and the largest UUID


def test_the_longest_arc_in_use_is_a_number_and_one_byte_more_is_not() -> None:
    told: list[tuple[str, ...]] = []
    assert der.oid_text(UUID, lambda *words: told.append(words)) == f"2.25.{2**128 - 1}"
    assert not told
    assert der.oid_text(b"\x69\x81" + UUID[1:], lambda *words: told.append(words)) == "2.25.(20 bytes)"
    assert told == [("limit-oid-arc", "arcs of at most 19 bytes", "20 bytes", "not read as a number")]


@pytest.mark.parametrize("size", [20, 2100, 60_000])
def test_an_arc_of_any_size_gives_bounded_text_everywhere(size: int) -> None:
    oid = b"\xff" * (size - 1) + b"\x7f"
    text = f"2.({size} bytes)"
    assert der.oid_text(oid) == text
    assert der.oid_text(oid + b"\x01") == f"{text}.1"
    element = _der(0x06, oid)
    for read, data in (
        (der.name_text, _der(0x30, _der(0x31, _der(0x30, element + b"\x0c\x01x")))),
        (der.general_name_text, _der(0xA4, _der(0x30, _der(0x31, _der(0x30, element + b"\x0c\x01x"))))),
        (der.algorithm_text, _der(0x30, element)),
        (der.mechanism_text, _der(0x60, element)),
        (der.object_identifier_text, element),
    ):
        told: list[tuple[str, ...]] = []
        found = read(data, lambda *words, told=told: told.append(words))
        assert found is not None
        assert text in found
        assert len(found) < 40
        assert [words[0] for words in told] == ["limit-oid-arc"]


def _der(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x83]) + len(content).to_bytes(3, "big") + content


def test_issuer_and_subject_of_a_certificate() -> None:
    issuer, subject, other = _der(0x30, b"i"), _der(0x30, b"s"), _der(0x30, b"")
    fields = _der(0x02, b"\x01") + other + issuer + other + subject
    for version in (b"", _der(0xA0, b"\x02\x01\x02")):
        assert der.certificate_names(_der(0x30, _der(0x30, version + fields + other))) == (issuer, subject)
    whole = _der(0x30, _der(0x30, fields))
    assert all(der.certificate_names(whole[:cut]) is None for cut in range(len(whole)))


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def test_numbers_of_an_rsa_key_that_no_library_takes() -> None:
    modulus = (1 << 2047) + 9
    key = _der(0x30, _integer(modulus) + _integer(2))
    info = _der(0x30, _der(0x30, _der(0x06, bytes.fromhex("2a864886f70d010101"))) + _der(0x03, b"\0" + key))
    fields = _der(0x02, b"\x01") + _der(0x30, b"") * 4 + info
    for data in (key, info, _der(0x30, _der(0x30, fields)), _der(0x30, _der(0x30, _der(0xA0, b"") + fields))):
        assert der.rsa_key(data) == (modulus, 2)
        assert all(der.rsa_key(data[:cut]) is None for cut in range(len(data)))
    assert der.rsa_key(info.replace(bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d01010a"))) is None
    assert der.rsa_key(_der(0x30, _integer(modulus) + _integer(3) + _integer(5))) is None
