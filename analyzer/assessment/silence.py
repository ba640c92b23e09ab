"""Where a negotiation breaks off: what is seen last."""

from analyzer.assessment.case import Case, once
from analyzer.assessment.pieces import headless
from analyzer.assessment.scene import pair
from analyzer.negotiation.conclude.lost_answers import REPEATS, LostAnswers, lost_answers_at_end
from analyzer.negotiation.conclude.outcome_ikev1 import moves_next
from analyzer.negotiation.conclude.verdict import answers_are_slower, newest, waited
from analyzer.negotiation.model import Exchange, Step

_ANY_PATH = 1280  # bytes of a packet that need no fragmentation (RFC 8200 section 5)
_IPV4_UDP, _IPV6_UDP, _NON_ESP_MARKER = 28, 48, 4  # bytes of headers


def surely_carried(case: Case, step: Step) -> bool:
    """Its packet is small enough for any path: it was not lost for its size."""
    headers = _IPV6_UDP if ":" in case.n.initiator_ip else _IPV4_UDP
    marker = _NON_ESP_MARKER if step.transport == "udp-4500" else 0
    return step.length + headers + marker <= _ANY_PATH


def last_word_of_init(case: Case) -> Step | None:
    """The answer that completes IKE_SA_INIT, if nothing follows although the capture goes on long enough."""
    n, end = case.n, case.scene.story.last_time
    if headless(case) is not None:
        return None
    rounds = case.n.of_type("IKE_SA_INIT")
    if (
        not case.from_initiator
        or n.outcome != "incomplete"
        or n.suite is None
        or len(rounds) != len(case.exchanges)
        or not rounds
    ):
        return None
    last = rounds[-1].steps[-1]
    if last.frame_number in rounds[-1].beginnings:
        return None  # whether it arrived is not known
    return last if not last.from_initiator and waited(last, end) else None


def last_word_before_moving(case: Case) -> Step | None:
    """IKEv1: the answer after which the initiator, with a NAT between the two, moves to UDP 4500; nothing follows.

    It moves with main mode's fifth message (RFC 3947 section 4).
    """
    n = case.n
    if n.ike_version != 1 or n.outcome not in ("incomplete", "failed") or n.failed_by not in (None, "none"):
        return None
    if any(s.encrypted or s.fragment is not None for s in n.steps()):
        return None
    last = newest(case.exchanges[-1])
    return last if moves_next(n, last) and waited(last, case.scene.story.last_time) else None


def due_on_4500(case: Case) -> Step | None:
    """The answer on UDP 500 after which the initiator goes on to UDP 4500, of which nothing of the two is seen."""
    answer = last_word_of_init(case) or last_word_before_moving(case)
    if answer is None or answer.transport != "udp" or pair(case.n) in case.scene.seen_on_4500:
        return None
    last = case.exchanges[-1]
    heard = next((s.frame_number for s in last.steps if s.is_response), answer.frame_number)
    repeats = [s for s in last.steps if s.retransmission_of is not None and s.from_initiator and not s.duplicate]
    # Who does not get the answers has no reason to go on
    return answer if sum(s.frame_number > heard for s in repeats) < REPEATS else None


@once
def lost_at_end(case: Case) -> LostAnswers | None:
    """An answered message that is retransmitted to the end."""
    return lost_answers_at_end(case.n)


@once
def last_unanswered(case: Case) -> Exchange | None:
    """The exchange in which the other side fell silent: the last one begun, if its last message got no answer."""
    for exchange in reversed(case.exchanges):
        steps = [s for s in exchange.steps if not s.duplicate]
        if not steps:
            continue
        if case.n.ike_version == 1 and exchange.exchange == "INFORMATIONAL":
            continue  # IKEv1 informationals are not answered within the exchange
        return exchange if _waiting(exchange, steps) else None
    return None


def fell_silent(case: Case) -> Exchange | None:
    """The exchange in which the peer fell silent although it had answered before, where the SA did not come up."""
    if not case.from_responder or case.n.failed_by not in (None, "none") or headless(case) is not None:
        return None
    if case.n.outcome in ("failed", "unanswered"):
        return last_unanswered(case)
    if case.n.outcome != "incomplete" or case.n.starts_late:
        return None
    stopped = last_unanswered(case)  # no verdict has a name for every exchange: that it was repeated is enough
    if stopped is None or not stopped.retransmissions:
        return None
    return None if answers_are_slower(case.n, newest(stopped), case.scene.story.last_time) else stopped


def _waiting(exchange: Exchange, steps: list[Step]) -> bool:
    """The last word was a request, or was said more than once: nobody reacted to it."""
    last = steps[-1]
    if exchange.response is None:
        return last.from_initiator == exchange.begun_by_initiator
    return last.retransmission_of is not None and not last.is_response
