"""Certificate signed with a broken hash."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.certificates import shown
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="weak-certificate-signature",
    kind="check",
    title="Certificate signed with a broken hash",
    severity="medium",
    what="An authority signed a certificate with MD5 or SHA-1.",
    why=(
        "Two certificates with the same hash can be made, and a signature for one is a signature for both: with MD5 a "
        "false authority was made so, with SHA-1 it is within reach."
    ),
    wire="The signatureAlgorithm of a certificate in a CERT payload that can be read.",
    lookalikes="A certificate that signs itself is trusted for what it is, not for its signature: it is not reported.",
    advice="Let the authority sign with a hash that the policy allows, and reissue the certificate.",
    references=("RFC 6151", "RFC 6194", "RFC 5280 4.1.1.2"),
)
NEEDS = (Trait.CERTIFICATES,)

_BROKEN: dict[str, Severity] = {"md2": "high", "md4": "high", "md5": "high", "sha1": "medium"}


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such certificate of a side."""
    for certificate in shown(case.n, case.scene.memory):
        facts = certificate.facts
        severity = _BROKEN.get(facts.signature_hash or "")
        if severity is not None and facts.subject != facts.issuer:
            signed = f"Of the {certificate.side}: signed with {facts.signature_hash} by {facts.issuer}."
            yield case.finding(ABOUT, certificate.name, (certificate.frame_number,), signed, severity=severity)
