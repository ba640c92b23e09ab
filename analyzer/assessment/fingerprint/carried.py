"""What a negotiation does not show of a peer, from another negotiation of the same peer in the capture.

An IKE SA that replaces another has the same peers. Otherwise an address stands for its peer, which is less sure, so it
does only where the address always looks like one implementation, was never behind a NAT, and the peer said something
here, but nothing by which it could be known: a look of its own comes before that of its address.
"""

from collections.abc import Iterable
from typing import Final

from analyzer.assessment.fingerprint.guess import whole_proposal
from analyzer.assessment.fingerprint.model import NOBODY, Candidate, Look, Looks
from analyzer.capture.placed_frame import named
from analyzer.negotiation.model import BEGINNINGS, NONE, Negotiation

_UNTRANSLATED: Final = (500, 4500)  # from these ports initiators ask, unless a NAT or a TCP stack chooses another


class _Address:
    """What negotiations show of the peer at an address. frame: first one of the negotiation that shows it."""

    def __init__(self) -> None:
        self.names: set[frozenset[str]] = set()
        self.frame: int | None = None
        self.shared = False  # a NAT: there may be several peers behind it


def carry(negotiations: Iterable[Negotiation], known: dict[int, Looks]) -> dict[int, Looks]:
    """`known` with what can be carried over to negotiations that show nothing of a peer. Each is looked at twice."""
    story = list(negotiations)
    found = dict(known)
    by_number = {n.number: n for n in story}
    for n in story:  # an SA stands behind the one that it replaces
        older = by_number.get(n.rekeyed_from) if n.rekeyed_from is not None else None
        if older is not None and found.get(n.number, NOBODY) == NOBODY:
            found[n.number] = _of_older(n, older, found.get(older.number, NOBODY))
    addresses = _addresses(story, known)
    for n in story:
        looks = found.get(n.number, NOBODY)
        found[n.number] = (
            looks[0] or _of_address(n, addresses[n.initiator_ip], True),
            looks[1] or _of_address(n, addresses[n.responder_ip], False),
        )
    return {number: looks for number, looks in found.items() if looks != NOBODY}


def _of_older(n: Negotiation, older: Negotiation, looks: Looks) -> Looks:
    """The peers of the IKE SA that it replaces; the other side may have begun it."""
    before = (older.initiator_ip, older.responder_ip)
    if before[0] == before[1] or n.initiator_ip not in before:
        return NOBODY
    first, second = looks if n.initiator_ip == before[0] else looks[::-1]
    return _continued(first, older), _continued(second, older)


def _continued(look: Look | None, older: Negotiation) -> Look | None:
    if look is None:
        return None
    frames = look.frames or ((older.first_exchange.first_frame,) if older.first_exchange is not None else ())
    detail = f"as in negotiation {older.number}, which it continues"
    return look._replace(basis=("continued-sa",), detail=detail, frames=frames)


def _addresses(story: list[Negotiation], known: dict[int, Looks]) -> dict[str, _Address]:
    found: dict[str, _Address] = {}
    for n in story:
        looks = known.get(n.number, NOBODY)
        asks = looks[0] if n.outcome != "probe" else None  # a scanner's: other programs of its host are others
        for ip, own, behind_nat in (
            (n.initiator_ip, asks, n.nat in ("initiator", "both") or n.initiator_port not in _UNTRANSLATED),
            (n.responder_ip, looks[1], n.nat in ("responder", "both")),
        ):
            address = found.setdefault(ip, _Address())
            address.shared |= behind_nat
            if own is not None and n.last_exchange != NONE:
                address.names.add(own.names)
                if not address.frame and n.first_exchange is not None:
                    address.frame = n.first_exchange.first_frame
    return found


def _of_address(n: Negotiation, address: _Address, initiator: bool) -> Look | None:
    if address.frame is None or address.shared or len(address.names) != 1 or n.outcome == "probe" or n.moves:
        return None
    if not any(s.from_initiator == initiator for s in n.steps()):
        return None
    if whole_proposal(n, [e for e in n.exchanges if e.exchange in BEGINNINGS], initiator) is not None:
        return None
    detail = f"as in its negotiation of frame {named(address.frame)}"
    candidates = tuple(Candidate(name) for name in sorted(next(iter(address.names))))
    return Look(candidates, ("other-negotiation",), "possible", detail, (address.frame,))
