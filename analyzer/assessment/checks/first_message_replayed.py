"""A first message that came again from another address."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="first-message-replayed",
    kind="check",
    title="First message replayed from another address",
    severity="low",
    what=(
        "A first message with the SPI and the nonce of another host's came from an address of its own, or hours later."
    ),
    why=(
        "Somebody plays back what was captured: to have a responder hold state, to see who answers, or to send its "
        "answers to a third host. Without the private value no SA comes of it."
    ),
    wire=(
        "First messages with equal initiator's SPI and nonce in negotiations of different addresses, or an hour and "
        "more apart."
    ),
    lookalikes=(
        "An initiator that changes its network and sends its request once more; a capture at several points of one "
        "path behind translations that it does not show to be one."
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
        if n is not None and n.exchanges:
            groups.setdefault((n.initiator_spi, value.digest), []).append(n)
    for (spi, _), some in groups.items():
        first = some[0]
        for n in some[1:]:
            apart = _apart(scene, first, n)
            if n.initiator_ip != first.initiator_ip or (apart is not None and apart >= _LONG_NS):
                soon = apart is None or apart < _ROAMING_NS
                confidence: Confidence = "possible" if soon else "likely"
                detail = f"{n.initiator_ip} sent the first message of {first.initiator_ip} again"
                detail += "." if apart is None else f", {apart / 1e9:,.1f} s later."
                frames = (first.exchanges[0].first_frame, n.exchanges[0].first_frame)
                yield lives.finding(ABOUT, confidence, n.number, f"SPI {spi}", frames, detail)


def _apart(scene: Scene, first: Negotiation, other: Negotiation) -> int | None:
    one, two = scene.began[first.number], scene.began[other.number]
    return None if one is None or two is None else abs(two - one)
