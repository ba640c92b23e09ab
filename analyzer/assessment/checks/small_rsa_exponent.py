"""RSA key with a small public exponent."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.certificates import public_keys
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="small-rsa-exponent",
    kind="check",
    title="RSA key with a small public exponent",
    severity="low",
    what="The public exponent of the RSA key of a certificate, or of one sent without, is below 65537, or even.",
    why=(
        "With exponent 3 a signature can be forged wherever the padding is not checked to its end, as in libreswan "
        "(pattern of CVE-2026-50721 and CVE-2026-50722). With exponent 1 a signature is no proof of anything."
    ),
    wire="The public exponent of the RSA key in a CERT payload that can be read. 1 and even ones: high.",
    lookalikes=(
        "Some old authorities have exponent 3. Their certificates are trusted as they are; what they signed depends on "
        "how it is verified."
    ),
    advice="Issue certificates with the exponent 65537, and update who verifies them.",
    references=("FIPS 186-5 A.1.1", "pattern of CVE-2026-50721", "pattern of CVE-2026-50722"),
)
NEEDS = (Trait.CERTIFICATES,)

_LEAST = 65537


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such key of a side."""
    for certificate in public_keys(case.n, case.scene.memory):
        exponent = certificate.facts.public_exponent
        if exponent is None or (exponent >= _LEAST and exponent % 2):
            continue
        severity: Severity = "low" if exponent % 2 and exponent > 1 else "high"
        detail = f"Of the {certificate.side}: RSA with the public exponent {_text(exponent)}."
        yield case.finding(ABOUT, certificate.name, (certificate.frame_number,), detail, severity=severity)


def _text(exponent: int) -> str:
    return str(exponent) if exponent <= _LEAST else "that is even"
