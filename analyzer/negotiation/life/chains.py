"""Which child SA replaces which, and rekeyings of both sides that cross (RFC 7296 sections 1.3.3, 2.8).

With keys REKEY_SA names the older child, in IKEv2; IKEv1 has no such word: a quick mode for the same selectors between
the same hosts replaces the one before. Without keys a CREATE_CHILD_SA is taken for a rekeying where the side that began
it goes on at once with an INFORMATIONAL that can be a child SA's Delete, as section 2.8 asks of it.
"""

from collections.abc import Container, Iterable
from itertools import pairwise
from typing import NamedTuple

from analyzer.negotiation.life.ends import CHILD_DELETE, holds_delete
from analyzer.negotiation.life.model import ChildKey, End
from analyzer.negotiation.model import ChildSa, Exchange, Negotiation, Step

_AT_ONCE_NS = 2 * 10**9
_GENERATIONS = 64  # IKE SAs back along a chain of rekeyings


class Replaced(NamedTuple):
    """`child` replaces `older`; `basis` says what tells it. `delete`: the message taken for the older one's Delete."""

    child: ChildKey
    older: ChildKey
    confidence: str
    basis: str
    delete: Step | None = None


class Pool:
    """The child SAs of a capture, by what finds them."""

    def __init__(self) -> None:
        self.negotiations: dict[int, Negotiation] = {}
        self._alike: dict[tuple[object, ...], list[tuple[Negotiation, ChildSa]]] = {}

    def add(self, n: Negotiation) -> None:
        """An IKE SA with its children."""
        self.negotiations[n.number] = n
        if n.ike_version == 1:
            for child in n.children:
                if child.outcome == "established" and child.initiator_ts and child.responder_ts:
                    self._alike.setdefault(_sort(n, child), []).append((n, child))

    def replaced(self, n: Negotiation, ends: dict[ChildKey, End]) -> list[Replaced]:
        """What the children of one IKE SA replace."""
        if n.ike_version == 1:
            return []
        found: list[Replaced] = []
        gone: set[ChildKey] = set()
        crossing = {b.first_frame: a.first_frame for a, b in crossings(n)}
        for child in n.children:
            if child.created_by != "CREATE_CHILD_SA" or child.outcome == "failed":
                continue
            one = self._named(n, child) if child.rekeyed_spi else self._by_order(n, child, ends, gone)
            if one is not None and one.delete is not None:
                one = _of_both_sides(one, n, crossing.get(child.frame_number), found)
            if one is not None:
                found.append(one)
                gone.add(one.older)
        return found

    def replaced_quick_modes(self) -> Iterable[Replaced]:
        """IKEv1: each child after the first of one sort, where the one before was up until then."""
        for group in self._alike.values():
            group.sort(key=lambda pair: pair[1].frame_number)
            for (older_n, older), (n, child) in pairwise(group):
                made = _time_of(n, child)
                if older.deleted_at is None or (made is not None and older.deleted_at >= made):
                    basis = "the same traffic selectors (decrypted)"
                    yield Replaced((n.number, child.child), (older_n.number, older.child), "likely", basis)

    def _ancestors(self, n: Negotiation) -> Iterable[Negotiation]:
        current: Negotiation | None = n
        for _ in range(_GENERATIONS):
            if current is None:
                return
            yield current
            current = self.negotiations.get(current.rekeyed_from or 0)

    def _named(self, n: Negotiation, child: ChildSa) -> Replaced | None:
        for owner in self._ancestors(n):
            for older in reversed(owner.children):
                if older is not child and child.rekeyed_spi in (older.initiator_spi_in, older.responder_spi_in):
                    basis = "REKEY_SA (decrypted)"
                    return Replaced((n.number, child.child), (owner.number, older.child), "certain", basis)
        return None

    def _by_order(
        self, n: Negotiation, child: ChildSa, ends: dict[ChildKey, End], gone: set[ChildKey]
    ) -> Replaced | None:
        """Without keys: a Delete at once, and one child that it can be about."""
        delete = _delete_at_once(n, child) if child.basis == "inferred" else None
        if delete is None:
            return None
        older = self.only_one_up(n, child.frame_number, {*ends, *gone})
        if older is None:
            return None
        basis = "what can be a Delete follows at once from the same side"
        return Replaced((n.number, child.child), older, "likely", basis, delete)

    def only_one_up(self, n: Negotiation, frame: int, gone: Container[ChildKey]) -> ChildKey | None:
        """The one child of an IKE SA, or of those it was made in, that is up before a frame; None: none, or several."""
        alive = [
            (owner.number, child.child)
            for owner in self._ancestors(n)
            for child in owner.children
            if child.frame_number < frame and child.outcome != "failed" and (owner.number, child.child) not in gone
        ]
        return alive[0] if len(alive) == 1 else None


def _of_both_sides(one: Replaced, n: Negotiation, crossed: int | None, found: list[Replaced]) -> Replaced:
    """Without keys: two rekeyings that cross replace the same child; which SA the second Delete is about stays open."""
    frames = {(n.number, c.child): c.frame_number for c in n.children}
    twin = next((r for r in found if crossed is not None and frames.get(r.child) == crossed), None)
    return one if twin is None else one._replace(older=twin.older, delete=None)


def _sort(n: Negotiation, child: ChildSa) -> tuple[object, ...]:
    ends = sorted(
        ((n.initiator_ip, tuple(child.initiator_ts or ())), (n.responder_ip, tuple(child.responder_ts or ())))
    )
    return (child.protocol, *ends)


def _time_of(n: Negotiation, child: ChildSa) -> int | None:
    return next((s.time_ns for e in n.exchanges for s in e.steps[:1] if s.frame_number == child.frame_number), None)


def _delete_at_once(n: Negotiation, child: ChildSa) -> Step | None:
    """The next request of the side that made the child, where it can delete one and comes at once."""
    exchanges = n.exchanges
    at = next((i for i, e in enumerate(exchanges) if e.first_frame == child.frame_number), None)
    if at is None:
        return None
    made = exchanges[at]
    after = next((e for e in exchanges[at + 1 :] if e.begun_by_initiator == made.begun_by_initiator), None)
    if after is None or after.exchange != "INFORMATIONAL" or after.request is None or made.response is None:
        return None
    asked, answered = after.request.time_ns, made.response.time_ns
    if asked is None or answered is None or not 0 <= asked - answered <= _AT_ONCE_NS:
        return None
    # Of an IKE SA made inside another the suite is not known: there the moment has to do
    return after.request if n.suite is None or holds_delete(n, after.request, CHILD_DELETE) is not False else None


def crossings(n: Negotiation) -> list[tuple[Exchange, Exchange]]:
    """CREATE_CHILD_SA requests of both sides, the second sent before the first was answered."""
    if n.ike_version == 1:
        return []
    rekeys = n.of_type("CREATE_CHILD_SA")
    return [(a, b) for a, b in pairwise(rekeys) if _cross(a, b)]


def _cross(first: Exchange, second: Exchange) -> bool:
    answer, request = first.response, second.request
    if first.begun_by_initiator == second.begun_by_initiator or first.request is None:
        return False
    return answer is not None and request is not None and request.frame_number < answer.frame_number
