"""Weaker negotiation after a stronger one failed."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene, first_step
from analyzer.assessment.verdicts import Facts
from analyzer.negotiation.model import Negotiation

ABOUT = Explanation(
    id="downgrade-across-retries",
    kind="check",
    title="Weaker negotiation after a stronger one failed",
    severity="medium",
    what=(
        "After a refusal or no answer the same initiator tried again with an older version, weaker "
        "algorithms or without a post-quantum key exchange, and this was accepted."
    ),
    why="Someone on the path who drops or refuses the strong attempt gets the weak one: nothing ties the two together.",
    wire=(
        "Two negotiations of the same peers within 60 seconds: the first failed or unanswered, the second "
        "of a lower IKE version, or with an offer that draws heavier objections or has no ML-KEM left."
    ),
    lookalikes=(
        "A client with fallback profiles and an old gateway: the usual case. On the wire it looks like an attack."
    ),
    advice="Remove the fallback profile, or see why the strong attempt failed.",
    references=("RFC 7296 2.5",),
)

WINDOW_S = 60
LOOK_BACK = 4


def find(case: Case) -> Iterator[Finding]:
    """At most one finding, at the weaker negotiation."""
    n = case.n
    if n.chosen_frame is None or n.outcome == "probe" or not case.scene.any_given_up:
        return
    began = case.scene.began
    start = began[n.number]
    for other in case.scene.neighbours(n, WINDOW_S, most=LOOK_BACK):
        earlier = began[other.number]
        if start is None or earlier is None or earlier >= start or other.outcome not in ("failed", "unanswered"):
            continue
        if (other.initiator_ip, other.responder_ip) != (n.initiator_ip, n.responder_ip):
            continue
        how = _weaker(case.scene, other, n)
        first = first_step(other)
        if how and first is not None:
            detail = (
                f"{how}, {(start - earlier) / 1e9:.1f} s after negotiation {other.number} ended as {other.outcome}."
            )
            yield case.finding(ABOUT, how, (first.frame_number, n.chosen_frame), detail, confidence="possible")
            return


def _weaker(scene: Scene, before: Negotiation, after: Negotiation) -> str:
    if after.ike_version < before.ike_version:
        return f"IKEv{after.ike_version} after IKEv{before.ike_version}"
    if after.ike_version > before.ike_version:
        return ""
    if _best(scene, after) < _best(scene, before):
        return "weaker offer accepted"
    whole = all(o.sa.whole for o in after.offers if o.child is None and not o.chosen)
    if whole and _post_quantum(scene, before) and not _post_quantum(scene, after):
        return "offer without post-quantum part accepted"
    return ""


def _best(scene: Scene, n: Negotiation) -> int:
    return max((facts.best_rank for facts in _offers(scene, n)), default=0)


def _post_quantum(scene: Scene, n: Negotiation) -> bool:
    return any(facts.post_quantum for facts in _offers(scene, n))


def _offers(scene: Scene, n: Negotiation) -> list[Facts]:
    offers = [o.sa for o in n.offers if o.child is None and not o.chosen]
    return [scene.verdicts.sa(n.ike_version, sa, child=False) for sa in offers]
