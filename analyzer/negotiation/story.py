"""All that one capture says of IKE: its negotiations, and what was seen beside them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from analyzer import vocabulary as words
from analyzer.capture.datagram import EspStream, Flow, IcmpError, Rest
from analyzer.capture.handshakes import TcpTarget
from analyzer.capture.points import Points
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import Suite
from analyzer.negotiation.values import Values

FloodKind = Literal["unsolicited-answers", "half-open"]
WINDOW_S: Final = 10


class FloodForm(NamedTuple):
    """What messages of a flood look like, whoever sent them.

    length: None where they have many forms, of which nothing more is said. error: the type of an error notify.
    offer: of first messages.
    """

    ike_version: int
    exchange: str
    length: int | None
    suite: Suite | None
    vendor_ids: tuple[bytes, ...]
    error: int | None
    offer: SecurityAssociation | None = None


class Flood(NamedTuple):
    """One event made of very many messages. `target_ip`: the one address that they all go to. Times in ns.

    forms: what they look like, with how many each, the most frequent first; samples: frames of the first few;
    numbers: of the negotiations that they stand as. Of half-open negotiations, which are no rows of `negotiations`:
    target_ip None: many; folded: how many; window: most initiator's SPIs in WINDOW_S seconds; peak: most messages in
    one second; forgotten: how many of them later messages could not be joined to; counted: whether sources and SPIs
    are all counted.
    """

    number: int
    kind: FloodKind
    confidence: words.Confidence
    target_ip: str | None
    target_ports: int
    sources: int
    initiator_spis: int
    messages: int
    forms: tuple[tuple[FloodForm, int], ...]
    first_frame: int
    last_frame: int
    first_time: int | None
    last_time: int | None
    samples: tuple[int, ...]
    numbers: frozenset[int]
    folded: int = 0
    window: int = 0
    peak: int = 0
    forgotten: int = 0
    counted: bool = True

    @property
    def span_ns(self) -> int | None:
        """From the first message to the last."""
        return None if self.first_time is None or self.last_time is None else self.last_time - self.first_time


@dataclass(slots=True)
class EspAnswers:
    """Answers INVALID_MAJOR_VERSION from one address to another, whose SPIs begin with the same four bytes.

    spi: these, as ESP's; first_seq, last_seq: lowest and highest of the next four.
    """

    src_ip: str
    dst_ip: str
    spi: str
    first_frame: int
    last_frame: int
    first_seq: int
    last_seq: int
    answers: int = 0


class MalformedBurst(NamedTuple):
    """Many malformed messages of one host to another. frames: the first ones that are close enough together.

    messages: all of them; kinds: their defects, the most frequent first.
    """

    src_ip: str
    dst_ip: str
    messages: int
    frames: tuple[int, ...]
    kinds: tuple[str, ...]


class MalformedAuthIp(NamedTuple):
    """Messages of one host to another that belong to no SA, whose lengths lie, and that are AuthIP's or name Windows.

    authip: some are of an AuthIP exchange; frames: of the first few.
    """

    src_ip: str
    dst_ip: str
    messages: int
    authip: bool
    frames: tuple[int, ...]


@dataclass(slots=True, eq=False, repr=False)
class Story:
    """All that one capture says: what the assessment reads."""

    capture: str
    negotiations: list[Negotiation]
    flows: list[Flow]
    streams: list[EspStream]
    icmp_errors: list[IcmpError]
    first_time: int | None
    last_time: int | None
    beginnings: frozenset[int] = frozenset()  # frames of messages that are a first IP fragment without the others
    reassembled: frozenset[int] = frozenset()  # frames of messages put together of IP fragments: the first ones
    later_fragments: int = 0  # IP fragments of the capture that are not the first of their datagram
    filters: tuple[str, ...] = ()  # of each interface, as the file says; "": none, or it does not say
    rests: tuple[Rest, ...] = ()  # datagrams of which only such ones are there
    floods: list[Flood] = field(default_factory=list)
    esp_answers: tuple[EspAnswers, ...] = ()  # of hosts that read ESP in UDP as IKE
    malformed: tuple[MalformedBurst, ...] = ()
    authip: tuple[MalformedAuthIp, ...] = ()
    unread: bool = False  # it holds messages that nobody could read
    unsorted: bool = False  # times go back in the file by more than packets overtake each other
    points: Points | None = None  # where packets were captured, if at more places than one
    unread_files: tuple[str, ...] = ()  # of a set, and dumps of a log: why they were not read, a sentence each
    values: Callable[[], Values] = Values  # what hosts drew at random, for who asks
    tcp_targets: tuple[TcpTarget, ...] = ()  # who was asked for TCP connections on IKE's ports
    stopped: bool = False  # reading ended at a limit of this program, before the capture does

    def packets_of(self, stream: EspStream) -> int:
        """Packets of an ESP or AH stream; of one that several points saw each once, as far as its numbers are known."""
        if self.points is None:
            return stream.packets
        if stream.duplicates is None:
            return -(-stream.packets // len(self.points.all))
        return stream.packets - stream.duplicates

    def pack(self) -> None:
        """Nothing more will come: lists become tuples, which take less room and empty ones none, rows columns."""
        for n in self.negotiations:
            for name in ("offers", "identities", "children", "icmp_errors", "moves"):
                setattr(n, name, tuple(getattr(n, name)))
        for log in {id(n.log): n.log for n in self.negotiations}.values():
            log.pack()
