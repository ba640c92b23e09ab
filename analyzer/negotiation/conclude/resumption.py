"""Session resumption (RFC 5723): IKE_SESSION_RESUME names no algorithms, its ticket restores an earlier SA's.

The ticket is opaque and travels inside encryption when it is given. So the earlier SA is the last one between the same
initiator and responder that was up, where that is in the capture; else what an IKE_AUTH answer has room for is known
for all algorithms together only.
"""

from collections.abc import Sequence

from analyzer.isakmp.numbers import PayloadV2
from analyzer.negotiation.conclude.verdict import Verdict, incomplete
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.model import Exchange, Negotiation

RESUME = "IKE_SESSION_RESUME"
# Bytes of an encrypted message with one notify, whatever the algorithms: header, SK payload's header, the longest IV,
# the notify in the longest blocks, the longest ICV
LONGEST_NOTIFY_MESSAGE = 28 + 4 + 16 + 16 + 32
_NONCE = int(PayloadV2.NONCE)


def is_resumed(n: Negotiation) -> bool:
    """The responder took a session ticket."""
    answers = (e.response for e in n.of_type(RESUME))
    return any(answer is not None and _NONCE in answer.payload_types for answer in answers)


def restore_suites(lives: Sequence[Live]) -> dict[int, int]:
    """Give resumed SAs the algorithms of the SA before them between the same hosts.

    Returns the number of that SA by the number of the resumed one.
    """
    restored: dict[int, int] = {}
    newest: dict[tuple[str, str], Negotiation] = {}
    for live in lives:
        n = live.negotiation
        if n.ike_version != 2:
            continue
        hosts = n.initiator_ip, n.responder_ip
        earlier = newest.get(hosts)
        if n.suite is None and earlier is not None and is_resumed(n):
            n.suite, restored[n.number] = earlier.suite, earlier.number
        if live.is_up and n.suite is not None:
            newest[hosts] = n
    return restored


def note_restored(negotiations: Sequence[Negotiation], restored: dict[int, int]) -> None:
    """Say what the verdict on a resumed SA rests on."""
    for n in negotiations:
        if n.number in restored:
            ticket = f"the ticket of {RESUME} restores the algorithms of an earlier SA, probably of negotiation "
            n.outcome_basis += f"; {ticket}{restored[n.number]} (same hosts)"


def resumed(last: Exchange) -> Verdict:
    """The verdict where IKE_AUTH of a resumed SA was answered and the algorithms are not known."""
    basis = f"{RESUME}: the responder took the ticket, which restores algorithms that are not in the capture"
    if sum(s.length for s in last.sent_by(initiator=False)) > LONGEST_NOTIFY_MESSAGE:
        basis += f"; the {last.exchange} response is too long for an error only, whatever they are"
        return Verdict("established", None, None, None, basis, "likely")
    return incomplete(f"{basis}; the {last.exchange} response may be an error or not, by its length")
