"""A first message that came again from another address."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.isakmp.payloads.sa import Proposal
from analyzer.negotiation.model import BEGINNINGS, Negotiation
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="first-message-replayed",
    kind="check",
    title="First message replayed",
    severity="low",
    what=(
        "A first message with the SPI and the nonce of another host's came from an address of its own, or the same "
        "message an hour and more later. In IKEv1's main mode, whose first message has no nonce: with the SPI and the "
        "offer of another host's."
    ),
    why=(
        "Somebody plays back what was captured: to have a responder hold state, to see who answers, or to send its "
        "answers to a third host. Without the private value no SA comes of it."
    ),
    wire=(
        "First messages with equal initiator's SPI and nonce (main mode: SPI and offer) in negotiations of different "
        "addresses; equal first messages an hour and more apart."
    ),
    lookalikes=(
        "An initiator that changes its network and sends its request once more; a capture at several points of one "
        "path behind translations that it does not show to be one; a tool with a fixed SPI on several hosts; a host "
        "whose clock, or that of the capture, was set."
    ),
    advice=(
        "See whether both addresses are one host. If not, filter the second one; a responder that asks for COOKIE "
        "holds no state for it."
    ),
    references=("RFC 7296 2.6",),
)

_ROAMING_NS = 60 * 10**9
_LONG_NS = 3600 * 10**9


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each message that came again."""
    groups: dict[tuple[str, str], list[Negotiation]] = {}
    for value in scene.values.nonces:
        n = scene.by_number.get(value.negotiation) if value.from_initiator else None
        if n is not None and n.mode != "main" and n.exchanges:
            groups.setdefault((n.initiator_spi, value.digest), []).append(n)
    for n in scene.story.negotiations:
        if n.mode == "main" and n.outcome != "probe":
            groups.setdefault((n.initiator_spi, ""), []).append(n)
        yield from _much_later(n)
    for (spi, nonce), group in groups.items():
        some = group if nonce or len(group) == 1 else [n for n in group if _offer(n) == _offer(group[0])]
        yield from _again(scene, spi, some)


def _again(scene: Scene, spi: str, some: Sequence[Negotiation]) -> Iterator[Finding]:
    first = some[0]
    for n in some[1:]:
        apart = _apart(scene, first, n)
        if n.initiator_ip != first.initiator_ip or (apart is not None and apart >= _LONG_NS):
            soon = apart is None or apart < _ROAMING_NS or n.mode == "main"
            confidence: Confidence = "possible" if soon else "likely"
            detail = f"{n.initiator_ip} sent the first message of {first.initiator_ip} again"
            detail += "." if apart is None else f", {apart / 1e9:,.1f} s later."
            frames = (first.exchanges[0].first_frame, n.exchanges[0].first_frame)
            yield lives.finding(ABOUT, confidence, n.number, f"SPI {spi}", frames, detail)


def _much_later(n: Negotiation) -> Iterator[Finding]:
    """A first message that its own address sent once more, long after it gave up retransmitting."""
    exchange = n.first_exchange
    if exchange is None or n.disordered or not exchange.figure.retransmissions or exchange.exchange not in BEGINNINGS:
        return
    known = [t for t in exchange.times if t is not None]
    if not known or known[-1] - known[0] < _LONG_NS:
        return
    asked = [s for s in exchange.steps if s.from_initiator and not s.duplicate and s.time_ns is not None]
    for before, after in pairwise(asked):
        apart = (after.time_ns or 0) - (before.time_ns or 0)
        if after.retransmission_of is not None and apart >= _LONG_NS:
            detail = f"{n.initiator_ip} sent its first message again, {apart / 1e9:,.1f} s later."
            frames = (after.retransmission_of, after.frame_number)
            yield lives.finding(ABOUT, "likely", n.number, f"SPI {n.initiator_spi}", frames, detail)
            return


def _offer(n: Negotiation) -> tuple[Proposal, ...] | int:
    """What a first message of main mode says beside its SPI; where that is not known its number, which is unique."""
    offers = (o.sa for o in n.offers if o.from_initiator and not o.chosen and o.child is None and o.sa.whole)
    offer = next(offers, None)
    return n.number if offer is None else tuple(offer.proposals)


def _apart(scene: Scene, first: Negotiation, other: Negotiation) -> int | None:
    one, two = scene.began[first.number], scene.began[other.number]
    return None if one is None or two is None else abs(two - one)
