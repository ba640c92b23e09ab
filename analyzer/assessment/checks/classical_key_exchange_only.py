"""Key exchange without post-quantum part."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import POST_QUANTUM
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.isakmp import registry

ABOUT = Explanation(
    id="classical-key-exchange-only",
    kind="check",
    title="Key exchange without post-quantum part",
    severity="info",
    what="The chosen key exchange is Diffie-Hellman alone. Reported only under a policy that speaks of it.",
    why="What is recorded today may be read once large quantum computers exist.",
    wire="No ML-KEM among the chosen KE and ADDKE transforms.",
    lookalikes="A post-quantum pre-shared key (RFC 8784) protects as well; USE_PPK in both directions shows it.",
    advice="Plan for ML-KEM as additional key exchange (RFC 9370).",
    references=("RFC 9370", "RFC 8784"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding."""
    suite, frame = terms.suite, terms.chosen_frame
    if suite is None or frame is None or suite.ke_id is None:
        return
    if any(o.chosen and o.child is None and not o.sa.whole for o in terms.offers):
        return  # ADDKE may be what is missing
    verdict = terms.policy.objection("pq", "classical-only")
    if verdict is None or POST_QUANTUM & {suite.ke_id, *suite.additional_ke_ids}:
        return
    name = registry.name("ikev1-groups" if terms.version == 1 else "ikev2-ke", suite.ke_id)
    yield terms.finding(ABOUT, name, (frame,), verdict.text, verdict=verdict)
