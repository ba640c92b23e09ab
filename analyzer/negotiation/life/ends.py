"""How IKE SAs ended: with a Delete that was read, or one that length and order show (RFC 7296 section 1.4.1).

Without keys an IKEv2 Delete of an IKE SA is the last exchange of the SA, of the size of one bare payload header and
four bytes, which is a bare Notify's size too. IKEv1's comes in a burst with the Deletes of the child SAs, unanswered.
"""

from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.negotiation.lengths import NOTIFY_ONLY, inner_bytes
from analyzer.negotiation.life.model import End
from analyzer.negotiation.model import Exchange, Negotiation, Step

DELETES = frozenset({PayloadV1.DELETE, PayloadV2.DELETE})
CHILD_DELETE = NOTIFY_ONLY + 4
_BURST_NS = 500_000_000


def ike_end(n: Negotiation) -> End | None:
    """The Delete of an IKE SA; None: none was seen, and nothing looks like one."""
    if n.deleted_at is not None:
        frames = (s.frame_number for s in deletes_read(n) if s.time_ns == n.deleted_at)
        return End(n.deleted_at, max(frames, default=None), n.deleted_by_initiator, "seen")
    if not n.exchanges:
        return None
    step = _ikev1_burst(n) if n.ike_version == 1 else _ikev2_last(n)
    return None if step is None else End(step.time_ns, step.frame_number, step.from_initiator, "inferred")


def deletes_read(n: Negotiation) -> list[Step]:
    """Decrypted messages with a Delete, in order."""
    return [
        step
        for exchange in n.of_type("INFORMATIONAL")
        for step in exchange.steps
        if step.inner_types is not None and not DELETES.isdisjoint(step.inner_types) and step.retransmission_of is None
    ]


def child_sized(n: Negotiation) -> list[Step]:
    """Not decrypted: requests of the size of one child SA's Delete, and of nothing else that is common."""
    if n.ike_version == 1 or n.suite is None:
        return []
    asked = [e.request for e in n.of_type("INFORMATIONAL")]
    return [step for step in asked if step is not None and is_closed(step) and holds_delete(n, step, CHILD_DELETE)]


def is_closed(step: Step) -> bool:
    """Encrypted and not decrypted, whatever keys there are for other messages of its SA."""
    return step.encrypted and step.inner_types is None


def holds_delete(n: Negotiation, request: Step, size: int) -> bool | None:
    """Whether an encrypted message has just the size of a Delete; None: as well as something else's."""
    room = inner_bytes(n.suite, request.length)
    if room is None:
        return None
    if room[1] - room[0] < 4:  # ciphers whose padding cannot hide another payload
        return room[0] <= size <= room[1]
    return None if room[0] <= size <= room[1] else False


def _ikev2_last(n: Negotiation) -> Step | None:
    request = _lonely_request(n.exchanges[-1])
    return request if request is not None and holds_delete(n, request, NOTIFY_ONLY) else None


def may_be_end(n: Negotiation) -> Step | None:
    """The last request of an IKEv2 SA where its length leaves open whether it deletes the SA, as block ciphers do."""
    request = _lonely_request(n.exchanges[-1]) if n.ike_version == 2 and n.exchanges else None
    return request if request is not None and holds_delete(n, request, NOTIFY_ONLY) is None else None


def _lonely_request(exchange: Exchange) -> Step | None:
    request = exchange.request
    if exchange.exchange != "INFORMATIONAL" or request is None or not is_closed(request):
        return None
    return request if request.fragment is None else None


def _ikev1_burst(n: Negotiation) -> Step | None:
    """The last of several INFORMATIONALs of one side at once, after which nothing comes."""
    last: list[Step] = []
    for exchange in n.exchanges[::-1]:
        steps = [s for s in exchange.steps if s.retransmission_of is None and not s.duplicate]
        if exchange.exchange != "INFORMATIONAL" or len(steps) != 1 or not is_closed(steps[0]):
            break
        step = steps[0]
        if last and (step.from_initiator != last[-1].from_initiator or not _at_once(step, last[-1])):
            break
        last.append(step)
    return last[0] if len(last) > 1 else None


def _at_once(before: Step, after: Step) -> bool:
    if before.time_ns is None or after.time_ns is None:
        return False
    return 0 <= after.time_ns - before.time_ns <= _BURST_NS
