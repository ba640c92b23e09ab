from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.isakmp.payloads.certificate_request import CertificateRequest
from analyzer.negotiation.read.certificates import note
from tests.fixtures.cases import cases
from tests.negotiation.recorded import read_story
from tests.negotiation.test_model import negotiation, step


def test_certificates_and_requests_are_kept_apart_and_bounded() -> None:
    n = negotiation()
    for number in range(40):
        note(n, step(3), Certificate(4, bytes([number])))
        note(n, step(4), CertificateRequest(4, bytes([number])))
    note(n, step(5), Certificate(7, b"a revocation list"))
    note(n, step(5), None)
    assert [c.der for c in n.certificates if not c.asked_for] == [bytes([k]) for k in range(16)]
    assert sum(c.asked_for for c in n.certificates) == 16
    assert {c.frame_number for c in n.certificates} == {3, 4}


def test_where_a_certificate_is_is_kept_up_to_a_bound() -> None:
    n = negotiation()
    note(n, step(3), Certificate(12, bytes(20) + b"http://ca.example/" + 2000 * b"x"))
    note(n, step(3), Certificate(13, bytes(20) + b"http://ca.example/"))
    note(n, step(3), CertificateRequest(12, b""))
    assert [(c.encoding, len(c.der)) for c in n.certificates] == [(12, 1024), (13, 38)]
    note(n, step(3), Certificate(11, 3000 * b"k"))
    note(n, step(3), Certificate(15, b"k"))
    assert [(c.encoding, len(c.der)) for c in n.certificates[2:]] == [(11, 3000), (15, 1)]
    old = negotiation()
    old.ike_version = 1
    note(old, step(3), Certificate(12, b"reserved"))
    assert old.certificates == ()


def test_what_a_recording_shows_with_and_without_keys() -> None:
    case = next(c for c in cases() if c.name == "ikev1-main-cert-untrusted")
    (n,) = read_story(case.capture, case.keys).negotiations
    assert [(c.from_initiator, c.asked_for) for c in n.certificates] == [
        (False, True),
        (True, False),
        (True, True),
        (True, True),
    ]
    (shut,) = read_story(case.capture).negotiations
    assert [(c.from_initiator, c.asked_for) for c in shut.certificates] == [(False, True)]  # message 4 is in clear
