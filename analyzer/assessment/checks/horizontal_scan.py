"""One source asks many responders, and goes on with none."""

from collections.abc import Iterator

from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene, first_step
from analyzer.assessment.windows import busiest
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.model import BEGINNINGS, Negotiation
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="horizontal-scan",
    kind="check",
    title="One source asks many responders, and goes on with none",
    severity="info",
    what=(
        "One address sent a first message to 5 or more others within 60 seconds, none of them with a vendor ID or NAT "
        "detection, and continued with none of them."
    ),
    why="Somebody is looking for IKE responders. Where one answers it is found: low instead of info.",
    wire=(
        "First messages of one address to many, whatever they offer; IKE_SA_INIT without NAT_DETECTION_SOURCE_IP, no "
        "vendor IDs, nothing after an answer, and no SA of that address that goes on."
    ),
    lookalikes=(
        "An administrator's own inventory; a gateway of an unusual implementation all of whose peers are down. Real "
        "implementations send vendor IDs or NAT detection."
    ),
    advice="Limit UDP 500 and 4500 to known peers where that is possible.",
    references=("ike-scan 1.9.5", "RFC 7296 2.23"),
)

LEAST_RESPONDERS = 5
WINDOW_S = 60
FRAMES_KEPT = 10
_NAT = frozenset({int(NotifyV2.NAT_DETECTION_SOURCE_IP), int(NotifyV2.NAT_DETECTION_DESTINATION_IP)})


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each source, about the window with most responders."""
    asked: dict[str, dict[str, tuple[int, Negotiation]]] = {}
    peers: set[str] = set()  # who goes on with somebody
    for n in scene.story.negotiations:
        time = scene.began[n.number]
        if not _is_first_alone(n):
            peers.add(n.initiator_ip)
        elif time is not None and _is_bare(n):
            first = asked.setdefault(n.initiator_ip, {}).setdefault(n.responder_ip, (time, n))
            if time < first[0]:
                asked[n.initiator_ip][n.responder_ip] = time, n
    for source, targets in asked.items():
        if source in peers or len(targets) < LEAST_RESPONDERS:
            continue
        window = busiest(targets.values(), WINDOW_S)
        if len(window) >= LEAST_RESPONDERS:
            yield _finding(source, window)


def _finding(source: str, window: list[Negotiation]) -> Finding:
    answered = sum(any(False in e.figure.senders for e in n.exchanges) for n in window)
    frames = tuple(s.frame_number for n in window[:FRAMES_KEPT] if (s := first_step(n)) is not None)
    severity: Severity = "low" if answered else "info"
    detail = f"{len(window)} responders asked within {WINDOW_S} s; {answered} of them answered in this capture."
    return Finding(ABOUT.id, ABOUT.title, severity, "likely", None, source, frames, None, None, detail, None)


def _is_first_alone(n: Negotiation) -> bool:
    """Its initiator sent a first message, and nothing that is not the same again."""
    if n.outcome in ("established", "redirected") or n.starts_late:
        return False
    exchanges = n.exchanges
    first = exchanges[0].figure.fresh[0] == 1 and exchanges[0].exchange in BEGINNINGS if exchanges else False
    return first and not any(True in e.figure.senders for e in exchanges[1:])


def _is_bare(n: Negotiation) -> bool:
    """Without a vendor ID and NAT detection of the initiator, which what was cut may have held."""
    first = n.exchanges[0].request
    return (
        not n.cut
        and first is not None
        and not first.vendor_ids
        and all(m.notify_type not in _NAT for m in first.notifies)
    )
