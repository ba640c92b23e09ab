"""What the life of an SA is made of: events, and how IKE SAs and child SAs ended."""

from dataclasses import dataclass, field
from typing import NamedTuple

from analyzer.vocabulary import Basis, Confidence, EventName


class Event(NamedTuple):
    """One thing that happened to an IKE SA, or to a child SA of it, once it was up.

    event: moved, rekeyed, child-rekeyed, rekey-collision, reauthenticated, superseded, deleted, child-deleted,
    liveness-missed, liveness-failed. by_initiator: who did it; None where that cannot be known, or both did. other: the
    negotiation of the other IKE SA concerned. basis: what it rests on, for people.
    """

    negotiation: int
    child: int | None
    event: EventName
    time_ns: int | None
    frame_number: int | None
    by_initiator: bool | None
    other: int | None
    confidence: Confidence
    basis: str
    detail: str | None = None


class End(NamedTuple):
    """A Delete. `basis`: "seen" in a decrypted message, or "inferred" from length and order."""

    time_ns: int | None
    frame_number: int | None
    by_initiator: bool | None
    basis: Basis


class Liveness(NamedTuple):
    """Questions whether the peer is alive, and how many of them were asked several times or never answered."""

    checks: int
    missed: int


ChildKey = tuple[int, int]  # negotiation and child


@dataclass(slots=True)
class Life:
    """The lives of all SAs of a capture. Events by negotiation and time; `replaces`: the older child of a rekeyed one.

    ends, liveness: by negotiation. A child ends with its own Delete, or in IKEv2 with its IKE SA's, unless a rekey has
    handed it on (RFC 7296 section 1.4.1, 2.8).
    """

    events: list[Event] = field(default_factory=list)
    ends: dict[int, End] = field(default_factory=dict)
    child_ends: dict[ChildKey, End] = field(default_factory=dict)
    replaces: dict[ChildKey, ChildKey] = field(default_factory=dict)
    liveness: dict[int, Liveness] = field(default_factory=dict)
    heirs: dict[int, int] = field(default_factory=dict)  # IKE SA to the one made inside it
    successors: dict[int, int] = field(default_factory=dict)  # IKE SA to whichever takes its place
    shared_fate: set[int] = field(default_factory=set)  # IKE SAs whose children end with them: IKEv2's

    def oldest(self, key: ChildKey) -> ChildKey:
        """The child SA with which the chain of rekeyings began that this one belongs to."""
        seen = {key}
        while (older := self.replaces.get(key)) is not None and older not in seen:
            key = older
            seen.add(key)
        return key

    def child_end(self, key: ChildKey) -> End | None:
        """How a child SA ended: with its own Delete, or with the last IKE SA that it was handed on to."""
        if key in self.child_ends:
            return self.child_ends[key]
        number = key[0]
        if number not in self.shared_fate:
            return None
        seen = {number}
        while (heir := self.heirs.get(number)) is not None and heir not in seen:
            number = heir
            seen.add(number)
        return self.ends.get(number)
