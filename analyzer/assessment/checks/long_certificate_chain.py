"""More certificates in one message than chains have."""

from collections.abc import Iterator

from analyzer.assessment.case import PHASE1, Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.negotiation.model import AUTHENTICATING, Step
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="long-certificate-chain",
    kind="check",
    title="More certificates in one message than chains have",
    severity="low",
    what="One message holds more than 8 CERT payloads.",
    why=(
        "Certificates are parsed before their sender is authenticated, and unusually large ones have been used to "
        "write beyond a buffer (pattern of CVE-2025-14733)."
    ),
    wire="More than 8 CERT payloads in a message that can be read: with keys, or in IKEv1's aggressive mode.",
    lookalikes=(
        "A side that sends all certificates of its store, or revocation lists and cross-signed authorities beside its "
        "chain. The number 8 is a rule of thumb: chains have two to four."
    ),
    advice="Let the sender send its own certificate and the intermediate ones only; update the receiver.",
    references=("pattern of CVE-2025-14733", "RFC 7296 3.6"),
)
NEEDS = (Trait.CERTIFICATES,)

MOST = 8
_CERT = {1: int(PayloadV1.CERT), 2: int(PayloadV2.CERT)}


def find(case: Case) -> Iterator[Finding]:
    """At most one finding for each side, about its longest chain."""
    if not case.n.certificates:
        return
    kind = _CERT[case.n.ike_version]
    longest: dict[bool, tuple[int, Step]] = {}
    for step in (s for e in case.n.of_type(*AUTHENTICATING, *PHASE1) for s in e.steps):
        count = (*step.payload_types, *(step.inner_types or ())).count(kind)
        if count > longest.get(step.from_initiator, (MOST, step))[0]:
            longest[step.from_initiator] = count, step
    for from_initiator, (count, step) in longest.items():
        subject = case.n.initiator_ip if from_initiator else case.n.responder_ip
        detail = f"{count} CERT payloads in one message of the {side(from_initiator)}."
        yield case.finding(ABOUT, subject, (step.frame_number,), detail, confidence="possible")
