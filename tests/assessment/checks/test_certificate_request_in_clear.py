from analyzer.negotiation.seen import SeenCertificate
from tests.assessment.build import Talk, found, healthy, main_mode

ID = "certificate-request-in-clear"
HASHES = bytes(range(40))


def asked(talk: Talk, frame: int, der: bytes, *, initiator: bool = False, request: bool = True) -> Talk:
    talk.n.certificates += (SeenCertificate(frame, None, initiator, request, der),)
    return talk


def test_key_hashes_in_the_answer() -> None:
    (finding,) = found(ID, asked(healthy(), 2, HASHES))
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("info", "the responder", (2,))
    assert finding.detail == f"Hashes of their keys, 2 authorities: {HASHES[:20].hex()}, {HASHES[20:].hex()}."


def test_names_of_ikev1() -> None:
    name = bytes.fromhex("300d310b300906035504031302") + b"CA"
    (finding,) = found(ID, asked(main_mode(outcome="established"), 3, name, initiator=True))
    assert finding.subject == "the initiator"
    assert finding.detail == "Names, 1 authority: CN=CA."
    (odd,) = found(ID, asked(main_mode(outcome="established"), 3, b"\xff", initiator=True))
    assert odd.detail == "Names, 1 authority: a name that cannot be read."


def test_very_many_are_counted() -> None:
    many = b"".join(bytes([k]) * 20 for k in range(9))
    assert found(ID, asked(healthy(), 2, many))[0].detail.endswith(" and 5 more.")


def test_empty_encrypted_or_a_certificate() -> None:
    assert found(ID, asked(healthy(), 2, b"")) == [], "any certificate will do"
    assert found(ID, asked(healthy(), 2, bytes(19))) == [], "less than a hash"
    assert found(ID, asked(healthy(), 3, HASHES)) == [], "inside IKE_AUTH"
    assert found(ID, asked(main_mode(outcome="established"), 5, b"\xff")) == [], "decrypted"
    assert found(ID, asked(healthy(), 2, HASHES, request=False)) == []
    assert found(ID, healthy()) == []
