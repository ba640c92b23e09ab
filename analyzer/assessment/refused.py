"""A first exchange refused in clear, and whether it was for the IKE version (RFC 7296 2.5, 2.21.1)."""

from analyzer.assessment.case import PHASE1, Case, ErrorSeen

_FIRST_EXCHANGES = ("IKE_SA_INIT", "IKE_SESSION_RESUME", *PHASE1)


def refused_at_first(case: Case, *types: int) -> ErrorSeen | None:
    """The clear-text error of these types that ended the first exchange, before any proposal was chosen."""
    if not case.ike_failed or case.n.failed_at not in _FIRST_EXCHANGES or case.n.chosen_frame is not None:
        return None
    for seen in reversed(case.errors):
        if seen.clear and seen.notify.notify_type in types and not seen.step.from_initiator:
            return _first_sent(case, seen)
    return None


def _first_sent(case: Case, seen: ErrorSeen) -> ErrorSeen:
    """The transmission that an error message repeats, where that is in the capture: there the ladder has it."""
    first = seen.step.retransmission_of
    return next((e for e in case.errors if first is not None and e.step.frame_number == first), seen)


def other_version_only(case: Case) -> str | None:
    """Why the responder is known to speak the other IKE version only; None: it is not known to."""
    return case.scene.knowledge.only_other_version(case.n.responder_ip, case.n.ike_version)
