"""Whether a child SA made a key exchange of its own (perfect forward secrecy): seen, seen not, or not observable.

RFC 7296 sections 1.2 and 1.3.1, RFC 2409 section 5.5.
"""

from typing import NamedTuple

from analyzer.negotiation import lengths
from analyzer.negotiation.model import ChildSa, Exchange, Negotiation


class Pfs(NamedTuple):
    """`own_exchange`: None where it cannot be known; `basis` says why, or what the answer rests on."""

    own_exchange: bool | None
    basis: str


_FIRST = Pfs(None, "made in IKE_AUTH: its keys come from the IKE SA's exchange, a group shows at the first rekey")
_SHUT = Pfs(None, "not observable: the exchange is encrypted")


def pfs_of(n: Negotiation) -> dict[int, Pfs]:
    """The answer for each child SA that came up, by its number."""
    exchanges: dict[int, Exchange] | None = None
    found = {}
    for child in n.children:
        if child.outcome != "established":
            continue
        known = _read(child)
        if known is None:
            if exchanges is None:
                exchanges = {e.first_frame: e for e in n.of_type("CREATE_CHILD_SA") if e.steps}
            known = _by_length(n, exchanges.get(child.frame_number))
        found[child.child] = known
    return found


def _read(child: ChildSa) -> Pfs | None:
    if child.pfs_ke_id is not None:
        return Pfs(True, "seen: its KE payload")
    if child.created_by == "IKE_AUTH":
        return _FIRST
    if child.basis == "seen" and child.suite is not None:
        return Pfs(False, "seen: no KE payload")
    return None


def _by_length(n: Negotiation, exchange: Exchange | None) -> Pfs:
    """An answer without room for a KE payload made no exchange of its own; one with room says nothing."""
    if exchange is None:
        return _SHUT
    most = lengths.most_inside(n.suite, exchange.sent_by(not exchange.begun_by_initiator))
    if most is None or most >= lengths.smallest_child_answer_with_ke():
        return _SHUT
    return Pfs(False, "inferred from length: no room for a KE payload in the answer")
