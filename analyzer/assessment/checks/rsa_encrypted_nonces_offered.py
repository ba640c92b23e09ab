"""Authentication with RSA encryption offered."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import RSA_ENCRYPTION
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.isakmp import registry

ABOUT = Explanation(
    id="rsa-encrypted-nonces-offered",
    kind="check",
    ike_version=1,
    title="Authentication with RSA encryption offered",
    severity="medium",
    what="IKEv1 authentication by RSA encrypted nonces was offered.",
    why=(
        "Responders that decrypt them have served as Bleichenbacher oracles (CVE-2018-0131 and its "
        "siblings), which breaks other methods with the same key too."
    ),
    wire="Authentication Method 4 or 5 (65007 to 65010 with XAUTH) in a transform of the initiator.",
    lookalikes="An offer alone does not show that the responder would accept it.",
    advice="Remove the method from both configurations; use signatures.",
    references=("CVE-2018-0131", "RFC 2409 5.2, 5.3"),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each method."""
    n = case.n
    if n.outcome == "probe":
        return
    seen: dict[int, list[int]] = {}
    for offer, facts in case.offers():
        for algorithm in facts.algorithms:
            if algorithm.kind == "auth" and algorithm.number in RSA_ENCRYPTION:
                seen.setdefault(algorithm.number, []).append(offer.frame_number)
    for number, frames in seen.items():
        name = registry.name("ikev1-auth-methods", number)
        yield case.finding(ABOUT, name, tuple(frames), "The initiator offers it.")
