"""The lifetime asked for is not the one that holds."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.assessment.traits import Trait
from analyzer.negotiation.read.lifetimes import offered_s
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="lifetime-differs",
    kind="check",
    title="Lifetime set by one side",
    severity="info",
    what="The responder chose or announced another lifetime than the one asked for, or one where none is negotiated.",
    why=(
        "The side with the shorter one rekeys or ends the SA first. Harmless where it says so with a Delete; "
        "otherwise the other side sends into an SA that is gone."
    ),
    wire=(
        "IKEv1: a Life Duration in the answer that was not offered, or RESPONDER-LIFETIME. IKEv2 negotiates none; "
        "AUTH_LIFETIME says by when the client has to reauthenticate."
    ),
    lookalikes="Each side may use a shorter lifetime than the one on the wire without saying so.",
    advice="Set the shorter lifetime on both sides, and see that both send Deletes.",
    references=("RFC 2407 4.5.4, 4.6.3.1", "RFC 2409 Appendix A", "RFC 4478"),
)
NEEDS = (Trait.LIFETIMES,)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for the IKE SA, and one for each child SA."""
    offered = offered_s(terms.version, terms.offers)
    chosen = terms.suite.lifetime_s if terms.suite is not None else None
    if terms.chosen_frame is not None:
        yield from _judge(terms, "IKE SA", offered.get(None), chosen, terms.chosen_frame)
    for child in terms.children:
        if child.suite is not None:
            subject = f"child SA {child.child}"
            yield from _judge(terms, subject, offered.get(child.child), child.suite.lifetime_s, child.frame)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each announcement."""
    n = case.n
    for step, seconds, of_ike_sa in case.announced:
        name = "AUTH_LIFETIME" if n.ike_version == 2 else "RESPONDER-LIFETIME"
        name += "" if of_ike_sa else " of a child SA:"
        detail = f"{name.removesuffix(':')}: {seconds} s."
        confidence: Confidence = "likely" if not step.encrypted else "certain"
        yield case.finding(ABOUT, f"{name} {seconds} s", (step.frame_number,), detail, confidence=confidence)


def _judge(
    terms: Terms, subject: str, offered: tuple[int, ...] | None, chosen: int | None, frame: int
) -> Iterator[Finding]:
    if offered and chosen is not None and chosen not in offered:
        asked = ", ".join(map(str, offered[:6]))
        yield terms.finding(
            ABOUT, f"{subject}: {chosen} s", (frame,), f"{subject}: offered {asked} s, chosen {chosen} s."
        )
