"""INITIAL_CONTACT again and again."""

from collections.abc import Iterator

from analyzer.assessment.lives import FRAMES_KEPT, finding
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.assessment.windows import busiest
from analyzer.isakmp.numbers import NotifyV1, NotifyV2
from analyzer.negotiation.model import Negotiation, Step
from analyzer.negotiation.read.identities import own_identity
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="initial-contact-repeated",
    kind="check",
    title="INITIAL_CONTACT again and again",
    severity="medium",
    what="One identity said INITIAL_CONTACT to the same peer five times or more within ten minutes.",
    why=(
        "It says that the sender has no other SA with the peer, which then deletes those it has. Two hosts under one "
        "identity displace each other in this way, and so does a host that crashes; in clear anybody can send it."
    ),
    wire="N(INITIAL_CONTACT), IKEv1 24578 in clear or decrypted, IKEv2 16384 in IKE_AUTH, decrypted.",
    lookalikes=(
        "A client that restarts, or whose path fails, every few minutes. Several clients behind one NAT that share a "
        "group name, or whose identities cannot be read: where ports differ or no identity is seen it is only possible."
    ),
    advice=(
        "See whether two hosts have the same identity; if so give each its own. Else see in the sender's log why it "
        "begins anew."
    ),
    references=("RFC 7296 2.4", "RFC 2407 4.6.3.3"),
)

LEAST = 5
WINDOW_S = 600
_TYPES = {1: int(NotifyV1.INITIAL_CONTACT), 2: int(NotifyV2.INITIAL_CONTACT)}
_Key = tuple[str, str, str, bool]  # who, to whom, under which identity, of which the IKE SA's initiator


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each sender, peer and identity, about the ten minutes with most of them."""
    said: dict[_Key, list[tuple[int, tuple[int, int]]]] = {}
    for n in scene.story.negotiations:
        if n.ike_version == 1 or n.decrypted:
            for step in _steps(n):
                identity = own_identity(n, initiator=step.from_initiator)
                ends = (n.initiator_ip, n.responder_ip) if step.from_initiator else (n.responder_ip, n.initiator_ip)
                key = (*ends, identity.text if identity else "", step.from_initiator)
                port = n.initiator_port if step.from_initiator else n.responder_port
                if step.time_ns is not None:
                    said.setdefault(key, []).append((step.time_ns, (step.frame_number, port)))
    for (sender, peer, name, _), times in said.items():
        found = busiest(times, WINDOW_S) if len(times) >= LEAST else []
        if len(found) >= LEAST:
            ports = len({port for _, port in found})
            who = f"by {name}" if name else "the identity is not seen"
            who += f", from {ports} ports" if ports > 1 else ""
            detail = f"INITIAL_CONTACT {len(found)} times within {WINDOW_S} s from {sender} to {peer}; {who}."
            shown = [frame for frame, _ in found[:FRAMES_KEPT]]
            confidence: Confidence = "likely" if name and ports == 1 else "possible"
            yield finding(ABOUT, confidence, None, name or sender, shown, detail)


def _steps(n: Negotiation) -> Iterator[Step]:
    """The messages that say it, first transmissions only."""
    wanted = _TYPES.get(n.ike_version)
    for exchange in n.exchanges:
        if exchange.figure.notifies:
            for step in exchange.steps:
                fresh = step.retransmission_of is None and not step.duplicate
                if fresh and any(seen.notify_type == wanted for seen in step.notifies):
                    yield step
