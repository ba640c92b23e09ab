"""AH in use."""

from collections.abc import Iterator

from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="ah-in-use",
    kind="check",
    title="AH in use",
    severity="info",
    what="A child SA uses the Authentication Header, which does not encrypt.",
    why=(
        "The traffic is readable, NAT breaks it, and several authorities ask for ESP with NULL encryption "
        "or GMAC instead."
    ),
    wire="A chosen proposal for protocol AH. Visible only with keys; AH packets (IP protocol 51) are seen without.",
    lookalikes=(
        "AH packets alone: routing protocols (OSPFv3) use AH with keys set by hand, without IKE. An offer of AH is no "
        "choice."
    ),
    advice="Use ESP.",
    references=("RFC 8221 3", "NIST SP 800-77r1 4.5"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each child SA."""
    for child in terms.children:
        if child.protocol == "AH":
            verdict = terms.policy.objection("mode", "ah")
            if verdict is None and (required := terms.policy.requirement("mode", "esp")) is not None:
                verdict = required[1]
            detail = verdict.text if verdict else "Integrity only, no encryption."
            yield terms.finding(ABOUT, f"child SA {child.child}", (child.frame,), detail, verdict=verdict)
