import pytest

from analyzer.negotiation.seen import SeenEap
from tests.assessment.build import Talk, found, healthy

ID = "eap-ttls-short-avp"
TTLS, PEAP = 21, 25
LENGTH_INCLUDED, MORE = 0x80, 0x40


def avp(length: int, data: bytes = b"", flags: int = 0x40, code: int = 1) -> bytes:
    return code.to_bytes(4, "big") + bytes([flags]) + length.to_bytes(3, "big") + data


def talk(*packets: bytes, eap_type: int = TTLS, from_initiator: bool = True) -> Talk:
    made = healthy()
    made.n.eap = tuple(
        SeenEap(3 + place, from_initiator, 2 if from_initiator else 1, eap_type, data, (place, False))
        for place, data in enumerate(packets)
    )
    return made


@pytest.mark.parametrize("length", [0, 4, 7])
def test_shorter_than_its_header(length: int) -> None:
    (finding,) = found(ID, talk(b"\0" + avp(length, b"user")))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("medium", "possible", (3,))
    assert finding.detail == f"An AVP of the initiator with length {length}, outside of TLS."


def test_behind_a_whole_one_with_a_length_or_with_a_vendor() -> None:
    assert found(ID, talk(b"\0" + avp(13, b"user1\0\0\0") + avp(2)))
    assert found(ID, talk(bytes([LENGTH_INCLUDED]) + bytes(4) + avp(3)))
    assert found(ID, talk(b"\0" + avp(9, bytes(8), flags=0xC0)))
    assert found(ID, talk(b"\0" + avp(4), from_initiator=False))[0].subject == "192.0.2.20"


def test_tls_start_acknowledgement_and_whole_ones() -> None:
    record = bytes.fromhex("160303000400000000")
    for data in (
        b"",
        b"\x20",
        b"\0",
        b"\0" + record,
        b"\0" + record + avp(2),
        b"\0" + avp(8),
        b"\0" + avp(12, b"user"),
    ):
        assert found(ID, talk(data)) == []


def test_later_fragments_of_tls_are_no_attributes() -> None:
    first = bytes([MORE]) + bytes.fromhex("1603030400") + bytes(40)
    assert found(ID, talk(first, b"\0" + avp(3))) == []
    assert found(ID, talk(first, bytes([MORE]) + avp(3), b"\0" + avp(2))) == []


def test_another_method_and_what_cannot_be_an_attribute() -> None:
    assert found(ID, talk(b"\0" + avp(4), eap_type=PEAP)) == []
    assert found(ID, talk(b"\0" + avp(4, code=0x7F000001))) == []
    assert found(ID, healthy()) == []
