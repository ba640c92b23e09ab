"""The capture ends before the negotiation does."""

from analyzer.assessment.case import Case
from analyzer.assessment.diagnoses import one_way_capture
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.scene import ended
from analyzer.assessment.traits import Trait
from analyzer.negotiation import lengths
from analyzer.negotiation.model import AUTHENTICATING

ABOUT = Explanation(
    id="capture-ends-early",
    kind="diagnosis",
    title="The capture ends before the negotiation does",
    what="The next message could not have been seen any more: the capture stops right after the last one.",
    why="Nothing can be said about how the negotiation ended.",
    wire="The last message of the SA lies within the last seconds of the capture.",
    lookalikes=(
        "A negotiation that stopped at that very moment; a capture filter without the port to which the peers move."
    ),
    advice="Capture longer: at least until the peers stop retransmitting.",
    references=("RFC 7296 2.4",),
)
NEEDS = (Trait.INCOMPLETE,)

_OVER = "Or it was over: whether the answer accepts or refuses is not known by its length."
_WHOLE = "Capture whole packets (tcpdump -s 0), IKE_SA_INIT among them, and until the peers stop retransmitting."
MARGIN_NS = 3_000_000_000  # an answer takes at most this long on any path we know


def diagnose(case: Case) -> Diagnosis | None:
    """An open negotiation at the end of the capture."""
    n, end = case.n, case.scene.story.last_time
    if n.outcome != "incomplete" or n.starts_late or end is None:
        return None
    if not case.from_initiator or n.unread or one_way_capture.diagnose(case) is not None:
        return None  # what came before is missing too: a longer capture would show no more of one side
    last = ended(n)
    if last is None or end - last >= MARGIN_NS:
        return None
    if case.scene.story.stopped:
        return _stopped(case, (end - last) / 1e9)
    detail = f"The last message came {(end - last) / 1e9:.1f} s before the end of the capture."
    if end - last < 50_000_000:
        detail = "The capture ends with the last message."
    basis = n.outcome_basis or "time of the last message"
    if _may_be_over(case):
        return case.diagnosis(ABOUT, "possible", (n.last_frame,), f"{detail} {_OVER}", basis, _WHOLE)
    return case.diagnosis(ABOUT, "likely", (n.last_frame,), detail, basis)


def _may_be_over(case: Case) -> bool:
    """The last answer may be the end of IKEv2's set-up: no suite shows what there is room for in it."""
    last = case.exchanges[-1] if case.exchanges and case.n.ike_version == 2 else None
    answer = last.response if last is not None and last.exchange in AUTHENTICATING else None
    if answer is None or answer.inner_types is not None:
        return False
    return lengths.inner_bytes(case.n.suite, answer.length) is None


def _stopped(case: Case, seconds: float) -> Diagnosis:
    """A limit of this program ended the reading, not the capture."""
    detail = f"Reading stopped {seconds:.1f} s after the last message, at the limit for compressed input."
    advice = "Read on: --max-expansion N."
    found = case.diagnosis(ABOUT, "likely", (case.n.last_frame,), detail, case.n.outcome_basis, advice)
    return found._replace(title="Reading stopped before the negotiation ended")
