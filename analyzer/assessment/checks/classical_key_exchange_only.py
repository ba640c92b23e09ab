"""Key exchange without post-quantum part."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import POST_QUANTUM
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.ppk import ppk
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry

ABOUT = Explanation(
    id="classical-key-exchange-only",
    kind="check",
    title="Key exchange without post-quantum part",
    severity="info",
    what="The chosen key exchange is Diffie-Hellman alone. Reported only under a policy that speaks of it.",
    why="What is recorded today may be read once large quantum computers exist.",
    wire="No ML-KEM among the chosen KE and ADDKE transforms, and no USE_PPK of both sides.",
    lookalikes=(
        "A post-quantum pre-shared key (RFC 8784, RFC 9867) protects as well. Where both sides announce one, nothing "
        "is reported, unless keys show that it was not used."
    ),
    advice="Plan for ML-KEM as additional key exchange (RFC 9370).",
    references=("RFC 9370", "RFC 8784", "RFC 9867"),
)
NEEDS = (Trait.SUITE | Trait.CHOSEN,)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    terms = case.seen.terms
    suite, frame = terms.suite, case.n.chosen_frame
    if suite is None or suite.ke_id is None or frame is None or POST_QUANTUM & {suite.ke_id, *suite.additional_ke_ids}:
        return
    verdict = case.scene.policy.objection("pq", "classical-only")
    if verdict is None or ppk(case.n).protects or (case.n.ike_version == 2 and case.n.cut):
        return
    if any(o.chosen and o.child is None and not o.sa.whole for o in terms.offers):
        return  # ADDKE may be what is missing, as USE_PPK is where a message was cut
    name = registry.name("ikev1-groups" if terms.version == 1 else "ikev2-ke", suite.ke_id)
    yield case.finding(ABOUT, name, (frame,), verdict.text, verdict=verdict)
