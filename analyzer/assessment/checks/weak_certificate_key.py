"""Certificate with a short RSA key."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.certificates import Shown, public_keys
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="weak-certificate-key",
    kind="check",
    title="Certificate with a short RSA key",
    severity="critical",
    what=(
        "The RSA key of a certificate, or of one sent without, is shorter than the policy asks for or than keys that "
        "have been factored. Also reported, under titles of their own: DSA keys, and keys on a curve of less than 224 "
        "bits."
    ),
    why="Whoever factors the key can prove to be its owner, and so take the owner's place.",
    wire="The modulus of the RSA key, or another key and its curve, in a CERT payload that can be read.",
    lookalikes="A certificate of the chain may be an old one that no longer matters to the peer.",
    advice="Issue certificates with keys that the policy allows (explain POLICY lists what it says of rsa-bits).",
    references=(
        "RFC 8247 3.1.1",
        "Factorization of RSA-250 (829 bits), February 2020",
        "FIPS 186-5 (DSA withdrawn)",
        "NIST SP 800-131A Rev. 2 3",
    ),
)
NEEDS = (Trait.CERTIFICATES,)

_SHORT = 2048  # RFC 8247 section 3.1.1: SHOULD NOT below
_FACTORED = 829  # bits of the longest general RSA modulus factored in public
_SHORT_CURVE = 224  # SP 800-131A: below it disallowed


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such certificate of a side."""
    for certificate in public_keys(case.n, case.scene.memory):
        kind, bits = certificate.facts.key_type or "", certificate.facts.key_bits
        if kind == "RSA" and bits is not None:
            yield from _rsa(case, certificate, bits)
        elif kind == "DSA":
            yield _other(case, certificate, "Certificate with a DSA key", "medium", f"DSA with {bits} bits.")
        elif kind.startswith("EC ") and bits is not None and bits < _SHORT_CURVE:
            yield _other(case, certificate, "Certificate with a short EC key", "high", f"{kind} with {bits} bits.")


def _rsa(case: Case, certificate: Shown, bits: int) -> Iterator[Finding]:
    verdict = case.scene.policy.key_size("rsa-bits", bits)
    detail = f"Of the {certificate.side}: RSA with {bits} bits." + (f" {verdict.text}" if verdict else "")
    where = certificate.name, (certificate.frame_number,)
    if bits <= _FACTORED:
        text = f"{detail} Keys of this length have been factored."
        yield case.finding(ABOUT, *where, text, severity=ABOUT.severity, verdict=verdict)
    elif verdict is not None:
        found = case.finding(ABOUT, *where, detail, severity=verdict.severity, verdict=verdict)
        yield found if bits < _SHORT else found._replace(title="Certificate with an RSA key outside the policy")


def _other(case: Case, certificate: Shown, title: str, severity: Severity, what: str) -> Finding:
    detail = f"Of the {certificate.side}: {what}"
    frames = (certificate.frame_number,)
    return case.finding(ABOUT, certificate.name, frames, detail, severity=severity)._replace(title=title)
