"""One SPI of an initiator for several IKE SAs."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.model import BEGINNINGS, Negotiation
from analyzer.negotiation.values import Drawn
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="spi-reused",
    kind="check",
    title="Initiator's SPI used for several SAs",
    severity="low",
    what="A host used one initiator's SPI for several negotiations, or for several nonces while nobody answered.",
    why=(
        "An SPI names one SA of its host. Who uses it again loses messages of one SA to the other, and shows that "
        "it is not drawn at random: scanners and test tools do so."
    ),
    wire=(
        "First messages from one address with equal initiator's SPIs, in negotiations of their own, and with different "
        "nonces, or to 3 or more responders, or answered by several responders each with an SPI of its own. Or a "
        "request that came again a minute and more later with another nonce, and no answer between the two."
    ),
    lookalikes=(
        "A retry after COOKIE, INVALID_KE_PAYLOAD or a refusal keeps its SPI: it is one negotiation, and none. Where "
        "such an answer is not in the capture, a retry that is a minute late looks the same: only likely then. A load "
        "balancer that gives a request and its retransmissions to several responders: only possible where nonces are "
        "not seen to differ."
    ),
    advice="See what sends it. A daemon that does so needs an update.",
    references=("RFC 7296 2.6",),
)

_MANY = 3  # responders; a message to two may be one that something between them gave another address
_LATE_NS = 60 * 10**9


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each SPI of a host."""
    nonces: dict[int, list[Drawn]] = {}
    for value in scene.values.nonces:
        if value.from_initiator:
            nonces.setdefault(value.negotiation, []).append(value)
    groups: dict[tuple[str, str], list[Negotiation]] = {}
    for n in scene.story.negotiations:
        groups.setdefault((n.initiator_spi, n.initiator_ip), []).append(n)
    for (spi, host), group in groups.items():
        some = [n for n in group if _began(n)] if len(group) > 1 else []
        sure = _differ(some, nonces)
        if sure is not None:
            detail = f"{host} began {len(some)} negotiations with one SPI."
            frames = [n.exchanges[0].first_frame for n in some][: lives.FRAMES_KEPT]
            yield lives.finding(ABOUT, sure, some[0].number, f"SPI {spi}", frames, detail)
        elif len(group) == 1 and len(drawn := nonces.get(group[0].number, ())) > 1:
            late = _again(group[0], drawn)
            if late:
                detail = f"{host} sent two nonces under one SPI, {late[2]:,.0f} s apart."
                yield lives.finding(ABOUT, "likely", group[0].number, f"SPI {spi}", late[:2], detail)


def _began(n: Negotiation) -> bool:
    """The initiator is seen in it: where only an answer is, the address may be forged."""
    first = n.first_exchange
    return first is not None and True in first.figure.senders


def _differ(some: Sequence[Negotiation], nonces: dict[int, list[Drawn]]) -> Confidence | None:
    """How sure it is that they are no copies of one message: by nonces, by responders and what these answered."""
    if len({nonces[n.number][0].digest for n in some if n.number in nonces}) > 1:
        return "certain"
    answered = {n.responder_ip: n.responder_spi for n in some if n.responder_spi.strip("0")}
    several = len({n.responder_ip for n in some}) >= _MANY or len(set(answered.values())) > 1
    return "possible" if several else None


def _again(n: Negotiation, drawn: Sequence[Drawn]) -> tuple[int, int, float] | None:
    """Frames of two first messages with different nonces, and seconds between them; nobody answered in between."""
    if n.disordered or n.mode == "main":
        return None  # main mode's nonce is not in its first message
    steps = {s.frame_number: s for e in n.of_type(*BEGINNINGS) for s in e.steps}
    for before, after in pairwise(drawn):
        places = before.frame_number, after.frame_number
        one, two = (steps[frame].time_ns if frame in steps else None for frame in places)
        if before.digest == after.digest or one is None or two is None or two - one < _LATE_NS:
            continue
        if all(step.from_initiator for frame, step in steps.items() if places[0] < frame < places[1]):
            return *places, (two - one) / 1e9
    return None
