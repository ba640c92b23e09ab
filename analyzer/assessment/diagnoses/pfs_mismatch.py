"""PFS group configured differently."""

from typing import Final

from analyzer.assessment.advice import Parties, no_weaker, other_group
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case, ErrorSeen
from analyzer.assessment.causes import (
    child_cause,
    child_error,
    failed_child,
    failed_child_frames,
    offers_of,
    unknown_to_peer,
    wanted_group,
)
from analyzer.assessment.combinations import names
from analyzer.assessment.mismatch import compare_child
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.negotiation.conclude.verdict import waited
from analyzer.negotiation.seen import ChildSa
from analyzer.vocabulary import Confidence

_ROOM_FOR_KE: Final = 4 + 96 - 15  # bytes: the KE payload of MODP-768, less what padding may hide

ABOUT = Explanation(
    id="pfs-mismatch",
    kind="diagnosis",
    title="The PFS groups differ",
    what="One side wants a new key exchange for child SAs, with a group that the other does not accept.",
    why=(
        "IKEv2's first child SA needs no group of its own, so the difference shows at the first rekey "
        "only, often hours later."
    ),
    wire=(
        "A child SA works, then CREATE_CHILD_SA (IKEv1: quick mode) is refused. With keys: "
        "INVALID_KE_PAYLOAD, or NO_PROPOSAL_CHOSEN for a proposal with a KE transform."
    ),
    lookalikes="ESP proposals that differ for another reason.",
    advice="Set the same PFS group on both sides, one that the policy allows.",
    references=("RFC 7296 1.3.1, 1.3.3", "RFC 2409 5.5"),
)
NEEDS = (Trait.FAILED,)


def diagnose(case: Case) -> Diagnosis | None:
    """The notify says so, the group is all that differs, or a later child SA failed where an earlier one came up."""
    if not case.child_failed or case.n.failed_by == "none" or unknown_to_peer(case) is not None:
        return None
    named, error, frames = child_cause(case), child_error(case), failed_child_frames(case)
    if named == ABOUT.id and error is not None:
        return _asked_back(case, error)
    if case.n.failed_at not in ("CREATE_CHILD_SA", "QUICK_MODE") or named not in (None, "child-proposal-mismatch"):
        return None
    if error is not None and named is None:
        return None  # another error, with a name of its own
    child = failed_child(case)
    compared = compare_child(case, child) if child is not None and offers_of(case, child) else None
    if compared is not None and compared.found:
        if "ke" not in compared.kinds:
            return None
        basis = f"{compared.basis}; the group is among what differs"
        return case.diagnosis(ABOUT, "likely", (*frames, *compared.frames), compared.text, basis, compared.advice)
    earlier = any(c.outcome == "established" for c in case.n.children)
    if not earlier and case.n.failed_at == "CREATE_CHILD_SA":
        return None
    new = error is None and child is not None and _new_in_rekey(case, child)
    detail = "An earlier child SA came up; this one was refused." if earlier else "Quick mode was refused."
    if new:
        detail = "A child SA came up in IKE_AUTH; the PFS group is new in CREATE_CHILD_SA, and that was refused."
    grown = _grown(case, child) if error is None and child is not None else None
    if grown is not None:
        asked, before = grown
        detail += f" Its first message has {asked} bytes, room for a KE payload more than the {before} bytes before."
    basis = "one of several reasons that look the same on the wire"
    return case.diagnosis(ABOUT, "possible", frames, detail, basis, place="new-in-rekey" if new or grown else "")


def _new_in_rekey(case: Case, child: ChildSa) -> bool:
    """IKE_AUTH brought this child SA up, as far as is known: the same networks, or none that could be read.

    IKE_AUTH has no key exchange for its child SA (RFC 7296 section 1.2).
    """
    if child.created_by != "CREATE_CHILD_SA":
        return False
    first = (c for c in case.n.children if c.created_by == "IKE_AUTH" and c.outcome == "established")
    wanted = (child.initiator_ts, child.responder_ts)
    return any(None in wanted or (c.initiator_ts, c.responder_ts) in (wanted, (None, None)) for c in first)


def _grown(case: Case, child: ChildSa) -> tuple[int, int] | None:
    """IKEv1: bytes of the first message of a refused quick mode, and of the longest one that came up.

    None where that one had a KE payload too, by its length (RFC 2409 section 5.5), or asked for other networks.
    """
    if child.created_by != "QUICK_MODE":
        return None
    sizes = {e.first_frame: e.request.length for e in case.n.of_type("QUICK_MODE") if e.request is not None}
    made = [c for c in case.n.children if c.outcome == "established" and c.frame_number in sizes]
    alike = [sizes[c.frame_number] for c in made if _may_be_alike(c, child)]
    before, asked = max(alike, default=None), sizes.get(child.frame_number)
    if before is None or asked is None or asked - before < _ROOM_FOR_KE:
        return None
    return asked, before


def _may_be_alike(one: ChildSa, other: ChildSa) -> bool:
    """Between the same networks, as far as they could be read."""
    pairs = ((one.initiator_ts, other.initiator_ts), (one.responder_ts, other.responder_ts))
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def _asked_back(case: Case, error: ErrorSeen) -> Diagnosis:
    """INVALID_KE_PAYLOAD: the side that asked is to retry with the group wanted, which a capture may miss."""
    group, offered = wanted_group(case), _offered(case)
    verdicts, policy = case.scene.verdicts, case.scene.policy.name
    detail = f"{case.notify_name(error)} in {case.n.failed_at}, and no agreement after it."
    advice = None
    if group is not None:
        detail += f" Wanted: {group.name}."
        who = Parties(*("responder", "initiator") if case.n.failed_by == "responder" else ("initiator", "responder"))
        if verdicts.rejects(group):
            detail += f" The policy {policy} rejects it."
            advice = other_group(verdicts, who, offered, "esp")
        else:
            instead = no_weaker(verdicts, offered, group)
            either = f"; or {names(instead)} as that of the {who.refused}" if instead else ""
            advice = f"Smallest change: {group.name} as the PFS group of the {who.asked}{either}."
    hopeless = group is not None and bool(offered) and group.number not in {a.number for a in offered}
    if hopeless:
        detail += " The side that asked does not offer it."
    waited_for = waited(error.step, case.scene.story.last_time)
    confidence: Confidence = "likely" if hopeless or waited_for else "possible"
    frames = failed_child_frames(case)
    return case.diagnosis(ABOUT, confidence, frames, detail, "decrypted notify; no retry follows", advice)


def _offered(case: Case) -> list[Algorithm]:
    child = failed_child(case)
    offers = offers_of(case, child) if child is not None else []
    facts = [case.scene.verdicts.sa(case.n.ike_version, o.sa, child=True) for o in offers]
    return [a for f in facts for a in f.algorithms if a.kind == "ke" and not a.additional]
