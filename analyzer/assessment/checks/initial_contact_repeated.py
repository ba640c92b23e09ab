"""INITIAL_CONTACT again and again."""

from collections.abc import Iterator
from typing import TypeVar

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
    what=(
        "One identity said INITIAL_CONTACT to the same peer five times or more within ten minutes, from one address "
        "or, in turn, from several."
    ),
    why=(
        "It says that the sender has no other SA with the peer, which then deletes those it has. Two hosts under one "
        "identity displace each other in this way, and so does a host that crashes; in clear anybody can send it."
    ),
    wire="N(INITIAL_CONTACT), IKEv1 24578 in clear or decrypted, IKEv2 16384 in IKE_AUTH, decrypted.",
    lookalikes=(
        "A client that restarts, or whose path fails, every few minutes. Several clients that share a group name, or "
        "whose identities cannot be read: where addresses or ports differ or no identity is seen it is only possible, "
        "and who says it once from an address of its own is not counted."
    ),
    advice=(
        "See whether two hosts have the same identity; if so give each its own. Else see in the sender's log why it "
        "begins anew."
    ),
    references=("RFC 7296 2.4", "RFC 2407 4.6.3.3"),
)

T = TypeVar("T")
LEAST = 5
WINDOW_S = 600
_TYPES = {1: int(NotifyV1.INITIAL_CONTACT), 2: int(NotifyV2.INITIAL_CONTACT)}
_NAMED = 5  # senders in a detail
_Times = list[tuple[int, tuple[int, int]]]  # when, frame and port
_Key = tuple[str, str, str, bool]  # who, to whom, under which identity, of which the IKE SA's initiator


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each sender, peer and identity, about the ten minutes with most of them."""
    said: dict[_Key, _Times] = {}
    for n in scene.story.negotiations:
        if n.ike_version == 1 or n.decrypted:
            for step in _steps(n):
                identity = own_identity(n, initiator=step.from_initiator)
                ends = (n.initiator_ip, n.responder_ip) if step.from_initiator else (n.responder_ip, n.initiator_ip)
                key = (*ends, identity.text if identity else "", step.from_initiator)
                port = n.initiator_port if step.from_initiator else n.responder_port
                if step.time_ns is not None:
                    said.setdefault(key, []).append((step.time_ns, (step.frame_number, port)))
    alone = {key: found for key, times in said.items() if (found := _busiest(times))}
    for (sender, peer, name, _), found in alone.items():
        ports = len({port for _, port in found})
        who = f"by {name}" if name else "the identity is not seen"
        who += f", from {ports} ports" if ports > 1 else ""
        confidence: Confidence = "likely" if name and ports == 1 else "possible"
        yield _finding(name or sender, sender, peer, who, found, confidence)
    yield from _in_turn({key: times for key, times in said.items() if key not in alone})


def _in_turn(said: dict[_Key, _Times]) -> Iterator[Finding]:
    """Of identities that several addresses have, each of which says it again."""
    together: dict[tuple[str, str, bool], list[tuple[int, tuple[int, str]]]] = {}
    for (sender, peer, name, by_initiator), times in said.items():
        if name and len(times) > 1:
            again = [(time, (frame, sender)) for time, (frame, _) in times]
            together.setdefault((peer, name, by_initiator), []).extend(again)
    for (peer, name, _), turns in together.items():
        found = _busiest(turns)
        senders = list(dict.fromkeys(sender for _, sender in found))
        if found:
            who = f"by {name}, in turn from {len(senders)} addresses"
            yield _finding(name, ", ".join(senders[:_NAMED]), peer, who, found, "possible")


def _busiest(times: list[tuple[int, tuple[int, T]]]) -> list[tuple[int, T]]:
    """The ten minutes with most of them, if these are enough: frames, and what stands beside each."""
    found = busiest(times, WINDOW_S) if len(times) >= LEAST else []
    return found if len(found) >= LEAST else []


def _finding(
    subject: str, sender: str, peer: str, who: str, found: list[tuple[int, T]], confidence: Confidence
) -> Finding:
    detail = f"INITIAL_CONTACT {len(found)} times within {WINDOW_S} s from {sender} to {peer}; {who}."
    return finding(ABOUT, confidence, None, subject, [frame for frame, _ in found[:FRAMES_KEPT]], detail)


def _steps(n: Negotiation) -> Iterator[Step]:
    """The messages that say it, first transmissions only."""
    wanted = _TYPES.get(n.ike_version)
    for exchange in n.exchanges:
        if exchange.figure.notifies:
            for step in exchange.steps:
                fresh = step.retransmission_of is None and not step.duplicate
                if fresh and any(seen.notify_type == wanted for seen in step.notifies):
                    yield step
