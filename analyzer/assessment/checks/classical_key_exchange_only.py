"""Key exchange without post-quantum part."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import POST_QUANTUM
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
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


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if n.suite is None or n.chosen_frame is None or n.suite.ke_id is None:
        return
    if any(o.chosen and o.child is None and not o.sa.whole for o in n.offers):
        return  # ADDKE may be what is missing
    verdict = case.scene.policy.objection("pq", "classical-only")
    if verdict is None or POST_QUANTUM & {n.suite.ke_id, *n.suite.additional_ke_ids}:
        return
    name = registry.name("ikev1-groups" if n.ike_version == 1 else "ikev2-ke", n.suite.ke_id)
    yield case.finding(ABOUT, name, (n.chosen_frame,), verdict.text, verdict=verdict)
