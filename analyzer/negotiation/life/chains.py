"""Which child SA replaces which, and rekeyings of both sides that cross (RFC 7296 sections 1.3.3, 2.8).

With keys REKEY_SA names the older child, in IKEv2; IKEv1 has no such word: a quick mode for the same selectors between
the same hosts replaces the one before. A CREATE_CHILD_SA whose request is not decrypted is taken for a rekeying where
the side that began it goes on at once with an INFORMATIONAL that can be a child SA's Delete, as section 2.8 asks of it.
"""

from collections import deque
from collections.abc import Container, Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from analyzer.negotiation.life.ends import CHILD_DELETE, DELETES, holds_delete, is_closed
from analyzer.negotiation.life.model import ChildKey, End
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.seen import ChildSa
from analyzer.vocabulary import Confidence

_AT_ONCE_NS = 2 * 10**9
_GENERATIONS = 64  # IKE SAs back along a chain of rekeyings
_NEWEST = 2  # children of one SPI: that which replaces the other may have the same


class Replaced(NamedTuple):
    """`child` replaces `older`; `basis` says what shows it. `delete`: the message taken for the older one's Delete."""

    child: ChildKey
    older: ChildKey
    confidence: Confidence
    basis: str
    delete: Step | None = None


class Beginning(NamedTuple):
    """The exchange that made a child SA: when it began, and by whom."""

    time_ns: int | None
    by_initiator: bool


class Alive:
    """Which child SAs are up as an IKE SA goes on: its own, and those of the IKE SAs that it was made in."""

    def __init__(self, owners: Iterable[Negotiation], gone: Container[ChildKey]) -> None:
        children = [
            (child.frame_number, (owner.number, child.child), bool(child.initiator_spi_in and child.responder_spi_in))
            for owner in owners
            for child in owner.children
            if child.outcome != "failed" and (owner.number, child.child) not in gone
        ]
        self.read = frozenset(key for _, key, known in children if known)  # their SPIs are known
        self._to_come = deque(sorted((frame, key) for frame, key, _ in children))
        self._up: dict[ChildKey, None] = {}

    def only(self, frame: int) -> ChildKey | None:
        """The one child that is up before a frame; frames are asked for in order. None: none, or several."""
        while self._to_come and self._to_come[0][0] < frame:
            self._up[self._to_come.popleft()[1]] = None
        return next(iter(self._up)) if len(self._up) == 1 else None

    def end(self, key: ChildKey) -> None:
        """That child is up no longer."""
        self._up.pop(key, None)


class Pool:
    """The child SAs of a capture, by what finds them."""

    def __init__(self) -> None:
        self.negotiations: dict[int, Negotiation] = {}
        self._alike: dict[tuple[object, ...], list[tuple[Negotiation, ChildSa]]] = {}
        self._beginnings: dict[int, dict[int, Beginning]] = {}
        self._by_spi: dict[int, dict[str, list[ChildSa]]] = {}

    def add(self, n: Negotiation) -> None:
        """An IKE SA with its children."""
        self.negotiations[n.number] = n
        if n.ike_version == 1:
            for child in n.children:
                if child.outcome == "established" and child.initiator_ts and child.responder_ts:
                    self._alike.setdefault(_sort(n, child), []).append((n, child))

    def beginning(self, n: Negotiation, child: ChildSa) -> Beginning | None:
        """How the exchange began that made a child; None if it is not in the capture."""
        if n.number not in self._beginnings:
            self._beginnings[n.number] = {
                e.first_frame: Beginning(e.first.time_ns, e.begun_by_initiator) for e in n.exchanges
            }
        return self._beginnings[n.number].get(child.frame_number)

    def alive(self, n: Negotiation, gone: Container[ChildKey]) -> Alive:
        """The child SAs that an IKE SA may speak of."""
        return Alive(self._ancestors(n), gone)

    def replaced(
        self, n: Negotiation, ends: dict[ChildKey, End], deleted_in: Mapping[int, ChildKey | None]
    ) -> list[Replaced]:
        """What the children of one IKE SA replace. deleted_in: by frame the one child whose Delete was read there."""
        if n.ike_version == 1:
            return []
        made = [c for c in n.children if c.created_by == "CREATE_CHILD_SA" and c.outcome != "failed"]
        named = {c.frame_number: one for c in made if c.rekeyed_spi and (one := self._named(n, c)) is not None}
        closed = _closed(n) if len(named) < len(made) else frozenset()
        unnamed = {c.frame_number for c in made if c.rekeyed_spi or c.frame_number in closed} - named.keys()
        alive = Alive(self._ancestors(n) if unnamed else (), ends)
        deletes = _deletes_at_once(n) if unnamed else {}
        crossing = {b.first_frame: a.first_frame for a, b in crossings(n)} if unnamed else {}
        found: dict[int, Replaced] = {}
        for child in made:
            frame = child.frame_number
            one = named.get(frame)
            if one is None and frame in unnamed:
                at_once = deletes.get(frame, ())
                ended = next((key for step in at_once if (key := deleted_in.get(step.frame_number))), None)
                twin = found.get(crossing.get(frame, 0))
                delete = at_once[0] if at_once and ended != (n.number, child.child) else None
                one = _by_order(n, child, alive, delete, ended or (twin and twin.older))
            if one is not None:
                found[frame] = one
                alive.end(one.older)
        return list(found.values())

    def replaced_quick_modes(self) -> Iterable[Replaced]:
        """IKEv1: each child after the first of one sort, where the one before was up until then."""
        for group in self._alike.values():
            group.sort(key=lambda pair: pair[1].frame_number)
            for (older_n, older), (n, child) in pairwise(group):
                made = self.beginning(n, child)
                time = made.time_ns if made is not None else None
                if older.deleted_at is None or (time is not None and older.deleted_at >= time):
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
            older = next((c for c in self._children_on(owner, child.rekeyed_spi) if c is not child), None)
            if older is not None:
                pair = (n.number, child.child), (owner.number, older.child)
                if child.outcome == "established":
                    return Replaced(*pair, "certain", "REKEY_SA (decrypted)")
                return Replaced(*pair, "likely", "REKEY_SA (decrypted); no answer with the new SA is seen")
        return None

    def _children_on(self, n: Negotiation, spi: str | None) -> list[ChildSa]:
        """The children of an IKE SA that have this SPI on either side: the two newest."""
        if n.number not in self._by_spi:
            known = self._by_spi[n.number] = {}
            for child in reversed(n.children):
                for own in {child.initiator_spi_in or "", child.responder_spi_in or ""}:
                    if len(known.setdefault(own, [])) < _NEWEST:
                        known[own].append(child)
        return self._by_spi[n.number].get(spi or "", [])


def _by_order(
    n: Negotiation, child: ChildSa, alive: Alive, delete: Step | None, known: ChildKey | None
) -> Replaced | None:
    """A Delete at once, and one child that it can be about.

    The request is not decrypted, or its SPI is of a child that was not. known: the child that the Delete is read to be
    about, or the one of a rekeying that crosses: two that cross replace the same child, and which SA the second Delete
    is about stays open.
    """
    older = alive.only(child.frame_number)
    if delete is None:
        return None
    basis = "what can be a Delete follows at once from the same side"
    if known is not None:
        return Replaced((n.number, child.child), known, "likely", basis)
    if older is None or (child.rekeyed_spi and older in alive.read):
        return None
    return Replaced((n.number, child.child), older, "likely", basis, delete)


def _closed(n: Negotiation) -> frozenset[int]:
    """First frames of the CREATE_CHILD_SA exchanges whose request says nothing: not decrypted, or not captured."""
    rekeys = n.of_type("CREATE_CHILD_SA")
    return frozenset(e.first_frame for e in rekeys if all(map(is_closed, e.sent_by(e.begun_by_initiator))))


def _sort(n: Negotiation, child: ChildSa) -> tuple[object, ...]:
    ends = sorted(
        ((n.initiator_ip, tuple(child.initiator_ts or ())), (n.responder_ip, tuple(child.responder_ts or ())))
    )
    return (child.protocol, *ends)


def _deletes_at_once(n: Negotiation) -> dict[int, tuple[Step, ...]]:
    """By the first frame of each CREATE_CHILD_SA: the next request of its side, if it can delete and comes at once.

    Its answer, which may be read although the request is not, stands behind it.
    """
    found: dict[int, tuple[Step, ...]] = {}
    after: dict[bool, Exchange] = {}
    for exchange in reversed(n.exchanges):
        then = after.get(exchange.begun_by_initiator)
        if exchange.exchange == "CREATE_CHILD_SA" and then is not None and then.exchange == "INFORMATIONAL":
            request, answer = then.request, exchange.response
            if request is not None and answer is not None and _at_once(n, answer, request):
                found[exchange.first_frame] = (request, *([] if then.response is None else [then.response]))
        after[exchange.begun_by_initiator] = exchange
    return found


def _at_once(n: Negotiation, answer: Step, request: Step) -> bool:
    if answer.time_ns is None or request.time_ns is None or not 0 <= request.time_ns - answer.time_ns <= _AT_ONCE_NS:
        return False
    if not is_closed(request):
        return not DELETES.isdisjoint(request.inner_types or ())
    # Of an IKE SA made inside another the suite is not known: there the moment has to do
    return n.suite is None or holds_delete(n, request, CHILD_DELETE) is not False


def crossings(n: Negotiation) -> list[tuple[Exchange, Exchange]]:
    """CREATE_CHILD_SA requests of both sides, the second sent before the first was answered."""
    rekeys = n.of_type("CREATE_CHILD_SA")
    return [(a, b) for a, b in pairwise(rekeys) if _cross(a, b)]


def _cross(first: Exchange, second: Exchange) -> bool:
    answer, request = first.response, second.request
    if first.begun_by_initiator == second.begun_by_initiator or first.request is None:
        return False
    return answer is not None and request is not None and request.frame_number < answer.frame_number
