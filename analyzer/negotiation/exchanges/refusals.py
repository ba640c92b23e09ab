"""INFORMATIONALs in which the initiator refuses the responder's proof (RFC 7296 section 2.21.2).

With keys its AUTHENTICATION_FAILED is read. Without, it is a message with room for one Notify right behind the last
answered round of IKE_AUTH: between two rounds of EAP nothing else is due, and behind the last one it comes at once.
"""

from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation import lengths
from analyzer.negotiation.exchanges.readings import INFORMATIONAL
from analyzer.negotiation.exchanges.rounds import Rounds
from analyzer.negotiation.model import Exchange, Step
from analyzer.negotiation.seen import Suite
from analyzer.vocabulary import ExchangeState

_AUTHENTICATION_FAILED = int(NotifyV2.AUTHENTICATION_FAILED)
_LOST_BETWEEN = 2  # rounds of IKE_AUTH that a capture may lack before the refusal of the last one
_SECOND_NS = 10**9
_LONGEST_DELAY_NS = _SECOND_NS
_ROUND_DUE: frozenset[ExchangeState] = frozenset(
    {"continues", "another-due"}
)  # states of IKE_AUTH in which the initiator has the word
_AT_ONCE = 0.9  # of the time that the initiator took for its proof


def refuses(exchange: Exchange, rounds: Rounds, suite: Suite | None) -> bool:
    """Whether this exchange is the initiator's refusal of what `rounds` have come to."""
    if exchange.exchange_type != INFORMATIONAL or not exchange.begun_by_initiator:
        return False
    last = rounds.auth[-1] if rounds.auth else None
    if exchange.message_id > (last.message_id if last is not None else 0) + _LOST_BETWEEN + 1:
        return False
    request = exchange.request
    if request is None or not request.encrypted:
        return False
    if request.inner_types is not None:
        return says_so(exchange)
    return last is not None and exchange.message_id == last.message_id + 1 and _by_size(request, rounds, suite)


def says_so(exchange: Exchange) -> bool:
    """The initiator's AUTHENTICATION_FAILED was read in it."""
    return any(
        notify.notify_type == _AUTHENTICATION_FAILED and notify.authenticated
        for step in exchange.sent_by(initiator=True)
        for notify in step.notifies
    )


def _by_size(request: Step, rounds: Rounds, suite: Suite | None) -> bool:
    answer = rounds.auth[-1].response
    room = lengths.inner_bytes(suite, request.length)
    if answer is None or room is None or not room[0] <= lengths.NOTIFY_ONLY <= room[1]:
        return False
    if rounds.state in _ROUND_DUE:
        return True
    if rounds.state != "accepted":
        return False
    # Refusing takes the check of one proof; what the initiator did before took that path once and made keys as well.
    # Healthy SAs that scripts ended at once took longer than that in every recording
    took, before = pause(answer, request), _initiator_delay(rounds)
    return took is not None and before is not None and 0 <= took <= _AT_ONCE * before


def _initiator_delay(rounds: Rounds) -> int | None:
    """Time from the last message before the first IKE_AUTH request to it: what the initiator needs for its work.

    None where that took longer than any work does: it waited for something else, or the clock was set.
    """
    request = rounds.auth[0].request
    earlier = (s for e in (*rounds.init, *rounds.intermediate) for s in e.steps)
    before = [s for s in earlier if request is not None and s.frame_number < request.frame_number and not s.duplicate]
    last = max(before, key=lambda s: s.frame_number, default=None)
    delay = pause(last, request) if last is not None and not last.from_initiator else None
    return delay if delay is not None and delay <= _LONGEST_DELAY_NS else None


def pause(before: Step | None, after: Step | None) -> int | None:
    """Time between two messages in ns; None where one is not there, has no time, or the clock shows no such time."""
    if before is None or after is None or before.time_ns is None or after.time_ns is None:
        return None
    took = after.time_ns - before.time_ns
    # Many logs have whole seconds: what they show as one may have been none, or nearly two
    coarse = before.time_ns % _SECOND_NS == after.time_ns % _SECOND_NS == 0 and took <= _SECOND_NS
    return None if coarse else took
