"""Choice between strong and weak without downgrade prevention."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import ADDITIONAL_KE, POST_QUANTUM
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.assessment.traits import Trait
from analyzer.assessment.verdicts import NO_OBJECTION
from analyzer.isakmp.numbers import NotifyV2, TransformType
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation
from analyzer.vocabulary import SEVERITIES

ABOUT = Explanation(
    id="downgrade-unprotected",
    kind="check",
    title="Choice between strong and weak without downgrade prevention",
    severity="info",
    what=(
        "The initiator offered a post-quantum key exchange and left room to do without it, or algorithms that the "
        "policy objects to beside others, and the sides did not both announce that they sign all of IKE_SA_INIT."
    ),
    why=(
        "Each side proves its own IKE_SA_INIT message only. Who can break the weakest key exchange of the offer while "
        "the SA is made can take the strong ones away unseen; with the notify of both sides that fails."
    ),
    wire=(
        "IKE_SA_INIT_FULL_TRANSCRIPT_AUTH (16447) is not in both IKE_SA_INIT messages, and the offer holds ML-KEM "
        "beside NONE or beside a proposal without it, or an objection of medium or more beside a combination without "
        "any."
    ),
    lookalikes="Nearly all of today: the notify is of a draft, and few implementations know it.",
    advice="Offer the strong algorithms only; where both sides know the notify, switch it on.",
    references=("draft-ietf-ipsecme-ikev2-downgrade-prevention",),
)
NEEDS = (Trait.IKEV2 | Trait.CHOSEN,)

_NOTIFY = NotifyV2.IKE_SA_INIT_FULL_TRANSCRIPT_AUTH
_KEY_EXCHANGES = (int(TransformType.KE), *ADDITIONAL_KE)
_HEAVY = SEVERITIES.index("medium")


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if n.ike_version != 2 or n.chosen_frame is None or case.unused or n.cut:
        return  # the notify may stand in what was cut
    before = [o for o in case.ike_offers() if o.frame_number < n.chosen_frame]
    offer = before[-1] if before else None
    room = _room(case.seen.terms, offer.sa) if offer is not None and offer.sa.whole else ""
    sides = {step.from_initiator for step, m in case.notifies if m.notify_type == _NOTIFY and not step.encrypted}
    if offer is None or not room or len(sides) == 2:
        return
    who = {True: "the initiator only", False: "the responder only"}
    announced = f"{who[next(iter(sides))]} announces" if sides else "neither side announces"
    detail = f"The offer holds {room}; {announced} IKE_SA_INIT_FULL_TRANSCRIPT_AUTH."
    yield case.finding(ABOUT, n.responder_ip, (offer.frame_number, n.chosen_frame), detail)


def _room(terms: Terms, sa: SecurityAssociation) -> str:
    """What an offer lets a responder do without, in words."""
    facts = terms.verdicts.sa(terms.version, sa, child=False)
    if facts.post_quantum and not all(map(_has_to_have, sa.proposals)):
        return "ML-KEM and combinations without it"
    if facts.worst_rank > _HEAVY or facts.best_rank < NO_OBJECTION:
        return ""
    heavy = next(a for a in facts.algorithms if terms.verdicts.rank(a) <= _HEAVY)
    return f"{heavy.subject} and combinations that the policy does not object to"


def _has_to_have(proposal: Proposal) -> bool:
    """One kind of its key exchanges holds nothing but ML-KEM."""
    kinds: dict[int | None, set[int]] = {}
    for transform in proposal.transforms:
        if transform.transform_type in _KEY_EXCHANGES:
            kinds.setdefault(transform.transform_type, set()).add(transform.transform_id)
    return any(ids <= POST_QUANTUM for ids in kinds.values())
