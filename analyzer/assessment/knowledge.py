"""What one address is known to accept: what it chose for others, what it offered itself, what the user says of it."""

from collections.abc import Iterable
from typing import NamedTuple

from analyzer.assessment.combinations import Combination, Remembered
from analyzer.assessment.peers import Peers
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import Offer

CONFIGURED, CHOSE, OFFERED = "configured", "chose", "offered"
# How each source is named, the most telling one first
SOURCES = {
    CONFIGURED: "accepts by the configuration given",
    CHOSE: "chose elsewhere in this capture",
    OFFERED: "offered itself as initiator",
}
_KEPT = 12  # combinations of one address, version and source; more make no difference clearer


class Topic(NamedTuple):
    """What a combination is for: an IKE version, and the IKE SA or a child SA."""

    ike_version: int
    child: bool


class Knowledge:
    """What is known of the addresses of one capture. Each negotiation's own refusal teaches nothing."""

    def __init__(self, peers: Peers, remembered: Remembered) -> None:
        self._peers = peers
        self._remembered = remembered
        self._known: dict[tuple[str, Topic, str], list[Combination]] = {}
        self._seen: set[tuple[str, int, bool, int]] = set()  # ids of SA payloads: the story keeps them alive
        self._chose_versions: dict[str, set[int]] = {}
        self._unread: dict[str, list[Negotiation]] = {}  # by address: offers are read when somebody asks about it

    def learn(self, negotiations: Iterable[Negotiation]) -> None:
        """Take in all offers and choices."""
        for n in negotiations:
            if n.chosen_frame is not None:
                self._chose_versions.setdefault(n.responder_ip, set()).add(n.ike_version)
            if n.offers:
                for address in {n.initiator_ip: None, n.responder_ip: None}:
                    self._unread.setdefault(address, []).append(n)

    def _read(self, address: str) -> None:
        """What this address offered and chose; a scanner's offers are its tool, not a setting."""
        for n in self._unread.pop(address, ()):
            for offer in n.offers:
                sender = n.initiator_ip if offer.from_initiator else n.responder_ip
                if sender == address and (offer.chosen or n.outcome != "probe"):
                    self._offer(n, offer, address)

    def _offer(self, n: Negotiation, offer: Offer, address: str) -> None:
        key = (address, n.ike_version, offer.chosen, id(offer.sa))
        if key in self._seen:
            return
        self._seen.add(key)
        child = offer.child is not None
        kept = self._known.setdefault((address, Topic(n.ike_version, child), CHOSE if offer.chosen else OFFERED), [])
        if len(kept) == _KEPT:
            return
        first = child and in_ike_auth(n, offer.child)
        for found in self._remembered.of_sa(n.ike_version, offer.sa, child=child, first_child=first):
            if len(kept) < _KEPT and all(found.kinds != known.kinds for known in kept):
                kept.append(found._replace(frame=offer.frame_number))

    def accepted(self, address: str, topic: Topic, source: str) -> list[Combination]:
        """Combinations that this source says the address accepts; none: it says nothing."""
        if source == CONFIGURED:
            return self._peers.accepted(address, topic.ike_version, child=topic.child)
        self._read(address)
        return self._known.get((address, topic, source), [])

    def only_other_version(self, address: str, version: int) -> str | None:
        """Why the address is known to speak the other IKE version only; None: it is not known to."""
        configured = self._peers.versions(address)
        if configured is not None:
            return f"the configuration given says IKEv{3 - version} only" if configured == {3 - version} else None
        if self._chose_versions.get(address) == {3 - version}:
            return f"elsewhere in this capture the responder chose proposals in IKEv{3 - version} only"
        return None

    def speaks(self, address: str, version: int) -> bool:
        """The address is known to speak this IKE version."""
        configured = self._peers.versions(address)
        if configured is not None:
            return version in configured
        return version in self._chose_versions.get(address, ())


def in_ike_auth(n: Negotiation, child: int | None) -> bool:
    """The child SA was asked for in IKE_AUTH, where its key exchange is no matter (RFC 7296 section 1.2)."""
    return any(c.child == child and c.created_by == "IKE_AUTH" for c in n.children[:2])
