"""Responder that demands a COOKIE."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2, PayloadV2
from analyzer.negotiation.model import Step

ABOUT = Explanation(
    id="cookie-demanded",
    kind="check",
    title="Responder that demands a COOKIE",
    severity="info",
    what="The responder answered IKE_SA_INIT with a COOKIE instead of a choice.",
    why=(
        "It does so where it has many half-open SAs: it is under load, or configured to ask everybody. It proves that "
        "the initiator receives at its address before the responder computes anything."
    ),
    wire="An answer of exchange type 34 with N(COOKIE) and no SA; then the request once more, with N(COOKIE) first.",
    lookalikes="A threshold of 0 makes a responder ask everybody, at any load.",
    advice="It needs nothing. If it goes on: see who sends so many first messages, and the responder's log.",
    references=("RFC 7296 2.6", "RFC 8019 4"),
)
NEEDS = (Trait.IKEV2 | Trait.COOKIE,)

_SA = int(PayloadV2.SA)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    if case.n.ike_version != 2 or not case.notifies:
        return
    second = case.exchanges[1].exchange if len(case.exchanges) > 1 else ""
    answers = case.exchanges[0].figure.fresh[1]
    if case.n.chosen_frame is not None and second != "IKE_SA_INIT" and answers == 1:
        return  # the one answer to the one request is a choice
    cookies = [step for step, notify in case.notifies if notify.notify_type == NotifyV2.COOKIE]
    demands = [step for step in cookies if _is_demand(step)]
    if demands:
        returned = [s for s in cookies if s.from_initiator and s.frame_number > demands[0].frame_number]
        detail = f"COOKIE demanded {'once' if len(demands) == 1 else f'{len(demands)} times'}; "
        detail += "the initiator returned it." if returned else "no request with it follows in this capture."
        frames = tuple(s.frame_number for s in (demands[0], *returned[:1]))
        yield case.finding(ABOUT, case.n.responder_ip, frames, detail)


def _is_demand(step: Step) -> bool:
    return not step.from_initiator and not step.encrypted and step.is_response and _SA not in step.payload_types
