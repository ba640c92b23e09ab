"""ESP in UDP that comes from another port than the one it is sent to."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Pair, Scene, ordered
from analyzer.capture.datagram import Flow

ABOUT = Explanation(
    id="esp-on-another-port",
    kind="check",
    title="ESP in UDP goes to another port than it comes from",
    severity="low",
    what="A host's ESP in UDP comes from one port, and the ESP for it is sent to another, that of its IKE messages.",
    why=(
        "A NAT gave ESP a mapping apart from that of IKE, which a NAT must not do for one pair of ports; what is sent "
        "to the port of IKE does not reach the socket that sends ESP. The tunnel is up and one side receives nothing."
    ),
    wire="ESP in UDP from one port, none to it; ESP to the port of the same host's IKE messages, none from it.",
    lookalikes="A capture that holds one direction of two clients behind one NAT, without their IKE messages.",
    advice=(
        "See that the client sends IKE and ESP from one socket (UDP 4500), and that the NAT keeps one mapping for it; "
        "a NAT with IPsec passthrough or port preservation may rewrite ESP apart: turn that off."
    ),
    references=("RFC 3948 2.1, 3.1", "RFC 7296 2.23"),
    absence=True,
)

LEAST = 3  # packets each way

_End = tuple[str, int | None]


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each flow of IKE that carries ESP one way while another carries it the other way."""
    one_way: dict[Pair, list[tuple[Flow, _End, _End]]] = {}
    for flow in scene.story.flows:
        back = flow.esp_packets - flow.esp_from_client
        if flow.transport != "udp-4500" or flow.esp_packets < LEAST or (flow.esp_from_client and back):
            continue
        ends = (flow.client_ip, flow.client_port), (flow.server_ip, flow.server_port)
        sender, receiver = ends if flow.esp_from_client else ends[::-1]
        one_way.setdefault(ordered(flow.client_ip, flow.server_ip), []).append((flow, sender, receiver))
    for flows in one_way.values():
        # For each way the ESP without IKE goes, its first: one port is reported, not every one of very many
        apart: dict[tuple[str, _End], tuple[Flow, _End]] = {}
        for other, start, end in flows:
            if not other.messages:
                apart.setdefault((start[0], end), (other, start))
        for flow, sender, receiver in flows:
            found = apart.get((receiver[0], sender)) if flow.messages else None
            if found is not None and found[1] != receiver:
                yield _finding(scene, flow, receiver, *found)


def _finding(scene: Scene, flow: Flow, receiver: _End, other: Flow, start: _End) -> Finding:
    detail = (
        f"ESP for {receiver[0]} goes to port {receiver[1]}, the port of its IKE messages ({flow.esp_packets} packets); "
        f"its own ESP comes from port {start[1]} ({other.esp_packets} packets). It probably cannot receive "
        "what is sent to it."
    )
    frames = (other.first_frame, flow.last_frame)
    subject = f"{receiver[0]}, to port {receiver[1]} and from port {start[1]}"
    return lives.finding(ABOUT, "likely", _negotiation(scene, flow), subject, frames, detail)


def _negotiation(scene: Scene, flow: Flow) -> int | None:
    """The IKE SA that was seen between these ends last."""
    ends = {(flow.client_ip, flow.client_port), (flow.server_ip, flow.server_port)}
    group = scene.by_pair.get(ordered(flow.client_ip, flow.server_ip), ())
    fits = [n.number for _, n in group if any({place[1:3], place[3:5]} == ends for place in n.addresses)]
    return fits[-1] if fits else None
