"""One first message seen at two places of an address translation, too far apart in time to be joined at once.

Its second sight stands as a negotiation of its own, which gets no answer: those carry the responder's SPI and belong to
the SA that was found first. When the capture ends, that SA was seen between the hosts of both.
"""

from collections.abc import Iterable

from analyzer.negotiation.follow.plausible import ZERO_SPI
from analyzer.negotiation.model import Negotiation

_WITHOUT_ANSWER = ("unanswered", "probe")


def note_second_sightings(negotiations: Iterable[Negotiation]) -> None:
    """Take back that such a message was not answered."""
    by_spi: dict[tuple[int, str], list[Negotiation]] = {}
    waiting = []
    for n in negotiations:
        if n.responder_spi != ZERO_SPI and len(n.addresses) > 1:
            by_spi.setdefault((n.ike_version, n.initiator_spi), []).append(n)
        elif n.responder_spi == ZERO_SPI and n.outcome in _WITHOUT_ANSWER:
            waiting.append(n)
    for n in waiting:
        for other in by_spi.get((n.ike_version, n.initiator_spi), ()):
            if any((place[1], place[3]) == (n.initiator_ip, n.responder_ip) for place in other.addresses):
                n.outcome, n.failed_at, n.failed_by, n.failure = "incomplete", None, None, None
                n.outcome_confidence = "likely"
                n.outcome_basis = (
                    f"the first message of negotiation {other.number}, seen on another side of an address translation"
                )
                break
