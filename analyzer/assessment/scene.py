"""The scene: one capture's story with what is asked across negotiations, each worked out once and only when asked.

Cost stays linear: negotiations are compared within one pair of hosts and a window of time only.
"""

from bisect import bisect_left
from collections.abc import Iterator
from copy import copy
from functools import cached_property
from typing import Any, NamedTuple, Self

from analyzer.assessment import terms
from analyzer.assessment.combinations import Remembered
from analyzer.assessment.displaced import Displaced, displaced
from analyzer.assessment.knowledge import Knowledge
from analyzer.assessment.left_out import LeftOut
from analyzer.assessment.peers import Peers
from analyzer.assessment.periods import begun_again, failed_times, refuser, sentence
from analyzer.assessment.policies import Policy
from analyzer.assessment.reconnects import Row, reconnects
from analyzer.assessment.repeats import Repeats
from analyzer.assessment.scope import Scope
from analyzer.assessment.verdicts import Verdicts
from analyzer.capture.datagram import Flow
from analyzer.capture.natt import NAT_T_PORT
from analyzer.isakmp import Memory
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.dropped import why
from analyzer.negotiation.conclude.rests import Rests
from analyzer.negotiation.life import Lives
from analyzer.negotiation.life.streams import Joined
from analyzer.negotiation.model import Negotiation, Step
from analyzer.negotiation.read.identities import own_identity
from analyzer.negotiation.story import Flood, Story
from analyzer.negotiation.values import Values

Pair = tuple[str, str]
_INVALID_SPI = int(NotifyV2.INVALID_SPI)  # numbered as IKEv1's


class Compared(NamedTuple):
    """One kind of algorithm of a refused offer. `accepted` and `fits` are None where nothing is known of it."""

    kind: str
    offered: tuple[str, ...]
    accepted: tuple[str, ...] | None
    fits: bool | None


class Comparison(NamedTuple):
    """`found`: some kind has no algorithm in common; `kinds`: which, in the closest pair.

    `place`: the closest proposal; `rows`: all of its kinds; `source`: configured, chose or offered.

    `text` for people, `basis`: what it was compared with, `frames`: where that is seen, `advice`: the smallest change,
    or what may be tried where `source` is None.
    """

    found: bool
    text: str
    basis: str
    frames: tuple[int, ...]
    advice: str | None
    kinds: tuple[str, ...] = ()
    place: str = ""
    source: str | None = None
    rows: tuple[Compared, ...] = ()


class Scene:
    """A story under a policy, with what the user says of the peers."""

    def __init__(
        self,
        story: Story,
        policy: Policy,
        peers: Peers | None = None,
        lives: Lives | None = None,
        *,
        dropped: int = 0,
        memory: Memory | None = None,
        scope: Scope | None = None,
    ) -> None:
        self.story = story
        self.scope = scope or Scope()
        self.absence_is_weak = why(dropped, story.unread_files)  # the reason; empty: it is not
        self.lives = lives or Lives(story)
        self.policy = policy
        self._peers = peers or Peers()
        self.memory = Memory() if memory is None else memory
        self.combinations = Remembered()
        self.verdicts = Verdicts(policy)
        self.terms = terms.Remembered(self.verdicts, self.combinations)
        self.comparisons: dict[tuple[Any, ...], Comparison] = {}  # of mismatch

    def under(self, policy: Policy) -> Self:
        """The same story under another policy."""
        other = copy(self)
        other.policy, other.verdicts, other.comparisons = policy, Verdicts(policy), {}
        other.terms = terms.Remembered(other.verdicts, self.combinations)
        return other

    @cached_property
    def flood_of(self) -> dict[int, Flood]:
        """The flood of which a negotiation is one message, by its number."""
        return {number: flood for flood in self.story.floods for number in flood.numbers}

    @cached_property
    def values(self) -> Values:
        """What hosts drew at random: public values of key exchanges, and nonces."""
        return self.story.values()

    @cached_property
    def any_given_up(self) -> bool:
        """Some negotiation of the capture failed or was not answered."""
        return any(n.outcome in ("failed", "unanswered") for n in self.story.negotiations)

    @cached_property
    def rests(self) -> Rests:
        """Datagrams that lack their first IP fragment."""
        return Rests(self.story.rests)

    @cached_property
    def answered_identities(self) -> dict[str, set[str]]:
        """Identities that each address answered in aggressive mode."""
        found: dict[str, set[str]] = {}
        for n in self.story.negotiations:
            if n.mode == "aggressive" and n.chosen_frame is not None:
                found.setdefault(n.responder_ip, set()).update(i.text for i in n.identities if i.from_initiator)
        return found

    @cached_property
    def by_pair(self) -> dict[Pair, list[tuple[int, Negotiation]]]:
        """Negotiations by their two addresses (sorted), with the time of their first message, in order of time."""
        pairs: dict[Pair, list[tuple[int, Negotiation]]] = {}
        for n in self.story.negotiations:
            pairs.setdefault(pair(n), []).append((self.began[n.number] or 0, n))
        for group in pairs.values():
            group.sort(key=lambda entry: (entry[0], entry[1].number))
        return pairs

    @cached_property
    def began(self) -> dict[int, int | None]:
        """Time of the first message of each negotiation, by its number, in ns."""
        return {n.number: began(n) for n in self.story.negotiations}

    @cached_property
    def has_udp_4500(self) -> bool:
        """The capture holds UDP 4500, of whatever hosts: no filter left it out."""
        ports = {port for flow in self.story.flows for port in (flow.client_port, flow.server_port)}
        return NAT_T_PORT in ports or any(
            transport == "udp-4500"
            for n in self.story.negotiations
            for e in n.exchanges
            for transport, _ in e.figure.transports
        )

    @cached_property
    def left_out(self) -> LeftOut:
        """What the capture's own filter leaves out."""
        return LeftOut(self.story, has_udp_4500=self.has_udp_4500)

    @cached_property
    def seen_on_4500(self) -> frozenset[Pair]:
        """Pairs of hosts of which a responder answered on UDP 4500, or ESP or AH packets are in the capture."""
        streams = {ordered(s.src_ip, s.dst_ip) for s in self.story.streams}
        answered = {
            pair(n)
            for n in self.story.negotiations
            if any(("udp-4500", False) in e.figure.transports for e in n.exchanges)
        }
        return frozenset(streams | answered)

    @cached_property
    def by_number(self) -> dict[int, Negotiation]:
        """Negotiations by their number."""
        return {n.number: n for n in self.story.negotiations}

    @cached_property
    def streams_of(self) -> dict[int, list[Joined]]:
        """ESP and AH streams by the negotiation that they belong to."""
        found: dict[int, list[Joined]] = {}
        for joined in self.lives.joined:
            if joined.negotiation is not None:
                found.setdefault(joined.negotiation, []).append(joined)
        return found

    @cached_property
    def unknown_spis(self) -> dict[Pair, dict[str, Step]]:
        """Messages outside of any IKE SA that report an unknown ESP or AH SPI in clear, by the two hosts and the SPI.

        The last one of each; "": the SPI is not said. RFC 7296 section 1.5, RFC 2408 section 5.4.
        """
        found: dict[Pair, dict[str, Step]] = {}
        for n in self.story.negotiations:
            if n.outcome == "incomplete" and all(e.exchange == "INFORMATIONAL" for e in n.exchanges):
                for step in n.steps():
                    said = [m.data.hex() for m in step.notifies if m.notify_type == _INVALID_SPI and not step.encrypted]
                    found.setdefault(pair(n), {}).update(dict.fromkeys(said, step))
        return found

    @cached_property
    def keepalive_flows(self) -> dict[Pair, list[Flow]]:
        """Flows with NAT keepalives, by their two addresses."""
        found: dict[Pair, list[Flow]] = {}
        for flow in self.story.flows:
            if flow.keepalives:
                found.setdefault(ordered(flow.client_ip, flow.server_ip), []).append(flow)
        return found

    @cached_property
    def repeats(self) -> Repeats:
        """SAs of the same two hosts that came up one after the other."""
        return Repeats(self.lives.life, self.by_pair.values())

    @cached_property
    def reconnects(self) -> dict[int, Row]:
        """IKE SAs that one host begins again and again without traffic to it, by the number of each."""
        end = self.story.last_time or 0
        return reconnects(self.by_pair.values(), self.story.streams, self.lives.life, end)

    @cached_property
    def ways_of_traffic(self) -> frozenset[tuple[str, str]]:
        """From which address to which ESP or AH packets went."""
        return frozenset((s.src_ip, s.dst_ip) for s in self.story.streams)

    @cached_property
    def _again(self) -> dict[tuple[Any, ...], str]:
        """How often requests of SAs that are up failed, by the two hosts, the exchange and the side that refused."""
        found: dict[tuple[Any, ...], list[int]] = {}
        for n in self.story.negotiations:
            if n.outcome == "established" and n.failed_at is not None:
                found.setdefault((*pair(n), n.failed_at, refuser(n)), []).extend(failed_times(n))
        return {key: sentence(sorted(times)) for key, times in found.items()}

    def again(self, negotiation: Negotiation) -> str:
        """A sentence on how often, and how regularly, the same failed between the two hosts; "" if it did so once."""
        return self._again.get((*pair(negotiation), negotiation.failed_at, refuser(negotiation)), "")

    @cached_property
    def _starts_over(self) -> dict[tuple[Any, ...], str]:
        """How often SAs that did not come up were begun, by initiator, responder and how they ended."""
        found: dict[tuple[Any, ...], list[int]] = {}
        for group in self.by_pair.values():
            for time, n in group:
                if n.outcome != "established":
                    found.setdefault((n.initiator_ip, n.responder_ip, n.outcome, n.failed_at), []).append(time)
        return {key: begun_again(times) for key, times in found.items()}

    def starts_over(self, negotiation: Negotiation) -> str:
        """A sentence on how often, and how regularly, the initiator began what ended in the same way; "" if once."""
        n = negotiation
        return self._starts_over.get((n.initiator_ip, n.responder_ip, n.outcome, n.failed_at), "")

    def next_of_pair(self, negotiation: Negotiation) -> Negotiation | None:
        """The negotiation of the same two hosts that begins next."""
        group, place = self.by_pair[pair(negotiation)], self._places[negotiation.number]
        return group[place + 1][1] if place + 1 < len(group) else None

    @cached_property
    def _places(self) -> dict[int, int]:
        return {n.number: i for group in self.by_pair.values() for i, (_, n) in enumerate(group)}

    def neighbours(self, negotiation: Negotiation, within_s: float, *, most: int) -> Iterator[Negotiation]:
        """Other negotiations of the same two hosts that begin within so many seconds, at most so many on each side.

        Those before come first, the nearest first on each side.
        """
        group = self.by_pair[pair(negotiation)]
        if len(group) == 1:
            return
        place = self._places[negotiation.number]
        yield from _around(group, place - 1, place + 1, group[place][0], within_s, most)

    def begun_after(self, negotiation: Negotiation, time: int, within_s: float, *, most: int) -> Iterator[Negotiation]:
        """Other negotiations of the same two hosts that begin so many seconds after a time at most, in order."""
        group = self.by_pair[pair(negotiation)]
        after = bisect_left(group, time, key=lambda entry: entry[0])
        found = _around(group, -1, after, time, within_s, most)
        return (other for other in found if other is not negotiation)

    def served_another(self, negotiation: Negotiation, within_s: float, time: int | None = None) -> Negotiation | None:
        """An SA of another host that this responder let in so many seconds from this one's beginning, or a time."""
        at, served = began(negotiation) if time is None else time, self._served.get(negotiation.responder_ip, [])
        if at is None:
            return None
        window = round(within_s * 1e9)
        place = bisect_left(served, at - window, key=lambda entry: entry[0])
        if place < len(served) and served[place][1].initiator_ip == negotiation.initiator_ip:
            place = served[place][2]
        return served[place][1] if place < len(served) and served[place][0] <= at + window else None

    @cached_property
    def _served(self) -> dict[str, list[tuple[int, Negotiation, int]]]:
        """SAs that came up, by responder, in order of time; each with the place of the next of another initiator."""
        found: dict[str, list[tuple[int, Negotiation]]] = {}
        for n in self.story.negotiations:
            start = self.began[n.number]
            if n.outcome == "established" and n.rekeyed_from is None and start is not None:
                found.setdefault(n.responder_ip, []).append((start, n))
        return {responder: _with_next(served) for responder, served in found.items()}

    @cached_property
    def admitted(self) -> dict[tuple[str, str], list[Negotiation]]:
        """IKE SAs that came up, by responder's address and initiator's identity, where that could be read."""
        found: dict[tuple[str, str], list[Negotiation]] = {}
        for n in self.story.negotiations:
            mine = own_identity(n, initiator=True) if n.outcome == "established" else None
            if mine is not None:
                found.setdefault((n.responder_ip, mine.text), []).append(n)
        return found

    @cached_property
    def displaced(self) -> Displaced:
        """SAs that a responder gave up while it let another client in, and for which."""
        return displaced(self.story, self.lives.life)

    @cached_property
    def knowledge(self) -> Knowledge:
        """What is known of each address from all negotiations of the capture, and from the user's configuration."""
        known = Knowledge(self._peers, self.combinations)
        known.learn(self.story.negotiations)
        return known


def _around(
    group: list[tuple[int, Negotiation]], before: int, after: int, time: int, within_s: float, most: int
) -> Iterator[Negotiation]:
    """Of a group in order of time, from these places on: those within so many seconds, at most so many on each side."""
    window = within_s * 1e9
    for place, step in ((before, -1), (after, 1)):
        for k in range(most):
            at = place + k * step
            if not 0 <= at < len(group) or abs(group[at][0] - time) > window:
                break
            yield group[at][1]


def _with_next(served: list[tuple[int, Negotiation]]) -> list[tuple[int, Negotiation, int]]:
    """In order of time, each with the place of the next one that another address began."""
    ordered = sorted(served, key=lambda entry: (entry[0], entry[1].number))
    found: list[tuple[int, Negotiation, int]] = []
    following = len(ordered)
    for place in range(len(ordered) - 1, -1, -1):
        time, n = ordered[place]
        if place + 1 < len(ordered) and ordered[place + 1][1].initiator_ip != n.initiator_ip:
            following = place + 1
        found.append((time, n, following))
    return found[::-1]


def pair(negotiation: Negotiation) -> Pair:
    """The two addresses, smaller text first."""
    return ordered(negotiation.initiator_ip, negotiation.responder_ip)


def ordered(a: str, b: str) -> Pair:
    """Two addresses, smaller text first."""
    return (a, b) if a <= b else (b, a)


def first_step(negotiation: Negotiation) -> Step | None:
    """The first message of the first exchange."""
    exchange = negotiation.first_exchange
    return exchange.first if exchange is not None else None


def began(negotiation: Negotiation) -> int | None:
    """Time of the first message, in ns."""
    exchange = negotiation.first_exchange
    return exchange.first_time if exchange is not None else None


def ended(negotiation: Negotiation) -> int | None:
    """Time of the last message, in ns."""
    times = [e.steps[-1].time_ns for e in negotiation.exchanges if e.steps]
    known = [t for t in times if t is not None]
    return max(known) if known else None
