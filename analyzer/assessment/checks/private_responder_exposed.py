"""Responder on a private address that answers public ones."""

from collections.abc import Iterator

from analyzer.assessment.case import PHASE1
from analyzer.assessment.lives import FRAMES_KEPT, finding
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.model import Negotiation, Step

ABOUT = Explanation(
    id="private-responder-exposed",
    kind="check",
    title="Responder on a private address answers a public one",
    severity="low",
    what=(
        "A host whose address is valid inside a site only answered IKE to an address of the Internet. With --internal: "
        "a host inside these networks answered one outside."
    ),
    why=(
        "Something lets requests from outside through to it: a port forward, a NAT with a fixed mapping, a cloud's "
        "public address. For a VPN gateway that is meant; for another host it is a door that nobody looks after."
    ),
    wire=(
        "An answer from RFC 1918, RFC 6598, link-local or unique local space to an address that is none of these; with "
        "--internal, from these networks to an address in none of them."
    ),
    lookalikes=(
        "A gateway behind NAT, as in clouds, which is meant to be reached. Private networks that use public addresses "
        "inside."
    ),
    advice="See whether this host is meant to be reached; if so limit it to known peers where that is possible.",
    references=("RFC 1918", "RFC 6598", "RFC 4193"),
)

_NAMED = 5  # peers in a detail
_WITH_NETWORKS = "Responder inside answers an address outside"


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each responder's address."""
    found: dict[str, dict[str, int]] = {}
    scope = scene.scope
    for n in scene.story.negotiations:
        if scope.is_inside(n.responder_ip) and scope.is_outside(n.initiator_ip):
            answer = _answer(n)
            if answer is not None:
                found.setdefault(n.responder_ip, {}).setdefault(n.initiator_ip, answer.frame_number)
    for ip, peers in found.items():
        more = f" and {len(peers) - _NAMED} more" if len(peers) > _NAMED else ""
        detail = f"It answered {', '.join(list(peers)[:_NAMED])}{more}."
        of = finding(ABOUT, "certain", None, ip, list(peers.values())[:FRAMES_KEPT], detail)
        yield of._replace(title=_WITH_NETWORKS) if scope.networks else of


def _answer(n: Negotiation) -> Step | None:
    """The responder's first answer to something asked; of IKEv1 a refusal too, which is an exchange of its own."""
    asked = False
    for exchange in n.exchanges:
        for _, (first, _) in exchange.figure.answers:
            return exchange.steps[first]
        if asked and False in exchange.figure.senders:
            return next(step for step in exchange.steps if not step.from_initiator)
        asked = asked or (exchange.exchange in PHASE1 and True in exchange.figure.senders)
    return None
