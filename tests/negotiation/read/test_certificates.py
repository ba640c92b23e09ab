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
