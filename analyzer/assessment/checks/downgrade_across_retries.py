"""Weaker negotiation after a stronger one failed."""

from collections.abc import Iterator

from analyzer.assessment import strength
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene, first_step
from analyzer.assessment.traits import Trait
from analyzer.assessment.verdicts import Facts
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import Severity

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
        "Two negotiations of the same peers within 60 seconds: the first failed or unanswered, the second of a lower "
        "IKE version, or with an offer that draws heavier objections, has no ML-KEM left or, which is low, smaller "
        "groups only. Or one whose IKE_SA_INIT was repeated for INVALID_KE_PAYLOAD or COOKIE with such an offer in "
        "place of the full one."
    ),
    lookalikes=(
        "A client with fallback profiles and an old gateway: the usual case. On the wire it looks like an attack."
    ),
    advice="Remove the fallback profile, or see why the strong attempt failed.",
    references=("RFC 7296 2.5", "RFC 7296 1.2"),
)
NEEDS = (Trait.CHOSEN,)

WINDOW_S = 60
LOOK_BACK = 4
_WEAKER, _CLASSICAL = "weaker offer accepted", "offer without post-quantum part accepted"
_SMALLER = "offer with smaller groups accepted"


def find(case: Case) -> Iterator[Finding]:
    """At most one finding, at the weaker negotiation."""
    n = case.n
    if n.chosen_frame is None or n.outcome == "probe":
        return
    if n.ike_version == 2 and len(n.offers) > 1:
        retried = _in_its_retry(case, n.chosen_frame)
        if retried is not None:
            yield retried
            return
    if not case.scene.any_given_up:
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
            severity: Severity = "low" if how == _SMALLER else "medium"
            frames = (first.frame_number, n.chosen_frame)
            yield case.finding(ABOUT, how, frames, detail, severity=severity, confidence="possible")
            return


def _in_its_retry(case: Case, chosen_frame: int) -> Finding | None:
    """Where the last IKE_SA_INIT request before the choice offers less than one before it."""
    offers = [o for o in case.n.offers if o.child is None and not o.chosen and o.frame_number < chosen_frame]
    facts = [case.scene.verdicts.sa(2, o.sa, child=False) for o in offers]
    if len(offers) < 2 or not offers[-1].sa.whole:
        return None
    for offer, before in zip(offers[:-1], facts[:-1], strict=True):
        if facts[-1].best_rank < before.best_rank:
            how = _WEAKER
        elif before.post_quantum and not facts[-1].post_quantum:
            how = _CLASSICAL
        else:
            continue
        detail = f"{how}, in the retry in frame {offers[-1].frame_number} of the request in frame {offer.frame_number}."
        return case.finding(ABOUT, how, (offer.frame_number, chosen_frame), detail, confidence="possible")
    return None


def _weaker(scene: Scene, before: Negotiation, after: Negotiation) -> str:
    if after.ike_version < before.ike_version:
        return f"IKEv{after.ike_version} after IKEv{before.ike_version}"
    if after.ike_version > before.ike_version:
        return ""
    if _best(scene, after) < _best(scene, before):
        return _WEAKER
    whole = all(o.sa.whole for o in after.offers if o.child is None and not o.chosen)
    if whole and _post_quantum(scene, before) and not _post_quantum(scene, after):
        return _CLASSICAL
    strongest = [max((strength.bits(a) for a in _groups(scene, n)), default=0) for n in (before, after)]
    return _SMALLER if whole and 0 < strongest[1] < strongest[0] else ""


def _groups(scene: Scene, n: Negotiation) -> list[Algorithm]:
    return [a for facts in _offers(scene, n) for a in facts.algorithms if a.kind == "ke" and not a.additional]


def _best(scene: Scene, n: Negotiation) -> int:
    return max((facts.best_rank for facts in _offers(scene, n)), default=0)


def _post_quantum(scene: Scene, n: Negotiation) -> bool:
    return any(facts.post_quantum for facts in _offers(scene, n))


def _offers(scene: Scene, n: Negotiation) -> list[Facts]:
    offers = [o.sa for o in n.offers if o.child is None and not o.chosen]
    return [scene.verdicts.sa(n.ike_version, sa, child=False) for sa in offers]
