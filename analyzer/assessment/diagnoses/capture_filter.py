"""The capture filter drops IP fragments."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.pieces import all_alone, beginnings
from analyzer.assessment.silence import due_on_4500
from analyzer.capture.bpf import Packet
from analyzer.capture.network import UDP
from analyzer.negotiation.conclude.verdict import times
from analyzer.vocabulary import Confidence

_MOVED = "The capture filter leaves out UDP 4500"

KEEP_FRAGMENTS = "or (ip[6:2] & 0x1fff != 0) or (ip6[6] == 44)"

ABOUT = Explanation(
    id="capture-filter",
    kind="diagnosis",
    title="The capture filter drops IP fragments",
    what=(
        "Of messages in IP fragments the first fragment is in the capture, and no later one of any datagram is. Or the "
        "file says that its filter lets no UDP 4500 pass, to which the next message goes."
    ),
    why=(
        "Only the first IP fragment holds the UDP ports: a capture filter by port (udp port 500) drops all others. "
        "What arrived is then not in the capture, and neither is what went on on a port that the filter does not name."
    ),
    wire=(
        "First IP fragments alone, of both directions and in each transmission. Or an exchange that went well on UDP "
        "500, and nothing behind it; a pcapng file has its filter in the description of the interface."
    ),
    lookalikes=(
        "A path that drops later fragments before the capture point (path-mtu, fragment-lost): where one host's own "
        "fragments are missing at that host, it is the filter."
    ),
    advice=f"Capture without a filter by port (host X), or with '{KEEP_FRAGMENTS}' added to it.",
    references=("RFC 791 3.2", "RFC 8200 4.5"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """The message whose fate is open began, and later fragments are nowhere; or it goes where the filter is blind."""
    begun = beginnings(case) if case.troubled and all_alone(case) else []
    if not begun:
        return _moved(case)
    exchange, last = begun[-1]
    detail = (
        f"{exchange.exchange} of {last.length} bytes was sent in IP fragments {times(len(begun))}; of all such "
        "messages of this capture only the first fragment is there, as a capture filter by port leaves it."
    )
    basis = "no later IP fragment in the whole capture"
    said = case.scene.left_out.of(Packet(UDP))
    if said:
        basis += f"; by what the file says {said} lets none pass"
    confidence: Confidence = "likely" if said or len(case.scene.story.beginnings) > 1 else "possible"
    return case.diagnosis(ABOUT, confidence, frames(*(step for _, step in begun)), detail, basis)


def _moved(case: Case) -> Diagnosis | None:
    """What is due goes to UDP 4500, of which the capture can hold nothing: whether it was sent cannot be known."""
    said = "" if case.established else case.scene.left_out.udp_4500
    answer = due_on_4500(case) if said else None
    if answer is None:
        return None
    detail = (
        f"{case.exchanges[-1].exchange} went well on UDP 500, and what follows may go to UDP 4500, which {said} leaves "
        "out: whether it was sent, and answered, cannot be known."
    )
    basis = "the filter that the file names; no UDP 4500 in the capture"
    return case.diagnosis(ABOUT, "likely", frames(answer), detail, basis)._replace(title=_MOVED)
