"""A member of a group got no keys of it."""

from analyzer.assessment.case import Case
from analyzer.assessment.causes import how_read
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.negotiation.conclude.ignored import REPEATS
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="group-registration-failed",
    kind="diagnosis",
    title="IKE SA up, group registration refused",
    what="Member and key server authenticated each other; then the member got no policies and keys of the group.",
    why=(
        "The key server does not know the group, or does not let this member in (INVALID_GROUP_ID, "
        "AUTHORIZATION_FAILED, REGISTRATION_FAILED); the member cannot do what the group needs (NO_PROPOSAL_CHOSEN)."
    ),
    wire=(
        "G-IKEv2: an error notify beside AUTH in the answer of GSA_AUTH, or an answer of GSA_REGISTRATION with room "
        "for one notify only. GDOI: the key server does not answer the first or third message of GROUPKEY-PULL, or "
        "the member sends no third."
    ),
    lookalikes="A key server that is down or out of reach after the IKE SA came up: no answer at all.",
    advice=(
        "Compare the group's identity on both sides, and see the key server's list of members and its log for the "
        "reason."
    ),
    references=("RFC 9838 2.3", "RFC 6407 3.2"),
)
NEEDS = (Trait.FAILED,)

NOT_ANSWERED = "IKE SA up, group registration not answered"
NOT_CONTINUED = "IKE SA up, group registration not completed"
REKEY, REKEY_NOT_ANSWERED = "IKE SA up, group rekey refused", "IKE SA up, group rekey not answered"
NOT_TAKEN_UP = (
    "See the member's log: it may not accept what the key server offers (algorithms, lifetimes), or never got message "
    "2; compare the group's policies with what the member can do."
)


def diagnose(case: Case) -> Diagnosis | None:
    """The last exchange that was to bring keys of the group failed."""
    if not case.group_failed or case.n.failure == "answer not received":
        return None  # answers-lost
    n = case.n
    shown = case.frames_of(str(n.failed_at))
    title, silence = (REKEY, REKEY_NOT_ANSWERED) if n.failed_at == "GSA_INBAND_REKEY" else (ABOUT.title, NOT_ANSWERED)
    if n.failed_by == "none":
        detail = f"{n.failed_at}: not answered in this capture."
        basis = "absence of an answer in this capture"
        sure: Confidence = "likely" if _surely_missing(case) else "possible"
        return case.diagnosis(ABOUT, sure, shown, detail, basis, absence=True)._replace(title=silence)
    seen = case.errors_in(str(n.failed_at))
    if seen:
        detail = f"{case.notify_name(seen[-1])} in {n.failed_at} from the {n.failed_by}."
        return case.diagnosis(ABOUT, seen[-1].confidence, shown, detail, how_read(seen[-1]))._replace(title=title)
    if n.failed_at == "GROUPKEY_PULL":
        detail = f"GROUPKEY_PULL stops after message 2: the {n.failed_by} does not take up what the key server offers."
        basis = "absence of messages 3 and 4 in this capture"
        found = case.diagnosis(ABOUT, "likely", shown, detail, basis, NOT_TAKEN_UP, absence=True)
        return found._replace(title=NOT_CONTINUED)
    detail = f"{n.failed_at}: the answer of the {n.failed_by} has room for one notify only; the reason is encrypted."
    return case.diagnosis(ABOUT, "likely", shown, detail, "length of the encrypted answer")._replace(title=title)


def _surely_missing(case: Case) -> bool:
    """More than one answer would have to be missing from the capture.

    To each of several transmissions, or GROUPKEY-PULL's second message and the third that it brings about.
    """
    last = case.n.of_type(str(case.n.failed_at))[-1]
    sent = [s for s in last.steps if not s.duplicate]
    if last.response is None and last.ike_version == 1:
        return True
    return sum(s.retransmission_of is not None for s in sent) >= REPEATS
