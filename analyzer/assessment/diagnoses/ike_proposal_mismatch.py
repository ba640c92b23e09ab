"""No common proposal for the IKE SA."""

from typing import NamedTuple

from analyzer.assessment.algorithms import ADDITIONAL_KE, POST_QUANTUM
from analyzer.assessment.case import Case
from analyzer.assessment.mismatch import advised, compare, nothing_shown
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.refused import other_version_only, refused_at_first
from analyzer.assessment.scene import began
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import NotifyV1, NotifyV2, TransformType
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="ike-proposal-mismatch",
    kind="diagnosis",
    title="No common proposal for the IKE SA",
    what="The responder found no acceptable combination of algorithms among those offered.",
    why=(
        "Each combination of encryption, integrity, PRF and key exchange must be configured on both "
        "sides, key lengths included; IKEv1 adds the authentication method."
    ),
    wire="NO_PROPOSAL_CHOSEN in clear as the answer to the first message.",
    lookalikes=(
        "The same bytes come from a responder that does not speak this IKE version, or that has no "
        "connection configured for these addresses or this identity. The notify is unauthenticated: "
        "anyone on the path can send it."
    ),
    advice=(
        "Compare the two configurations transform by transform; check the IKE version and the addresses "
        "the responder's connection is for."
    ),
    references=("RFC 7296 2.7", "RFC 2408 5.4"),
)
NEEDS = (Trait.IKE_FAILED | Trait.ERRORS,)

NOT_FOR_THE_ALGORITHMS = "The proposal for the IKE SA was refused, and not for its algorithms"
_OTHER_REASON = (
    "Read the responder's log; see which connection it looks up for this initiator (address, IKE version), if any, and "
    "what that one accepts."
)
_REFUSALS = (NotifyV1.NO_PROPOSAL_CHOSEN, NotifyV1.ATTRIBUTES_NOT_SUPPORTED, NotifyV1.BAD_PROPOSAL_SYNTAX)
NO_CLASSICAL = (
    "Update the peer that lacks the post-quantum key exchange. A second proposal without it would connect the two, and "
    "give up what every proposal demands: who records the traffic could read it with a quantum computer later."
)
_KEY_EXCHANGES = frozenset({TransformType.KE, *ADDITIONAL_KE})
RETRY_WITHIN_S = 60
LOOK_AHEAD = 4


class _Retry(NamedTuple):
    """A later try that was accepted."""

    text: str
    frames: tuple[int, ...]


def diagnose(case: Case) -> Diagnosis | None:
    """NO_PROPOSAL_CHOSEN before keys exist; with what the responder is known to accept, the transforms that differ."""
    error = refused_at_first(
        case, NotifyV1.NO_PROPOSAL_CHOSEN, NotifyV1.ATTRIBUTES_NOT_SUPPORTED, NotifyV1.BAD_PROPOSAL_SYNTAX
    )
    if error is None:
        return None
    comparison = compare(case)
    name = case.notify_name(error)
    confidence: Confidence = "likely"
    fits = bool(comparison.rows) and all(row.fits for row in comparison.rows)  # then it was not for the algorithms
    if fits or (not comparison.found and other_version_only(case)):
        confidence = "possible"
    detail = f"{name} in clear. {comparison.text}"
    group = _group_asked_for(case)
    if group:
        known = f"It had asked for {group} (INVALID_KE_PAYLOAD); nothing else in this capture shows what it accepts."
        detail = detail.replace(nothing_shown("responder"), known)
    basis = "clear-text notify, which is unauthenticated" + (f"; {comparison.basis}" if comparison.basis else "")
    demanded = _post_quantum(case)
    advice = _OTHER_REASON if fits else advised(ABOUT, comparison)
    if demanded:
        detail += f" Every proposal demands {demanded}: a peer that does not know it must refuse them all."
        advice = f"{advice or ABOUT.advice} {NO_CLASSICAL}"
    retry = _accepted_later(case)
    if retry is not None:
        detail += f" {retry.text}"
    frames = (
        *(o.frame_number for o in case.ike_offers()),
        error.step.frame_number,
        *comparison.frames,
        *(retry.frames if retry else ()),
    )
    diagnosis = case.diagnosis(ABOUT, confidence, frames, detail, basis, advice)
    return diagnosis._replace(title=NOT_FOR_THE_ALGORITHMS) if fits else diagnosis


def _group_asked_for(case: Case) -> str:
    """The key exchange method that the responder picked from the offer before it refused; empty: none."""
    said = (s for e in case.n.of_type("IKE_SA_INIT") for s in e.steps if s.is_response)
    asked = [x.data for s in said for x in s.notifies if x.notify_type == NotifyV2.INVALID_KE_PAYLOAD]
    return registry.name("ikev2-ke", int.from_bytes(asked[-1][:2], "big")) if asked and len(asked[-1]) >= 2 else ""


def _post_quantum(case: Case) -> str:
    """The post-quantum key exchanges without which the initiator has no proposal; empty: it has one.

    As additional ones of RFC 9370, or alone.
    """
    found: dict[str, None] = {}
    for offer in case.ike_offers() if case.n.ike_version == 2 else []:
        for proposal in offer.sa.proposals:
            kinds: dict[int, list[int]] = {}
            for transform in proposal.transforms:
                if transform.transform_type is not None and transform.transform_type in _KEY_EXCHANGES:
                    kinds.setdefault(transform.transform_type, []).append(transform.transform_id)
            demanded = [ids for ids in kinds.values() if POST_QUANTUM.issuperset(ids)]
            if not demanded:
                return ""
            found.update((registry.name("ikev2-ke", number), None) for ids in demanded for number in ids)
    return " or ".join(found)


def _accepted_later(case: Case) -> _Retry | None:
    """The same initiator came through soon after: with what, and whether it had to go down a version."""
    n, start = case.n, began(case.n)
    for other in case.scene.neighbours(n, RETRY_WITHIN_S, most=LOOK_AHEAD):
        later, frame = began(other), other.chosen_frame
        if start is None or later is None or later < start or frame is None:
            continue
        if (other.initiator_ip, other.responder_ip) != (n.initiator_ip, n.responder_ip):
            continue
        how = "" if other.ike_version == n.ike_version else f" in IKEv{other.ike_version}"
        after = f"{(later - start) / 1e9:.1f} s later"
        return _Retry(f"Negotiation {other.number}, {after}, was accepted{how}.", (frame,))
    return None
