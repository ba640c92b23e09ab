"""Certificate used outside its period of validity."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.certificates import outside_validity, shown
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait

ABOUT = Explanation(
    id="certificate-outside-validity",
    kind="check",
    title="Certificate used outside its period of validity",
    severity="medium",
    what="A side sent a certificate that had expired, or was not valid yet, when it was captured.",
    why="A peer that checks dates refuses it; one that accepts it does not check them.",
    wire="The certificate's notBefore and notAfter against the time of the frame, where the CERT payload can be read.",
    lookalikes="A capture whose clock was wrong. The capture alone cannot show it.",
    advice="Renew the certificate before it expires, and keep the clocks of both sides right.",
    references=("RFC 5280 4.1.2.5",),
)
NEEDS = (Trait.CERTIFICATES,)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such certificate of a side."""
    for certificate in shown(case.n, case.scene.memory):
        wrong = outside_validity(certificate)
        if wrong is not None:
            detail = f"Of the {certificate.side}: it {wrong}, by the clock of the capture."
            yield case.finding(ABOUT, certificate.name, (certificate.frame_number,), detail, confidence="likely")
