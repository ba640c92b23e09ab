"""Address behind a NAT that can be worked out."""

from collections.abc import Iterator

from analyzer.assessment.checks.nat_between_peers import SIDES
from analyzer.assessment.lives import FRAMES_KEPT, finding
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.assessment.scope import is_global
from analyzer.capture.natt import NAT_T_PORT
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.follow.nat import ikev2_digest
from analyzer.negotiation.model import Exchange, Negotiation

ABOUT = Explanation(
    id="address-behind-nat",
    kind="check",
    title="Address behind a NAT that can be worked out",
    severity="info",
    what="A NAT detection hash in clear is of an address of a side that is another than the one seen.",
    why=(
        "The hash covers SPIs, address and port, of which all but the address are known: trying all 18 million private "
        "IPv4 addresses takes seconds. A listener, or the peer, so learns how the network inside is numbered."
    ),
    wire=(
        "NAT_DETECTION_SOURCE_IP or NAT_DETECTION_DESTINATION_IP (IKEv1: NAT-D) that is not the hash of the public "
        "IPv4 address and port seen."
    ),
    lookalikes=(
        "A peer that sends a false hash to force encapsulation in UDP: nothing can be worked out of that one. Hashes "
        "of IKEv2 that are zeros, of no address, or of the address seen with port 500 or 4500 are known, and not "
        "reported."
    ),
    advice="Most places need nothing: NAT traversal works in this way. Inner addresses are no secret.",
    references=("RFC 7296 2.23", "RFC 3947 3.2", "RFC 1918"),
)

_SIZE = 20
_SOURCE = int(NotifyV2.NAT_DETECTION_SOURCE_IP)
_NO_SPI = "0" * 16
_NOWHERE = [("0.0.0.0", port) for port in (0, 500, NAT_T_PORT)]  # noqa: S104  (nothing listens)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each public IPv4 address of a side behind a NAT."""
    found: dict[str, list[tuple[Exchange, bool]]] = {}  # the first exchange, and whether it is the responder's address
    for n in scene.story.negotiations:
        for side in SIDES.get(n.nat or "", ()):
            initiator = side == "initiator"
            ip = n.initiator_ip if initiator else n.responder_ip
            first = n.first_exchange
            if first is not None and ":" not in ip and is_global(ip) and not _hides_nothing(n, ip, initiator=initiator):
                found.setdefault(ip, []).append((first, not initiator))
    for ip, some in found.items():
        count = "1 negotiation" if len(some) == 1 else f"{len(some)} negotiations"
        detail = f"Hashes that are not of {ip} in {count}; private addresses were not tried."
        frames = [first.ends[of_responder] or first.first_frame for first, of_responder in some[:FRAMES_KEPT]]
        yield finding(ABOUT, "likely", None, ip, frames, detail)


def _hides_nothing(n: Negotiation, ip: str, *, initiator: bool) -> bool:
    """All hashes of a side's own address are of the one seen with a port of IKE, or of none: IKEv2 alone shows it."""
    steps = [s for e in n.of_type("IKE_SA_INIT") if e.figure.notifies for s in e.sent_by(initiator)]
    said = {m.data for step in steps for m in step.notifies if m.notify_type == _SOURCE}
    if not said:
        return False
    said.discard(bytes(_SIZE))
    spis = {n.initiator_spi + (n.responder_spi if step.is_response else _NO_SPI) for step in steps} if said else ()
    for both in map(bytes.fromhex, spis):
        said.difference_update([ikev2_digest(both, *end) for end in ((ip, 500), (ip, NAT_T_PORT), *_NOWHERE)])
    return not said
