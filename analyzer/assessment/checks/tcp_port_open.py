"""A host accepts TCP connections on a port of IKE."""

from collections.abc import Iterator

from analyzer.assessment.lives import finding
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.capture.handshakes import TcpTarget
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="tcp-port-open",
    kind="check",
    title="A host accepts TCP connections on a port of IKE",
    severity="medium",
    what=(
        "A host accepted a TCP connection on port 500 or 4500. Where it answered IKE over TCP there that is what the "
        "port is for: info."
    ),
    why=(
        "Something listens there that most gateways do not need: IKE over TCP (RFC 9329, or a vendor's own) is one "
        "more way to the IKE daemon, and what limits UDP 500 and 4500 does not limit it."
    ),
    wire=(
        "A SYN to TCP 500 or 4500 and a SYN-ACK that acknowledges it; likely where the SYN is not in the capture. Or "
        "IKE from that port in a TCP stream: with the prefix IKETCP (RFC 9329), or without, as Check Point's."
    ),
    lookalikes=(
        "A firewall or a load balancer that answers SYNs for the hosts behind it, whether or not they listen; another "
        "service on that port. A client that sends from port 4500 to another port is none of this."
    ),
    advice=(
        "See what listens (ss -ltnp on the host). Where IKE over TCP is not meant, turn it off; else let in the peers "
        "that need it, and nobody else."
    ),
    references=("RFC 9329", "RFC 9293 3.5"),
)

PORTS = frozenset({500, 4500})
_NAMED = 5  # peers in a detail
_FRAMES = 10


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each address and port."""
    speaking = _over_tcp(scene)
    for (ip, port), frames in speaking.items():
        if port in PORTS:
            found = finding(ABOUT, "certain", None, f"{ip} TCP {port}", frames, "It answered IKE over TCP there.")
            yield found._replace(severity="info")
    for target in scene.story.tcp_targets:
        opened = target.port in PORTS and (target.accepted or target.unasked)
        if opened and (target.ip, target.port) not in speaking:
            yield _finding(target)


def _over_tcp(scene: Scene) -> dict[tuple[str, int], list[int]]:
    """Addresses and ports of responders that sent IKE over TCP, with the first frames that show it."""
    found: dict[tuple[str, int], list[int]] = {}
    for n in scene.story.negotiations:
        for exchange in n.exchanges:
            if ("tcp", False) in exchange.figure.transports:
                frames = found.setdefault((n.responder_ip, n.responder_port), [])
                first = next(s for s in exchange.steps if not s.from_initiator and s.transport == "tcp")
                if len(frames) < _FRAMES:
                    frames.append(first.frame_number)
                break
    return found


def _finding(target: TcpTarget) -> Finding:
    peers = target.accepted or target.unasked
    more = f" and {'' if target.all_peers else 'at least '}{len(peers) - _NAMED} more" if len(peers) > _NAMED else ""
    said = f"{', '.join(list(peers)[:_NAMED])}{more}"
    detail = (
        f"It accepted a connection of {said}" if target.accepted else f"A SYN-ACK went to {said}; its SYN is not seen"
    )
    detail += ". No IKE answer came over it in this capture."
    confidence: Confidence = "certain" if target.accepted else "likely"
    frames = sorted(peers.values())[:_FRAMES]
    return finding(ABOUT, confidence, None, f"{target.ip} TCP {target.port}", frames, detail)
