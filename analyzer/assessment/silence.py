"""Where a negotiation breaks off: what is seen last, and what was begun and never came whole."""

from typing import NamedTuple

from analyzer.assessment.case import Case
from analyzer.isakmp import registry
from analyzer.negotiation.conclude.verdict import waited
from analyzer.negotiation.model import Step


class Beginning(NamedTuple):
    """The first IP fragment of a message; `length`: of the whole message, by its header."""

    frame_number: int
    exchange: str
    length: int


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
    return last if not last.from_initiator and not any(s.encrypted for e in case.exchanges for s in e.steps) else None


def beginnings(case: Case) -> list[Beginning]:
    """First IP fragments of this SA's messages whose others never came."""
    n = case.n
    found = []
    for datagram in case.scene.beginnings.get(n.initiator_spi, ()):
        if {datagram.src_ip, datagram.dst_ip} != {n.initiator_ip, n.responder_ip}:
            continue
        data = datagram.payload
        name = registry.exchange_name(data[17] >> 4, data[18])
        found.append(Beginning(datagram.frame_number, name, int.from_bytes(data[24:28], "big")))
    return found
