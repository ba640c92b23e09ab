"""Transport mode, under a policy that asks for tunnel mode."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait

ABOUT = Explanation(
    id="transport-mode-in-use",
    kind="check",
    title="Child SA in transport mode",
    severity="medium",
    what="A child SA was agreed on in transport mode. Reported only under a policy that asks for tunnel mode.",
    why="Transport mode leaves the addresses of the traffic in clear, and protects two hosts, not networks.",
    wire="USE_TRANSPORT_MODE of both sides (IKEv2), or the Encapsulation Mode of the chosen transform (IKEv1).",
    lookalikes="A tunnel such as GRE or L2TP inside of it: in transport mode it is what the child SA protects.",
    advice="Configure tunnel mode on both peers, unless a tunnel of another kind is inside.",
    references=("RFC 7296 1.3.1", "RFC 4301 4.1"),
)
NEEDS = (Trait.CHILDREN,)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding, naming the child SAs."""
    children = [
        c for c in case.n.children if c.mode == "transport" and c.basis == "seen" and c.outcome == "established"
    ]
    required = case.scene.policy.requirement("mode", "tunnel") if children else None
    if required is not None:
        frames = tuple(c.response_frame or c.frame_number for c in children)
        names = ", ".join(str(c.child) for c in children)
        detail = f"Transport mode. {required[1].text}"
        yield case.finding(ABOUT, f"child SA {names}", frames, detail, verdict=required[1])
