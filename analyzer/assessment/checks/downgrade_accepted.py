"""Weaker algorithms chosen than the offer allowed."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import AEAD, Algorithm
from analyzer.assessment.combinations import Combination
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.assessment.verdicts import NO_OBJECTION
from analyzer.negotiation.seen import Offer, Suite
from analyzer.vocabulary import SEVERITIES

ABOUT = Explanation(
    id="downgrade-accepted",
    kind="check",
    title="Weaker algorithms chosen than the offer allowed",
    severity="medium",
    what=(
        "The responder chose an algorithm that the policy objects to, or a cipher with 64-bit blocks such as 3DES, "
        "although the same offer held a combination with none, or with milder objections."
    ),
    why="The responder's order of preference is wrong, or it does not know the better algorithms.",
    wire="The chosen proposal against all proposals of the SA payload that offered it, judged by the policy.",
    lookalikes="A responder that lacks the better algorithms has no choice: compare what it chose elsewhere.",
    advice="Put the strong proposals first in the responder's configuration and remove the weak ones.",
    references=("RFC 7296 2.7",),
)

MILD = SEVERITIES.index("low")


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding for the IKE SA, and one for each child SA whose offer and choice could be read."""
    if terms.probe:
        return
    offers: dict[int | None, list[Offer]] = {}  # by child SA, in one pass
    for offer in terms.offers:
        if not offer.chosen:
            offers.setdefault(offer.child, []).append(offer)
    if terms.suite is not None and terms.chosen_frame is not None:
        own = [o for o in offers.get(None, []) if o.from_initiator]
        yield from _compare(terms, terms.suite, None, terms.chosen_frame, own)
    for child in terms.children:
        if child.suite is not None and child.protocol is not None and child.answered:
            yield from _compare(terms, child.suite, child.protocol, child.frame, offers.get(child.child, []))


def _compare(terms: Terms, suite: Suite, protocol: str | None, frame: int, offers: list[Offer]) -> Iterator[Finding]:
    verdicts, version, child = terms.verdicts, terms.version, protocol is not None
    facts = verdicts.suite(version, suite, protocol)
    offers = [o for o in offers if o.sa.whole]  # what was cut may be what is weak in the rest
    if not facts.algorithms or not offers or facts.best_rank >= MILD:
        return
    worst, chosen = min(facts.algorithms, key=verdicts.rank), facts.best_rank
    best = max(verdicts.sa(version, o.sa, child=child).best_rank for o in offers)
    frames = (*(o.frame_number for o in offers), frame)
    if best > chosen:
        left = "none that the policy objects to" if best == NO_OBJECTION else f"at worst {SEVERITIES[best]}"
        detail = f"Chosen: {worst.subject} ({SEVERITIES[chosen]}). The offer held a combination with {left}."
        yield terms.finding(ABOUT, worst.subject, frames, detail)
        return
    passed = _passed_over(terms, [a for a in facts.algorithms if not a.additional], offers, child=child)
    if passed is not None:
        weak, better = passed
        severity = SEVERITIES[verdicts.rank(weak)]
        detail = f"Chosen: {weak.subject} ({severity}). The offer held {better.name} beside nothing weaker in the rest."
        yield terms.finding(ABOUT, weak.subject, frames, detail)


def _passed_over(
    terms: Terms, chosen: list[Algorithm], offers: list[Offer], *, child: bool
) -> tuple[Algorithm, Algorithm] | None:
    """A weak algorithm and a better one of its kind in a combination that is nowhere weaker than the choice."""
    rank = terms.verdicts.rank
    for combination in (c for o in offers for c in terms.combinations.of_sa(terms.version, o.sa, child=child)):
        best = {kind: max(each, key=rank) for kind, each in _protected(combination).items() if each}
        if any(a.kind not in best or rank(best[a.kind]) < rank(a) for a in chosen):
            continue
        better = [(a, best[a.kind]) for a in chosen if rank(a) < MILD and rank(best[a.kind]) > rank(a)]
        if better:
            return better[0]
    return None


def _protected(combination: Combination) -> dict[str, tuple[Algorithm, ...]]:
    """Its alternatives without a cipher that goes with no integrity (RFC 7296 section 3.3.3)."""
    kinds = dict(combination.kinds)
    if "integ" in kinds and not any(a.number for a in kinds["integ"]):
        kinds["encr"] = tuple(a for a in kinds.get("encr", ()) if a.number in AEAD)
    return kinds
