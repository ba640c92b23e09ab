"""A weak cipher chosen out of an offer that had a better one."""

from collections.abc import Iterable, Iterator

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.strength import bits
from analyzer.negotiation.model import Offer, Suite

ABOUT = Explanation(
    id="weaker-encryption-preferred",
    kind="check",
    title="Weak cipher preferred to a better one that was offered",
    severity="medium",
    what="The side that answers chose a cipher of less than 128 bits although the offer had one of 128 bits or more.",
    why=(
        "Its own order of preference, or its own list, puts old ciphers first: every peer that still offers one for "
        "compatibility gets it, though both could do better."
    ),
    wire="The encryption transform of the answer beside those of the offer.",
    lookalikes=(
        "An answer changed on the path: IKE_SA_INIT is protected only once IKE_AUTH is accepted. A responder that has "
        "no better cipher at all."
    ),
    advice=("Put the better cipher first in the list of the side that chose, or take the weak one out of both lists."),
    references=("RFC 8247 2.1", "RFC 8221 5", "RFC 7296 2.7"),
)

_ENOUGH = 128


def find(case: Case) -> Iterator[Finding]:
    """One finding for the IKE SA and one for each child SA whose choice and offer could be read."""
    n = case.n
    if n.outcome == "probe":
        return
    if n.suite is not None and n.chosen_frame is not None:
        yield from _compare(case, n.suite, None, n.chosen_frame, case.ike_offers())
    offers: dict[int | None, list[Offer]] = {}  # by child SA, in one pass
    for offer in n.offers:
        if not offer.chosen:
            offers.setdefault(offer.child, []).append(offer)
    for child in n.children:
        if child.suite is not None and child.protocol is not None and child.response_frame is not None:
            yield from _compare(case, child.suite, child.protocol, child.response_frame, offers.get(child.child, []))


def _compare(case: Case, suite: Suite, protocol: str | None, frame: int, offers: list[Offer]) -> Iterator[Finding]:
    version, verdicts = case.n.ike_version, case.scene.verdicts
    facts = verdicts.suite(version, suite, protocol) if protocol is not None else verdicts.suite(version, suite)
    chosen = next((a for a in facts.algorithms if a.kind == "encr"), None)
    if chosen is None or bits(chosen) >= _ENOUGH:
        return
    best = _best(a for o in offers for a in verdicts.sa(version, o.sa, child=protocol is not None).algorithms)
    if best is not None:
        shown = (*(o.frame_number for o in offers), frame)
        detail = f"{chosen.subject} was chosen; {best.subject} was offered."
        yield case.finding(ABOUT, chosen.subject, shown, detail)


def _best(offered: Iterable[Algorithm]) -> Algorithm | None:
    """The strongest cipher offered, the first of equals; None: none of them is strong enough."""
    ciphers = [a for a in offered if a.kind == "encr" and bits(a) >= _ENOUGH]
    return max(ciphers, key=bits, default=None)
