"""Reading the lives of SAs out of a story: SA by SA first, then across SAs."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from analyzer.negotiation.lengths import NOTIFY_ONLY
from analyzer.negotiation.life import chains
from analyzer.negotiation.life.ends import child_sized, deletes_read, holds_delete, ike_end, is_closed
from analyzer.negotiation.life.liveness import Missed, liveness
from analyzer.negotiation.life.model import ChildKey, End, Event, Life
from analyzer.negotiation.life.moves import Move, moves, path_text, paths
from analyzer.negotiation.life.succession import Candidate, Succession, successions
from analyzer.negotiation.model import Negotiation, Step
from analyzer.negotiation.seen import ChildSa
from analyzer.negotiation.story import Story
from analyzer.vocabulary import Confidence, EventName

_FAR = 1 << 63  # sorts what has no time last


class _Reader:
    """Give it each negotiation once, in order; then ask for the life."""

    def __init__(self) -> None:
        self._life = Life()
        self._pool = chains.Pool()
        self._candidates: list[Candidate] = []
        self._deletes: dict[tuple[int, int | frozenset[str]], tuple[Step, Negotiation]] = {}  # by time, and SA or hosts
        self._by_number: dict[int, dict[int, ChildSa]] = {}  # children of those that have them in another order
        self._makers: dict[int, tuple[tuple[list[Step], list[Step]], dict[int, Step]]] = {}
        self._eventful: list[Negotiation] = []  # with more than their making and an end
        self._child_sized: dict[int, list[Step]] = {}  # requests of the size of one child's Delete
        self._attributed: set[int] = set()  # their frames, where it is known whose Delete they are

    def add(self, n: Negotiation) -> None:
        """Take in one negotiation. Of those that did not come up there is no life to read."""
        if n.mode == "group-rekey" or (n.outcome != "established" and not n.starts_late and n.deleted_at is None):
            return
        end = ike_end(n)
        if end is not None:
            self._life.ends[n.number] = end
        self._life.events += [_moved(n, move) for move in moves(n)]
        counted, missed = liveness(n)
        if counted is not None:
            self._life.liveness[n.number] = counted
        self._life.events += [_asked(n, one) for one in missed]
        if n.decrypted:
            for step in deletes_read(n):
                if step.time_ns is not None:
                    self._deletes.setdefault((step.time_ns, n.number), (step, n))
                    self._deletes.setdefault((step.time_ns, _hosts(n)), (step, n))
        sized = child_sized(n)
        if sized:
            self._child_sized[n.number] = sized
        made_later = any(c.created_by == "CREATE_CHILD_SA" for c in n.children)
        if sized or made_later or any(e.exchange == "CREATE_CHILD_SA" for e in n.exchanges):
            self._eventful.append(n)
        self._pool.add(n)
        vain = next((m.first.frame_number for m in missed if m.answered_ns is None), None)
        self._candidates.append(Candidate(n, end, vain))

    def finish(self) -> Life:
        """The lives of all that were given."""
        life = self._life
        for n in self._pool.negotiations.values():
            if n.ike_version == 2:
                life.shared_fate.add(n.number)
            self._rekeyed(n)
        for n in self._pool.negotiations.values():
            self._children_read(n)
        deleted_in = _by_frame(life.child_ends)
        for n in self._eventful:
            self._replaced(self._pool.replaced(n, life.child_ends, deleted_in))
            self._children_by_size(n)
            self._crossings(n)
        following = successions(self._candidates)
        life.events += [_succession(one) for one in following]
        life.successors = {**life.heirs, **{one.old.n.number: one.new.n.number for one in following}}
        lost = {one.old.n.number for one in following if one.event == "superseded"}
        self._replaced(one for one in self._pool.replaced_quick_modes() if one.older[0] not in lost)
        life.events += [_ended(number, None, end) for number, end in life.ends.items()]
        life.events += [_ended(*key, end) for key, end in life.child_ends.items()]
        life.events.sort(key=lambda e: (e.negotiation, _FAR if e.time_ns is None else e.time_ns, e.frame_number or 0))
        return life

    def _rekeyed(self, n: Negotiation) -> None:
        """The IKE SA in which this one was made; what ends it may be known by that alone."""
        older = self._pool.negotiations.get(n.rekeyed_from or 0)
        if older is None:
            return
        life = self._life
        self._inherit(older.number, n.number)
        read = n.chosen_frame is not None
        by = _side_of(n.initiator_ip, older)
        step = self._made_inside(older, by, n)
        basis = "SA payload with new SPIs (decrypted)" if read else "order, size and hosts"
        frame, time = (step.frame_number, step.time_ns) if step is not None else (n.chosen_frame, None)
        confidence: Confidence = "certain" if read else "likely"
        life.events.append(Event(older.number, None, "rekeyed", time, frame, by, n.number, confidence, basis))
        last = next(older.newest_exchanges(), None)
        if older.number not in life.ends and last is not None:
            request = last.request
            if (
                last.exchange == "INFORMATIONAL"
                and request is not None
                and is_closed(request)
                and request.from_initiator == by
                and (older.suite is None or holds_delete(older, request, NOTIFY_ONLY) is not False)
            ):
                life.ends[older.number] = End(request.time_ns, request.frame_number, by, "inferred")

    def _made_inside(self, older: Negotiation, by_initiator: bool | None, new: Negotiation) -> Step | None:
        """The answer that held the new SPIs; without keys the latest request before the new SA that made no child."""
        if older.number not in self._makers:
            self._makers[older.number] = _makers(older)
        requests, answers = self._makers[older.number]
        if new.chosen_frame is not None:
            return answers.get(new.chosen_frame)
        first = next(new.steps(), None)
        if first is None:
            return None
        asked = requests[bool(by_initiator)]
        at = bisect_left(asked, first.frame_number, key=lambda step: step.frame_number)
        return asked[at - 1] if at else first

    def _inherit(self, older: int, newer: int) -> None:
        """Of two that both sides made at once the one deleted first inherits nothing (RFC 7296 section 2.8.2)."""
        known = self._life.heirs.get(older)
        if known is None or self._over(known) < self._over(newer):
            self._life.heirs[older] = newer

    def _over(self, number: int) -> int:
        end = self._life.ends.get(number)
        return _FAR if end is None or end.time_ns is None else end.time_ns

    def _children_read(self, n: Negotiation) -> None:
        """Deletes of child SAs that could be read, in this IKE SA or in another of the hosts."""
        for child in n.children:
            if child.deleted_at is None:
                continue
            frame, by = None, None
            at = child.deleted_at
            found = self._deletes.get((at, n.number)) or self._deletes.get((at, _hosts(n)))
            if found is not None:
                step, owner = found
                frame = step.frame_number
                # The answer to a Delete names the other halves of the pairs: whoever asked deletes
                by_initiator = step.from_initiator != step.is_response
                by = _side_in(n, owner, by_initiator)
            self._life.child_ends[n.number, child.child] = End(child.deleted_at, frame, by, "seen")

    def _replaced(self, found: Iterable[chains.Replaced]) -> None:
        for one in found:
            number, child = one.child
            n = self._pool.negotiations[number]
            made = self._child(n, child)
            begun = self._pool.beginning(n, made)
            time, by = begun if begun is not None else (None, None)
            self._life.replaces[one.child] = one.older
            other = one.older[0] if one.older[0] != number else None
            detail = f"child {one.older[1]}"
            frame = made.frame_number
            self._life.events.append(
                Event(number, child, "child-rekeyed", time, frame, by, other, one.confidence, one.basis, detail)
            )
            if one.delete is not None and one.older not in self._life.child_ends:
                self._life.child_ends[one.older] = self._inferred(one.older, n, one.delete)
                self._attributed.add(one.delete.frame_number)

    def _child(self, n: Negotiation, number: int) -> ChildSa:
        """Children stand by their frames, which are not in the order of their numbers where some were found late."""
        made = n.children[number - 1]
        if made.child == number:
            return made
        if n.number not in self._by_number:
            self._by_number[n.number] = {c.child: c for c in n.children}
        return self._by_number[n.number][number]

    def _children_by_size(self, n: Negotiation) -> None:
        """Without keys: an INFORMATIONAL of the size of one child's Delete, where one child is up."""
        sized = [r for r in self._child_sized.get(n.number, ()) if r.frame_number not in self._attributed]
        if not sized:
            return
        alive = self._pool.alive(n, self._life.child_ends)
        for request in sorted(sized, key=lambda step: step.frame_number):
            key = alive.only(request.frame_number)
            if key is not None:
                alive.end(key)
                self._life.child_ends[key] = self._inferred(key, n, request)

    def _inferred(self, child: tuple[int, int], n: Negotiation, delete: Step) -> End:
        """What a message of `n` seems to end: its child SA, or one of an IKE SA before it with other roles."""
        by = _side_in(self._pool.negotiations[child[0]], n, delete.from_initiator)
        return End(delete.time_ns, delete.frame_number, by, "inferred")

    def _crossings(self, n: Negotiation) -> None:
        older_of = {c.frame_number: self._life.replaces.get((n.number, c.child)) for c in n.children}
        made = {c.frame_number for c in n.children if c.outcome == "established"}
        for first, second in chains.crossings(n):
            older = [older_of.get(e.first_frame) for e in (first, second)]
            same = older[0] is not None and older[0] == older[1]
            request = second.request
            if request is not None:
                time, frame = request.time_ns, request.frame_number
                both = made.issuperset((first.first_frame, second.first_frame))
                confidence: Confidence = "certain" if same and both and n.decrypted else "likely"
                basis = "both replace the same child SA" if same else "requests of both sides cross"
                self._life.events.append(
                    Event(n.number, None, "rekey-collision", time, frame, None, None, confidence, basis)
                )


def _by_frame(ends: Mapping[ChildKey, End]) -> dict[int, ChildKey | None]:
    """The child that a message ends, by its frame; None: it ends several."""
    found: dict[int, ChildKey | None] = {}
    for key, end in ends.items():
        if end.frame_number is not None:
            found[end.frame_number] = None if end.frame_number in found else key
    return found


def life_of(story: Story) -> Life:
    """The lives of all SAs of a story."""
    reader = _Reader()
    for n in story.negotiations:
        reader.add(n)
    return reader.finish()


def _makers(n: Negotiation) -> tuple[tuple[list[Step], list[Step]], dict[int, Step]]:
    """What makes IKE SAs inside this one: requests that made no child, of each side; and answers by frame."""
    children = {c.frame_number for c in n.children}
    requests: tuple[list[Step], list[Step]] = [], []
    answers: dict[int, Step] = {}
    for exchange in n.of_type("CREATE_CHILD_SA", "IKE_FOLLOWUP_KE"):
        if exchange.response is not None:
            answers[exchange.response.frame_number] = exchange.response
        if exchange.request is not None and exchange.first_frame not in children:
            requests[exchange.begun_by_initiator].append(exchange.request)
    return requests, answers


def _hosts(n: Negotiation) -> frozenset[str]:
    return frozenset((n.initiator_ip, n.responder_ip))


def _side_in(n: Negotiation, other: Negotiation, by_initiator: bool) -> bool | None:
    """Which side of `n` the initiator or the responder of another IKE SA of its hosts is."""
    return by_initiator if n is other else _side_of(other.initiator_ip if by_initiator else other.responder_ip, n)


def _side_of(ip: str, n: Negotiation) -> bool | None:
    """Whether an address is that of the IKE SA's initiator; None: of neither, or of both."""
    is_initiator = any(ip == path[0] for path in paths(n)) or ip == n.initiator_ip
    is_responder = any(ip == path[2] for path in paths(n)) or ip == n.responder_ip
    return is_initiator if is_initiator != is_responder else None


def _moved(n: Negotiation, move: Move) -> Event:
    basis = "UPDATE_SA_ADDRESSES (decrypted)" if move.announced else "addresses and ports of the packets"
    detail = f"{path_text(move.before)} to {path_text(move.after)}"
    confidence: Confidence = "certain" if move.announced else "likely"
    return Event(
        n.number, None, "moved", move.time_ns, move.frame_number, move.by_initiator, None, confidence, basis, detail
    )


def _asked(n: Negotiation, missed: Missed) -> Event:
    first = missed.first
    event: EventName = "liveness-failed" if missed.answered_ns is None else "liveness-missed"
    detail = f"asked {missed.transmissions} times"
    if missed.answered_ns is not None and first.time_ns is not None:
        detail += f", answered after {(missed.answered_ns - first.time_ns) / 1e9:.1f} s"
    read = first.inner_types is not None
    basis = "empty request or R-U-THERE (decrypted)" if read else "length and order"
    # The capture may lack an answer. An IKEv2 request that is retransmitted proves that none had come; IKEv1 asks anew
    certain = read and n.ike_version == 2 and missed.answered_ns is not None
    confidence: Confidence = "certain" if certain else "likely"
    time, frame, by = first.time_ns, first.frame_number, first.from_initiator
    return Event(n.number, None, event, time, frame, by, None, confidence, basis, detail)


def _succession(one: Succession) -> Event:
    new = one.new
    by = _side_of(new.n.initiator_ip, one.old.n)
    frame = new.contact or next((s.frame_number for s in new.n.steps()), None)
    return Event(one.old.n.number, None, one.event, new.began, frame, by, new.n.number, one.confidence, one.basis)


def _ended(negotiation: int, child: int | None, end: End) -> Event:
    event: EventName = "deleted" if child is None else "child-deleted"
    seen = end.basis == "seen"
    return Event(
        negotiation,
        child,
        event,
        end.time_ns,
        end.frame_number,
        end.by_initiator,
        None,
        "certain" if seen else "likely",
        "Delete payload (decrypted)" if seen else "length and order of the last messages",
    )
