"""No agreement on the key exchange method."""

from analyzer.assessment.advice import Parties, no_weaker, other_group
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.combinations import names
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.verdict import times
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="ke-group-mismatch",
    kind="diagnosis",
    title="No agreement on the key exchange method",
    what="The responder asks for a key exchange method that the initiator does not use.",
    why=(
        "One INVALID_KE_PAYLOAD is normal: the initiator guessed another group. Asked several times, or "
        "asked for a group that was never offered, the negotiation cannot continue."
    ),
    wire=(
        "INVALID_KE_PAYLOAD with the wanted group in its data, several times, or not followed by a request with that "
        "group."
    ),
    lookalikes=(
        "A COOKIE round in between that confuses an old initiator (RFC 7296 2.6.1). The notify is unauthenticated."
    ),
    advice="Configure a common group that the policy allows; put it first in the initiator's proposal.",
    references=("RFC 7296 1.2, 1.3, 2.6.1",),
)
NEEDS = (Trait.DOWN | Trait.ERRORS,)


def diagnose(case: Case) -> Diagnosis | None:
    """The negotiation ended in, or looped through, INVALID_KE_PAYLOAD before keys existed."""
    if case.established or case.redirected:
        return None
    asked = [
        e
        for e in case.errors_in("IKE_SA_INIT", clear=True)
        if e.notify.notify_type == NotifyV2.INVALID_KE_PAYLOAD
        and e.step.retransmission_of is None
        and not e.step.duplicate
    ]
    if not asked or (len(asked) < 2 and case.n.failure != "INVALID_KE_PAYLOAD"):
        return None
    if case.n.chosen_frame is not None:
        return None  # it was settled; what failed came later
    wanted = [_group(int.from_bytes(e.notify.data[:2], "big")) for e in asked if len(e.notify.data) >= 2]
    facts = [case.scene.verdicts.sa(2, o.sa, child=False) for o in case.ike_offers()]
    offered = list(dict.fromkeys(a for f in facts for a in f.algorithms if a.kind == "ke" and not a.additional))
    detail = f"INVALID_KE_PAYLOAD {times(len(asked))}; wanted: {names(wanted) or 'none named'}."
    confidence: Confidence = "likely"
    hopeless = bool(wanted and offered and wanted[-1] not in offered)
    if hopeless:
        detail += f" The initiator does not offer it, but {names(sorted(offered, key=lambda a: a.number))}."
    elif len(asked) < 2:
        confidence = "possible"
    if wanted and case.scene.verdicts.rejects(wanted[-1]):
        detail += f" The policy {case.scene.policy.name} rejects {wanted[-1].name}."
    advice = _advice(case, wanted[-1], offered, hopeless=hopeless) if wanted else None
    frames = tuple(e.step.frame_number for e in asked)
    return case.diagnosis(ABOUT, confidence, frames, detail, "clear-text notifies and the offer", advice)


def _group(number: int) -> Algorithm:
    return Algorithm("ikev2", "ke", "ikev2-ke", number, None)


def _advice(case: Case, wanted: Algorithm, offered: list[Algorithm], *, hopeless: bool) -> str:
    """The group asked for, where the policy allows it; else what of the offer or of the policy may take its place."""
    verdicts, offered = case.scene.verdicts, sorted(offered, key=lambda a: a.number)
    if verdicts.rejects(wanted):
        return other_group(verdicts, Parties("responder", "initiator"), offered)
    if not hopeless:
        return (
            f"Put {wanted.name} first in the initiator's proposal: it sends its key exchange value for the first group."
        )
    instead = no_weaker(verdicts, offered, wanted)
    either = f"; or let the responder accept {names(instead)}" if instead else ""
    return f"Smallest change: give the initiator's proposal {wanted.name}{either}."
