"""Responder on a private address that answers public ones."""

from collections.abc import Iterator
from typing import NamedTuple

from analyzer.assessment.answers import first_answers
from analyzer.assessment.lives import FRAMES_KEPT, finding
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.vocabulary import few

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
        "inside. An answer whose request is not in the capture may be forged: then the finding is likely."
    ),
    advice="See whether this host is meant to be reached; if so limit it to known peers where that is possible.",
    references=("RFC 1918", "RFC 6598", "RFC 4193"),
)

_NAMED = 5  # peers of each kind in a detail
_WITH_NETWORKS = "Responder inside answers an address outside"


class _Answer(NamedTuple):
    """The frame of an answer, and whether the capture has what was asked."""

    frame: int
    asked: bool


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each responder's address."""
    found: dict[str, dict[str, _Answer]] = {}
    scope = scene.scope
    for n in scene.story.negotiations:
        ends = [(n.responder_ip, n.initiator_ip), *((place[3], place[1]) for place in n.moves)]
        if not any(scope.is_inside(inside) and scope.is_outside(peer) for inside, peer in ends):
            continue
        for (place, peer, asked), first in first_answers(n).items():
            if scope.is_inside(place[0]) and scope.is_outside(peer):
                peers = found.setdefault(place[0], {})
                if peer not in peers or (asked and not peers[peer].asked):
                    peers[peer] = _Answer(first.frame_number, asked)
    for ip, peers in found.items():
        asked_by = [peer for peer, answer in peers.items() if answer.asked]
        others = [peer for peer, answer in peers.items() if not answer.asked]
        texts = [f"It answered {few(asked_by, _NAMED)}."] if asked_by else []
        if others:
            texts.append(f"It sent answers to {few(others, _NAMED)}; the capture has no request that they answer.")
        frames = [peers[peer].frame for peer in [*asked_by, *others][:FRAMES_KEPT]]
        of = finding(ABOUT, "certain" if asked_by else "likely", None, ip, frames, " ".join(texts))
        yield of._replace(title=_WITH_NETWORKS) if scope.networks else of
