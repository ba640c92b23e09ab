"""Both sides initiate at once."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.scene import began, first_step
from analyzer.negotiation.model import AUTHENTICATING, Negotiation

ABOUT = Explanation(
    id="simultaneous-initiation",
    kind="diagnosis",
    title="Both sides initiate at once",
    what="The two hosts each began an IKE SA with the other before either was up.",
    why="Both are configured to start the tunnel. Two SAs are the result, one of them superfluous.",
    wire="First messages in both directions within a few seconds, each before the other negotiation is complete.",
    lookalikes=("Two tunnels between the same hosts that happen to start together, each configured on the other side."),
    advice="Configure one side to respond only.",
    references=("RFC 7296 2.8",),
)

WINDOW_S = 5
LOOK = 8


def diagnose(case: Case) -> Diagnosis | None:
    """Another negotiation in the other direction that overlaps the making of this one."""
    n = case.n
    if n.rekeyed_from is not None or n.outcome == "probe":
        return None
    for other in case.scene.neighbours(n, WINDOW_S, most=LOOK):
        opposite = (other.initiator_ip, other.responder_ip) == (n.responder_ip, n.initiator_ip)
        if (
            not opposite
            or other.rekeyed_from is not None
            or other.outcome == "probe"
            or n.initiator_ip == n.responder_ip
        ):
            continue
        if _overlap(n, other):
            detail = f"Negotiation {other.number} goes the other way at the same time."
            return case.diagnosis(ABOUT, "likely", frames(first_step(n), first_step(other)), detail, "times of both")
    return None


def _overlap(a: Negotiation, b: Negotiation) -> bool:
    """Each began before the other's making was over."""
    times = (began(a), began(b), _made(a), _made(b))
    if None in times:
        return False
    began_a, began_b, made_a, made_b = (t or 0 for t in times)
    return began_a <= made_b and began_b <= made_a


def _made(n: Negotiation) -> int | None:
    """Time of the last message of IKE_AUTH or phase 1."""
    names = ("IKE_SA_INIT", "IKE_INTERMEDIATE", *AUTHENTICATING, "IDENTITY_PROTECTION", "AGGRESSIVE", "BASE")
    times = [s.time_ns for e in n.of_type(*names) for s in e.steps if s.time_ns is not None]
    return max(times, default=None)
