"""Certificate with a short RSA key."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.certificates import shown
from analyzer.assessment.model import Explanation, Finding

ABOUT = Explanation(
    id="weak-certificate-key",
    kind="check",
    title="Certificate with a short RSA key",
    severity="critical",
    what="The RSA key of a certificate is shorter than the policy asks for or than keys that have been factored.",
    why="Whoever factors the key can prove to be its owner, and so take the owner's place.",
    wire="The modulus of the RSA key in a CERT payload that can be read.",
    lookalikes="A certificate of the chain may be an old one that no longer matters to the peer.",
    advice="Issue certificates with keys that the policy allows (explain POLICY lists what it says of rsa-bits).",
    references=("RFC 8247 3.1.1", "Factorization of RSA-250 (829 bits), February 2020"),
)

_SHORT = 2048  # RFC 8247 section 3.1.1: SHOULD NOT below
_FACTORED = 829  # bits of the longest general RSA modulus factored in public


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such certificate of a side."""
    for certificate in shown(case.n, case.scene.memory):
        bits = certificate.facts.key_bits
        if certificate.facts.key_type != "RSA" or bits is None:
            continue
        verdict = case.scene.policy.key_size("rsa-bits", bits)
        detail = f"Of the {certificate.side}: RSA with {bits} bits." + (f" {verdict.text}" if verdict else "")
        where = certificate.name, (certificate.frame_number,)
        if bits <= _FACTORED:
            text = f"{detail} Keys of this length have been factored."
            yield case.finding(ABOUT, *where, text, severity=ABOUT.severity, verdict=verdict)
        elif verdict is not None:
            found = case.finding(ABOUT, *where, detail, severity=verdict.severity, verdict=verdict)
            yield found if bits < _SHORT else found._replace(title="Certificate with an RSA key outside the policy")
