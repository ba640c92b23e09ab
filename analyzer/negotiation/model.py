"""What a negotiation is made of: steps (messages) in exchanges, exchanges in an IKE SA, child SAs below it.

"initiator" and "responder" are those of the IKE SA, whoever starts a later exchange. Layers to the right read only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from analyzer import vocabulary as words
from analyzer.capture.datagram import IcmpError
from analyzer.isakmp import registry
from analyzer.isakmp.payloads.sa import Proposal, Transform
from analyzer.negotiation.figure import Figure
from analyzer.negotiation.seen import (
    ChildSa,
    DeletedAgain,
    Offer,
    SeenCertificate,
    SeenEap,
    SeenIdentity,
    SeenNotify,
    Suite,
)

AUTHENTICATING = ("IKE_AUTH", "GSA_AUTH")  # of IKEv2, in which the peers prove who they are (RFC 7296, RFC 9838)
# Exchanges in which a member of a group gets its keys (RFC 9838, RFC 6407)
KEYING_A_GROUP = ("GSA_AUTH", "GSA_REGISTRATION", "GSA_INBAND_REKEY", "GROUPKEY_PULL")
BEGINNINGS = frozenset({"IKE_SA_INIT", "IDENTITY_PROTECTION", "AGGRESSIVE", "BASE"})  # exchanges that begin an IKE SA
SETTING_UP = BEGINNINGS | {"IKE_SESSION_RESUME", "IKE_INTERMEDIATE", *AUTHENTICATING}
GDOI = 1 << 5  # in the log, beside the version of an exchange: IKEv1 under the DOI of RFC 6407
MOVES_KEPT = 256  # of one SA
NONE = -1  # where there is no step or exchange in the log
_FEW = 32  # steps of an exchange that are kept beside others
StepRow = tuple[int, int, int, int, int, int]  # place in the log, and what the log has of a step (follow/log.py)
Hops = tuple[int, int, int, int]  # a frame and its TTL or hop limit; its copy's
Place = tuple[int, str, int, str, int]  # frame, the initiator's address and port, the responder's


class Step(NamedTuple):
    """One message of the story: its place and time, what it repeats, and its shape (follow/log.py).

    `duplicate`: a byte-identical copy at once, as mirror ports make; that is no retransmission. `key_exchanges`: of
    each KE payload the group, which IKEv1's do not name, and the bytes of its value. `defects`: kinds, each once, of
    the message as it was sent; of what keys open inside it none.
    """

    frame_number: int
    time_ns: int | None
    retransmission_of: int | None  # frame number of the first transmission
    duplicate: bool
    from_initiator: bool
    is_response: bool  # IKEv2's R flag; IKEv1 has none: False
    length: int
    transport: str
    encrypted: bool
    payload_types: tuple[int, ...]
    inner_types: tuple[int, ...] | None  # None: not decrypted
    notifies: tuple[SeenNotify, ...]
    fragment: tuple[int, int | None] | None  # number, total (a Cisco fragment that is not the last does not say)
    vendor_ids: tuple[bytes, ...] = ()
    key_exchanges: tuple[tuple[int | None, int], ...] = ()
    defects: tuple[str, ...] = ()


class Exchange:
    """Messages that share exchange type, message ID and the side that began. index, before: places in the log.

    It sees what is added to its row, until the log packs that: while messages arrive, ask for it anew at each.
    """

    __slots__ = (
        "_figure",
        "_figured",
        "_found",
        "_log",
        "_read",
        "_row",
        "_words",
        "before",
        "begun_by_initiator",
        "exchange",
        "exchange_type",
        "ike_version",
        "index",
        "kind",
        "message_id",
    )

    def __init__(self, log: Log, index: int) -> None:
        self._row = log.row(index)
        self.kind, self.message_id, self.before, _, _, _ = self._row
        # The major version of its messages: an error may answer in another one than the SA's
        self.ike_version, self.exchange_type, self.exchange, self.begun_by_initiator = _said_by(self.kind)
        self._log, self.index = log, index
        self._found: tuple[list[StepRow], int] = [], NONE  # up to which step of the log
        self._read: tuple[list[Step], int] = [], NONE  # likewise
        self._figure: Figure | None = None
        self._figured = NONE  # likewise, of the figure
        self._words: list[Step | None] = [None, None]  # the request and the response, once somebody asked

    @property
    def steps(self) -> list[Step]:
        """All of them, in order of arrival."""
        steps, last = self._read
        if last != self._row[3]:
            steps = self._log.read(self.rows)
            self._read = steps, self._row[3]
        return steps

    @property
    def rows(self) -> list[StepRow]:
        """The same as they lie in the log."""
        if self._found[1] != self._row[3]:
            self._found = self._log.rows(self.index), self._row[3]
        return self._found[0]

    @property
    def is_short(self) -> bool:
        """It holds few steps, if any that were read."""
        return len(self._found[0]) <= _FEW

    @property
    def figure(self) -> Figure:
        """Its steps but for their frames and times."""
        if self._figure is None or self._figured != self._row[3]:
            self._figure, self._figured = self._log.figures.of(self), self._row[3]
        return self._figure

    def newest_steps(self) -> Iterator[Step]:
        """From the last one back."""
        return self._log.steps(self.index)

    @property
    def first(self) -> Step:
        """The step seen first."""
        return self._log.step(self._first())

    @property
    def first_frame(self) -> int:
        """Frame number of the first step."""
        return self._log.frame_number(self._first())

    @property
    def frames(self) -> list[int]:
        """Frame numbers of its steps, in order of arrival."""
        return [row[1] for row in self.rows]

    @property
    def times(self) -> list[int | None]:
        """Times of its steps in ns, in order of arrival."""
        return self._log.times(self.rows)

    @property
    def ends(self) -> tuple[int | None, int | None]:
        """Frame numbers of the request and of the response."""
        frames = {row[0]: row[1] for row in self.rows}
        return frames.get(self._row[4]), frames.get(self._row[5])

    @property
    def first_time(self) -> int | None:
        """Time of the first step, in ns."""
        return self._log.time(self._first())

    @property
    def begins_with_answer(self) -> bool:
        """The other side was heard first: the request is not in the capture, or came late."""
        return self._row[5] == self._first()

    def sent_by(self, initiator: bool) -> list[Step]:
        """First transmissions of one side, in order; of a fragmented message each fragment is one."""
        fresh = (s for s in self.steps if s.retransmission_of is None and not s.duplicate)
        return [s for s in fresh if s.from_initiator == initiator]

    @property
    def request(self) -> Step | None:
        """First transmission by the side that began; None if it is not in the capture."""
        return self._word(0)

    @property
    def response(self) -> Step | None:
        """First message of the other side."""
        return self._word(1)

    @property
    def retransmissions(self) -> list[Step]:
        """Repeated steps of either side, mirror duplicates left out."""
        return [s for s in self.steps if s.retransmission_of is not None and not s.duplicate]

    @property
    def beginnings(self) -> frozenset[int]:
        """Frames of messages, of any exchange, of which the capture has the first IP fragment and not all others."""
        return self._log.beginnings

    @property
    def outcome(self) -> words.ExchangeOutcome:
        """answered, unanswered (request only), unrequested (response only)."""
        request, response = self._row[4:]
        if request == NONE:
            return "unrequested"
        return "unanswered" if response == NONE else "answered"

    def _word(self, side: int) -> Step | None:
        word, place = self._words[side], self._row[4 + side]
        if word is None and place != NONE:
            steps = self._read[0]
            word = self._words[side] = steps[0] if steps and place == self._first() else self._log.step(place)
        return word

    def _first(self) -> int:
        request, response = self._row[4:]
        return max(request, response) if NONE in (request, response) else min(request, response)


@lru_cache(maxsize=1024)
def _said_by(kind: int) -> tuple[int, int, str, bool]:
    """IKE version, type and name of an exchange, and whether the initiator began it, from its kind in the log."""
    version, exchange_type = kind >> 9, kind >> 1 & 0xFF
    name = registry.exchange_name(version & ~GDOI, exchange_type, gdoi=version & GDOI != 0)
    return version & ~GDOI, exchange_type, name, kind & 1 != 0


class FiguresOf(Protocol):
    """The figures of a log's exchanges."""

    def of(self, exchange: Exchange) -> Figure:
        """That of an exchange."""


class Log(Protocol):
    """What a negotiation and its exchanges ask of the log that holds their messages (follow/log.py)."""

    beginnings: frozenset[int]  # frames of messages of which the capture has the first IP fragment and not all others

    def exchanges(self, negotiation: Negotiation) -> list[Exchange]:
        """The exchanges of an SA in order."""

    def newest(self, negotiation: Negotiation) -> Iterator[Exchange]:
        """The exchanges of an SA, newest first."""

    def oldest(self, negotiation: Negotiation) -> Exchange | None:
        """The first exchange of an SA."""

    def sent(self, negotiation: Negotiation) -> Iterator[tuple[int, int | None, bool]]:
        """Of each step of an SA its frame, its time, and whether it is a retransmission; newest first."""

    def exchange_type(self, place: int) -> int:
        """The type of an exchange by its place in the log."""

    def exchange(self, place: int) -> Exchange:
        """An exchange by its place in the log."""

    def row(self, exchange: int) -> Sequence[int]:
        """Kind, message ID, exchange before, last step, first step of the side that began and of the other."""

    def steps(self, exchange: int) -> Iterator[Step]:
        """The steps of an exchange, newest first."""

    def rows(self, exchange: int) -> list[StepRow]:
        """The steps of an exchange in order of arrival, as they lie in the log."""

    def read(self, rows: Iterable[StepRow]) -> list[Step]:
        """These steps."""

    def times(self, rows: Iterable[StepRow]) -> list[int | None]:
        """Times of these steps, in ns."""

    @property
    def figures(self) -> FiguresOf:
        """What exchanges look like but for their frames and times."""

    def step(self, step: int) -> Step:
        """A step by its place in the log."""

    def frame_number(self, step: int) -> int:
        """The frame of a step."""

    def time(self, step: int) -> int | None:
        """When a step was captured, in ns."""

    def settle(self) -> None:
        """Nothing more will come."""

    def pack(self) -> None:
        """Pack all rows."""


@dataclass(slots=True, eq=False, repr=False)
class Negotiation:
    """One IKE SA from its first message to its end, as far as the capture shows it."""

    number: int
    capture: str
    ike_version: int
    mode: words.Mode
    initiator_spi: str
    responder_spi: str
    initiator_ip: str
    initiator_port: int
    responder_ip: str
    responder_port: int
    log: Log  # what the tracker noted of its messages
    last_exchange: int = NONE  # in the log
    kept: list[Exchange] | None = field(default=None, repr=False, compare=False)  # by the log; None: ask it
    courses: Sequence[Any] | None = field(default=None, repr=False, compare=False)  # of them (exchanges/course.py)
    offers: list[Offer] = field(default_factory=list)
    suite: Suite | None = None
    chosen_frame: int | None = None  # None: not seen chosen; a suite is then what keys name that open its messages
    identities: list[SeenIdentity] = field(default_factory=list)
    certificates: tuple[SeenCertificate, ...] = ()
    eap: tuple[SeenEap, ...] = ()
    children: list[ChildSa] = field(default_factory=list)
    icmp_errors: list[IcmpError] = field(default_factory=list)
    auth_method_initiator: int | None = None
    auth_method_responder: int | None = None
    signatures: tuple[str | None, str | None] = (None, None)  # their algorithms, as method 14 of each side names it
    decrypted: bool = False
    unopened: tuple[int, ...] = ()  # frames of the first messages that keys given for this SA do not open
    verified_pieces: tuple[int, ...] = ()  # frames of the first IKEv2 fragments that they open, if not the whole
    keys_differ: bool = False  # IKEv1: both sides' messages were decrypted, with different keys
    nat: words.Nat | None = None  # who is behind one; None: cannot be known
    nat_t: bool = False  # IKE seen with the non-ESP marker
    fragmentation: words.Fragmentation | None = None  # None: not seen
    xauth_failed: bool = False  # a decrypted XAUTH_STATUS said FAIL
    gdoi: bool = False  # IKEv1 under the DOI of groups (RFC 6407), or on its port
    starts_late: bool = False  # the capture begins inside this SA
    rekeyed_from: int | None = None
    deleted_at: int | None = None  # ns
    deleted_by_initiator: bool | None = None
    outcome: words.Outcome = "incomplete"
    failed_at: str | None = None
    failed_by: words.FailedBy | None = None
    failure: str | None = None  # the error notify's name, or what else stopped it
    outcome_basis: str = ""  # what the outcome rests on, for people
    outcome_confidence: words.Confidence = "certain"
    absence: bool = False  # it rests on what a side did not send
    unused_end: tuple[Step, Step] | None = None  # unused.py: the responder's proof, and what soon ended an unused SA
    cut: bool = False  # of a message in clear that begins it less was captured than was sent
    deleted_again: tuple[DeletedAgain, ...] = ()  # of IKEv1, the first ones
    disordered: bool = False  # its messages stand in another order in the file than they were sent
    unread: str = ""  # why messages of it were not read; empty: all were
    began: int | None = None  # frame of its first message, if that was between the addresses and ports above
    hops: tuple[Hops, ...] = ()  # TTLs of its first packets that were seen twice
    moves: list[Place] = field(default_factory=list)  # each other place it was seen at since, at each change

    @property
    def addresses(self) -> list[Place]:
        """Between which addresses and ports it was seen: at first, and at each change."""
        return self.moves if self.began is None else [self._first_place(self.began), *self.moves]

    def place_at(self, frame: int) -> Place:
        """Between which addresses and ports a message of it went."""
        known = [place for place in self.addresses if place[0] <= frame]
        return known[-1] if known else self._first_place(frame)

    def _first_place(self, frame: int) -> Place:
        return frame, self.initiator_ip, self.initiator_port, self.responder_ip, self.responder_port

    @property
    def exchanges(self) -> list[Exchange]:
        """In order of their first message."""
        return self.log.exchanges(self) if self.kept is None else self.kept

    @property
    def first_exchange(self) -> Exchange | None:
        """The one that began first."""
        return self.log.oldest(self)

    def newest_exchanges(self) -> Iterator[Exchange]:
        """From the last one back."""
        return self.log.newest(self)

    def steps(self) -> Iterator[Step]:
        """All steps, exchange by exchange."""
        for exchange in self.exchanges:
            yield from exchange.steps

    def of_type(self, *names: str) -> list[Exchange]:
        """Exchanges of these names, in order of their first message."""
        return [e for e in self.exchanges if e.exchange in names]

    @property
    def first_frame(self) -> int:
        """Lowest frame number."""
        return min(s.frame_number for s in self.steps())

    @property
    def last_frame(self) -> int:
        """Highest frame number."""
        return max(s.frame_number for s in self.steps())

    def offered(self, *, from_initiator: bool = True) -> Iterator[tuple[int, Proposal, Transform]]:
        """Each transform offered for the IKE SA by one side: frame, proposal, transform."""
        own = (o for o in self.offers if o.child is None and not o.chosen and o.from_initiator == from_initiator)
        for offer in own:
            for proposal in offer.sa.proposals:
                yield from ((offer.frame_number, proposal, transform) for transform in proposal.transforms)
