"""IKE_SA_INIT with ML-KEM in IP fragments."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import POST_QUANTUM
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry

ABOUT = Explanation(
    id="ml-kem-init-in-fragments",
    kind="check",
    title="IKE_SA_INIT with ML-KEM in IP fragments",
    severity="info",
    what="ML-KEM is the first key exchange, and the IKE_SA_INIT message that holds it came in IP fragments.",
    why=(
        "Many firewalls and NATs drop IP fragments, and IKE cannot fragment IKE_SA_INIT itself: RFC 7383 begins after "
        "it. Through such a path no SA comes up."
    ),
    wire="A KE payload of group 35, 36 or 37 in an IKE_SA_INIT message that was put together of IP fragments.",
    lookalikes="A capture within a tunnel or on a host whose path has a smaller MTU than the peers' other paths.",
    advice=(
        "Offer ML-KEM as an additional key exchange (RFC 9370) behind a classical one: it goes into IKE_INTERMEDIATE, "
        "which IKE fragments. That is as strong, and fits each path."
    ),
    references=("RFC 7383 2", "RFC 9370", "draft-ietf-ipsecme-ikev2-mlkem"),
)
NEEDS = (Trait.IKEV2,)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n, story = case.n, case.scene.story
    if n.ike_version != 2 or not (story.reassembled or story.beginnings):
        return
    found = [
        (step, group)
        for exchange in n.of_type("IKE_SA_INIT")
        for step in exchange.steps
        if step.frame_number in story.reassembled or step.frame_number in story.beginnings
        for group, _ in step.key_exchanges
        if group in POST_QUANTUM
    ]
    if found:
        (step, group), frames = found[0], tuple(s.frame_number for s, _ in found)
        name = registry.name("ikev2-ke", group or 0)
        yield case.finding(ABOUT, name, frames, f"IKE_SA_INIT of {step.length} bytes with {name} in IP fragments.")
