"""What a negotiation shows of certificates: those sent, and the authorities asked for, as far as they can be read."""

from analyzer.isakmp.numbers import CertEncoding
from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.isakmp.payloads.certificate_request import CertificateRequest
from analyzer.negotiation.model import Negotiation, Step
from analyzer.negotiation.seen import SeenCertificate

_X509 = frozenset(map(int, (CertEncoding.X509_CERTIFICATE_SIGNATURE, CertEncoding.X509_CERTIFICATE_KEY_EXCHANGE)))
_KEPT = 16  # of an SA: chains are shorter, and floods are longer


def note(n: Negotiation, step: Step, body: object) -> None:
    """Keep an X.509 certificate or a request for one; other bodies are not of interest here."""
    if isinstance(body, Certificate | CertificateRequest) and body.encoding in _X509:
        asked = isinstance(body, CertificateRequest)
        seen = SeenCertificate(step.frame_number, step.time_ns, step.from_initiator, asked, body.data)
        if sum(c.asked_for == asked for c in n.certificates) < _KEPT:
            n.certificates = (*n.certificates, seen)
