"""Weaker algorithms chosen than the offer allowed."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import of_proposal, of_transform
from analyzer.assessment.case import Case
from analyzer.assessment.model import SEVERITIES, Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation

ABOUT = Explanation(
    id="downgrade-accepted",
    kind="check",
    title="Weaker algorithms chosen than the offer allowed",
    severity="medium",
    what=(
        "The responder chose an algorithm that the policy objects to, although the same offer held a "
        "combination with none, or with milder objections."
    ),
    why="The responder's order of preference is wrong, or it does not know the better algorithms.",
    wire="The chosen proposal against all proposals of the initiator's SA payload, judged by the policy.",
    lookalikes="A responder that lacks the better algorithms has no choice: compare what it chose elsewhere.",
    advice="Put the strong proposals first in the responder's configuration and remove the weak ones.",
    references=("RFC 7296 2.7",),
)

NONE = len(SEVERITIES)  # ranks: 0 is critical; no objection ranks behind all severities
MILD = SEVERITIES.index("low")


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if n.suite is None or n.chosen_frame is None or n.outcome == "probe":
        return
    objections = [v for found in case.scene.suite_objections(n.ike_version, n.suite).values() for v in found]
    if not objections:
        return
    worst = min(objections, key=lambda pair: SEVERITIES.index(pair[1].severity))
    chosen = SEVERITIES.index(worst[1].severity)
    if chosen >= MILD:
        return
    offers = [o for o in n.offers if o.from_initiator and o.child is None and not o.chosen]
    best = max((best_rank(case.scene, n.ike_version, o.sa) for o in offers), default=0)
    if best > chosen:
        left = "none that the policy objects to" if best == NONE else f"at worst {SEVERITIES[best]}"
        detail = f"Chosen: {worst[0].name} ({worst[1].severity}). The offer held a combination with {left}."
        frames = (*(o.frame_number for o in offers), n.chosen_frame)
        yield case.finding(ABOUT, worst[0].name, frames, detail)


def best_rank(scene: Scene, version: int, sa: SecurityAssociation) -> int:
    """The mildest worst objection that some combination of this offer would have drawn."""
    return max((_proposal_rank(scene, version, p) for p in sa.proposals), default=0)


def _proposal_rank(scene: Scene, version: int, proposal: Proposal) -> int:
    """IKEv1: one transform is one combination. IKEv2: one transform of each kind may be picked."""
    if version == 1:
        combinations = [list(of_transform(1, proposal, t, child=False)) for t in proposal.transforms]
        return max((min(map(scene.rank, c), default=0) for c in combinations), default=0)
    kinds: dict[str, int] = {}
    for algorithm in of_proposal(version, proposal, child=False):
        kinds[algorithm.kind] = max(kinds.get(algorithm.kind, 0), scene.rank(algorithm))
    return min(kinds.values(), default=0)
