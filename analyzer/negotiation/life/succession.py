"""One IKE SA after another of the same two hosts: reauthentication (RFC 7296 section 2.8.3), and SAs left behind.

A new IKE SA with an IKE_SA_INIT or phase 1 of its own replaces the one before. Deleted once the new one is up: make
before break. Deleted just before the new one begins: break before make, which is also what stopping and starting a
connection looks like. Never deleted, and the new one's initiator says INITIAL_CONTACT or had asked in vain whether its
peer is alive: one side lost its state. Where several IKE SAs of two hosts are up at once none of this is concluded,
unless identities distinguish them.
"""

from typing import NamedTuple

from analyzer.isakmp.numbers import NotifyV1, NotifyV2
from analyzer.negotiation.life.model import End
from analyzer.negotiation.model import AUTHENTICATING, Negotiation, Step
from analyzer.vocabulary import Confidence, EventName

INITIAL_CONTACT: dict[int, int] = {1: NotifyV1.INITIAL_CONTACT, 2: NotifyV2.INITIAL_CONTACT}
_MADE_BY = frozenset({*AUTHENTICATING, "IDENTITY_PROTECTION", "AGGRESSIVE", "BASE"})
_BEFORE_NS = 5 * 10**9  # from the old SA's Delete to the new SA's first message
_AFTER_NS = 60 * 10**9  # from the new SA's last message of authentication to the old SA's Delete
_TOGETHER_NS = 10**9
_NEWEST = 3  # exchanges, of which one has the last message
_KEPT = 8  # of two hosts; where more are up at once nothing is concluded


class Tenure(NamedTuple):
    """When an IKE SA was up, as far as the capture shows it. Times in ns."""

    n: Negotiation
    began: int
    made: int
    last: int
    end: End | None
    own: bool  # it began by itself, not inside another IKE SA
    contact: int | None  # frame of its initiator's INITIAL_CONTACT, decrypted
    asked_in_vain: int | None  # frame of a question whether the peer is alive that was never answered

    @property
    def over(self) -> int | None:
        """Time of its Delete."""
        return self.end.time_ns if self.end is not None else None


class Succession(NamedTuple):
    """`new` takes the place of `old`."""

    event: EventName  # reauthenticated or superseded
    old: Tenure
    new: Tenure
    confidence: Confidence
    basis: str


def tenure(n: Negotiation, end: End | None, asked_in_vain: int | None) -> Tenure | None:
    """The tenure of an SA that came up; None where times are missing."""
    exchanges = n.exchanges
    if not exchanges:
        return None
    began = _time(exchanges[0].request or exchanges[0].response)
    setup = [e for e in exchanges if e.exchange in _MADE_BY]
    made = _time(setup[-1].response or setup[-1].request) if setup else began
    times = [s.time_ns for e in exchanges[-_NEWEST:] for s in e.steps[-1:] if s.time_ns is not None]
    if began is None or made is None or not times:
        return None
    contact = next((f for e in setup if (f := _contact(n, e.steps)) is not None), None) if n.decrypted else None
    own = n.rekeyed_from is None and not n.starts_late
    return Tenure(n, began, max(began, made), max(times), end, own, contact, asked_in_vain)


def _time(step: Step | None) -> int | None:
    return step.time_ns if step is not None else None


def _contact(n: Negotiation, steps: list[Step]) -> int | None:
    kind = INITIAL_CONTACT[n.ike_version]
    return next((t.frame_number for t in steps for s in t.notifies if s.notify_type == kind and s.authenticated), None)


class Candidate(NamedTuple):
    """An SA that came up, before anything is asked of its messages: most hosts have one SA, and nothing follows it."""

    n: Negotiation
    end: End | None
    asked_in_vain: int | None


def successions(candidates: list[Candidate]) -> list[Succession]:
    """All of a capture's, in the order in which the new SAs began."""
    groups: dict[tuple[str, str, int], list[Candidate]] = {}
    for one in candidates:
        a, b = one.n.initiator_ip, one.n.responder_ip
        groups.setdefault((min(a, b), max(a, b), one.n.ike_version), []).append(one)
    found: list[Succession] = []
    for group in groups.values():
        if len(group) > 1:
            held = [t for t in (tenure(*one) for one in group) if t is not None]
            found += _of_pair(sorted(held, key=lambda t: (t.began, t.n.number)))
    return sorted(found, key=lambda s: s.new.n.number)


def _of_pair(group: list[Tenure]) -> list[Succession]:
    found: list[Succession] = []
    before: list[Tenure] = []
    taken: set[int] = set()  # SAs that have their successor
    for i, new in enumerate(group):
        if new.own:
            before = [t for t in before if t.n.number not in taken and not _long_gone(t, new)][-_KEPT:]
            near = [t for t in (*before, *group[i + 1 : i + 1 + _KEPT]) if _same_peers(t.n, new.n)]
            for one in _succeeds(near, new):
                found.append(one)
                taken.add(one.old.n.number)
        elif new.n.rekeyed_from is not None:
            taken.add(new.n.rekeyed_from)
        before.append(new)
    return found


def _long_gone(old: Tenure, new: Tenure) -> bool:
    return old.over is not None and old.over < new.began - _BEFORE_NS


def _same_peers(old: Negotiation, new: Negotiation) -> bool:
    """Identities do not differ, as far as they could be read."""
    mine, theirs = _names(old), _names(new)
    return all(mine[ip] == theirs[ip] for ip in mine.keys() & theirs.keys())


def _names(n: Negotiation) -> dict[str, str]:
    return {n.initiator_ip if i.from_initiator else n.responder_ip: i.text for i in reversed(n.identities)}


def _succeeds(near: list[Tenure], new: Tenure) -> list[Succession]:
    """What `new` takes the place of, among the SAs that began shortly before and after it."""
    rivals = [t for t in near if t.made < new.began]
    forgotten = [t for t in rivals if t.over is None and t.last < new.began]
    if new.contact is not None and forgotten:
        basis = "INITIAL_CONTACT (decrypted), and the older SA was not deleted"
        return [Succession("superseded", old, new, "likely", basis) for old in forgotten]
    if len(rivals) != 1 or any(_crowds(t, rivals[0], new) for t in near if t is not rivals[0]):
        return []
    old = rivals[0]
    if forgotten and old.asked_in_vain is not None:
        basis = "the peer did not answer any more; the SA was not deleted"
        return [Succession("superseded", old, new, "likely", basis)]
    if old.over is None or (new.over is not None and abs(new.over - old.over) < _TOGETHER_NS):
        return []  # both closed at once: of a second tunnel as well as of a replacement
    if new.made <= old.over <= new.made + _AFTER_NS:
        return [Succession("reauthenticated", old, new, "likely", "the older SA is deleted once the new one is up")]
    if old.over <= new.began:
        basis = "the new SA begins when the older one is deleted: a restart looks the same"
        return [Succession("reauthenticated", old, new, "possible", basis)]
    return []


def _crowds(third: Tenure, old: Tenure, new: Tenure) -> bool:
    """A third SA is up, or being made, while the new one takes over."""
    over = old.over if old.over is not None else new.made
    return third.own and third.began <= max(over, new.made) and (third.over is None or third.over > new.began)
