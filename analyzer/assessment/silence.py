"""Where a negotiation breaks off: what is seen last."""

from analyzer.assessment.case import Case
from analyzer.negotiation.conclude.verdict import waited
from analyzer.negotiation.model import Step


def last_word_of_init(case: Case) -> Step | None:
    """The answer that completes IKE_SA_INIT, if nothing follows although the capture goes on long enough."""
    n, end = case.n, case.scene.story.last_time
    rounds = case.of_type("IKE_SA_INIT")
    if (
        not case.from_initiator
        or n.outcome != "incomplete"
        or n.suite is None
        or len(rounds) != len(case.exchanges)
        or not rounds
    ):
        return None
    last = rounds[-1].steps[-1]
    return last if not last.from_initiator and waited(last, end) else None


def last_word_before_moving(case: Case) -> Step | None:
    """IKEv1: the answer after which the initiator, with a NAT between the two, moves to UDP 4500; nothing follows.

    It moves with main mode's fifth message (RFC 3947 section 4).
    """
    n = case.n
    if n.ike_version != 1 or n.mode != "main" or n.failed_by != "initiator" or n.nat in (None, "none"):
        return None
    last = case.exchanges[-1].steps[-1]
    moved = any(s.encrypted or s.fragment is not None for s in n.steps())
    return None if moved or last.from_initiator else last
