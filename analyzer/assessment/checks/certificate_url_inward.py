"""Certificate URL that points inward."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.inward import host_of, is_inward
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import HashAndUrl, NotifyV2
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="certificate-url-inward",
    kind="check",
    title="Certificate URL that points inward",
    severity="low",
    what=(
        "A side sent, in place of a certificate, a URL on the receiver's own host or link, or in a private network "
        "that the sender itself is not in."
    ),
    why=(
        "Who fetches it asks a server of the sender's choice from inside, before the sender is authenticated (pattern "
        "of CVE-2026-0258)."
    ),
    wire=(
        "CERT encoding 12 or 13 (Hash and URL), whose URL names localhost, a loopback or link-local address, or a "
        "private or unique local one from a sender with another kind of address. Visible only with keys."
    ),
    lookalikes="A certificate server of one organisation whose client is outside just now.",
    advice=(
        "Limit what the gateway may fetch to the certificate server. Where no peer sends URLs, do not announce "
        "HTTP_CERT_LOOKUP_SUPPORTED."
    ),
    references=("pattern of CVE-2026-0258", "RFC 7296 3.6"),
)
NEEDS = (Trait.CERTIFICATES,)

_URLS = frozenset(map(int, HashAndUrl))
_SUPPORTED = NotifyV2.HTTP_CERT_LOOKUP_SUPPORTED
_HASH = 20  # bytes before the URL


def find(case: Case) -> Iterator[Finding]:
    """One finding for each host of a side."""
    n, found = case.n, dict[tuple[bool, str], int]()
    for seen in n.certificates:
        if seen.encoding in _URLS:
            host = host_of(seen.der[_HASH:])
            if is_inward(host, n.initiator_ip if seen.from_initiator else n.responder_ip):
                found.setdefault((seen.from_initiator, host), seen.frame_number)
    for (from_initiator, host), frame in found.items():
        looks_up = {s.from_initiator for s, m in case.notifies if m.notify_type == _SUPPORTED}
        announced = "announces" if (not from_initiator) in looks_up else "does not announce"
        detail = f"The {side(from_initiator)} points to {host}; the other side {announced} HTTP_CERT_LOOKUP_SUPPORTED."
        subject = n.initiator_ip if from_initiator else n.responder_ip
        yield case.finding(ABOUT, subject, (frame,), detail, confidence="possible")
