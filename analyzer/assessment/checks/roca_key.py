"""RSA key of a form that can be factored."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.certificates import public_keys
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait

ABOUT = Explanation(
    id="roca-key",
    kind="check",
    title="RSA key of a form that can be factored",
    severity="high",
    what=(
        "The modulus of the RSA key of a certificate, or of one sent without, has the form that Infineon's library "
        "gave to its keys (ROCA)."
    ),
    why=(
        "Factoring such a key was estimated at three CPU months for 1024 bits and at 140 CPU years for 2048; whoever "
        "has done it can take the owner's place (pattern of CVE-2017-15361)."
    ),
    wire=(
        "The modulus in a CERT payload that can be read is a power of 65537 modulo each of 17 small primes. A random "
        "modulus is that by a chance of 1 in 240 million."
    ),
    lookalikes="Chance. No key was factored here.",
    advice="Replace key and certificate: make the new key in software, or on a token or TPM with repaired firmware.",
    references=("pattern of CVE-2017-15361", "The Return of Coppersmith's Attack, ACM CCS 2017"),
)
NEEDS = (Trait.CERTIFICATES,)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such key of a side."""
    for certificate in public_keys(case.n, case.scene.memory):
        facts = certificate.facts
        if facts.roca:
            detail = f"Of the {certificate.side}: RSA with {facts.key_bits} bits and the form of such keys."
            frames = (certificate.frame_number,)
            yield case.finding(ABOUT, certificate.name, frames, detail, confidence="likely")
