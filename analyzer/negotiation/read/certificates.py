"""What a negotiation shows of certificates: those sent, and the authorities asked for, as far as they can be read."""

from analyzer.isakmp.numbers import CertEncoding, HashAndUrl, RawKey
from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.isakmp.payloads.certificate_request import CertificateRequest
from analyzer.negotiation.model import Negotiation, Step
from analyzer.negotiation.seen import SeenCertificate

_X509 = frozenset(map(int, (CertEncoding.X509_CERTIFICATE_SIGNATURE, CertEncoding.X509_CERTIFICATE_KEY_EXCHANGE)))
_URLS = frozenset(map(int, HashAndUrl))
_OTHERS = _URLS | frozenset(map(int, RawKey))  # of IKEv2
_KEPT = 16  # of an SA: chains are shorter, and floods are longer
_URL_BYTES = 1024  # the hash and what of a URL is kept


def note(n: Negotiation, step: Step, body: object) -> None:
    """Keep an X.509 certificate, a request for one, where one is, or a raw key; others are not of interest here."""
    if not isinstance(body, Certificate | CertificateRequest):
        return
    asked, encoding, data = isinstance(body, CertificateRequest), body.encoding, body.data
    if encoding not in _X509 and (asked or encoding not in _OTHERS or n.ike_version != 2):
        return
    if encoding in _URLS and not asked:
        data = data[:_URL_BYTES]
    seen = SeenCertificate(step.frame_number, step.time_ns, step.from_initiator, asked, data, encoding)
    if sum(c.asked_for == asked for c in n.certificates) < _KEPT:
        n.certificates = (*n.certificates, seen)
