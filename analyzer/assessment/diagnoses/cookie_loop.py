"""COOKIE not taken up."""

from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.negotiation.conclude.lost_answers import lost_answers_at_end
from analyzer.negotiation.conclude.verdict import times
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="cookie-loop",
    kind="diagnosis",
    title="The COOKIE is asked for and not accepted",
    what="The responder keeps asking for its COOKIE, or the initiator does not return it.",
    why=(
        "The retries reach another node of a cluster with another secret, a NAT changes the source "
        "between tries, or the initiator handles COOKIE badly."
    ),
    wire="COOKIE in one IKE_SA_INIT response after the other and no proposal chosen; or one COOKIE and then nothing.",
    lookalikes="A forged source address: whoever sent the request never sees the COOKIE.",
    advice=(
        "See whether the initiator's port or address changes between tries; share the cookie secret "
        "within the cluster; update the initiator."
    ),
    references=("RFC 7296 2.6, 2.6.1",),
)

LOOP = 3


def diagnose(case: Case) -> Diagnosis | None:
    """Several COOKIE answers without success, or one that nobody took up."""
    if case.established or case.redirected or not case.cookies or case.n.chosen_frame is not None:
        return None
    if lost_answers_at_end(case.n) is not None:
        return None  # the initiator never had it
    ignored = case.n.failure == "COOKIE"
    if len(case.cookies) < LOOP and not ignored:
        return None
    detail = f"COOKIE asked for {times(len(case.cookies))}, no proposal chosen."
    if ignored:
        detail += " The initiator did not return it."
    sources = {(ip, port) for _, ip, port, _, _ in case.n.addresses}
    if len(sources) > 1:
        detail += f" The requests come from {len(sources)} different addresses or ports."
    frames = tuple(s.frame_number for s in case.cookies)
    confidence: Confidence = "likely" if len(case.cookies) >= LOOP else "possible"
    return case.diagnosis(ABOUT, confidence, frames, detail, "clear-text notifies")
