"""The working state of one IKE SA while its messages arrive.

What is needed to place the next message, and nothing of it afterwards.
"""

from analyzer.negotiation.model import Exchange, Negotiation
from analyzer.negotiation.nat import NatFindings

ZERO_SPI = "0" * 16

# Of each SA this many distinct messages are remembered to recognise retransmissions: more than any window, bounded for
# floods
_REMEMBERED = 96


class Seen:
    """First transmission of a message."""

    __slots__ = ("exchange", "frame_number", "time_ns")

    def __init__(self, frame_number: int, time_ns: int | None, exchange: Exchange) -> None:
        self.frame_number = frame_number
        self.time_ns = time_ns
        self.exchange = exchange


class Ikev1Secrets:
    """What IKEv1 decryption chains from message to message (RFC 2409 appendix B)."""

    __slots__ = ("ivs", "ke_initiator", "ke_responder", "phase1_iv")

    def __init__(self) -> None:
        self.ke_initiator: bytes | None = None
        self.ke_responder: bytes | None = None
        self.phase1_iv: bytes | None = None  # for the next phase 1 message; after phase 1 its last ciphertext block
        self.ivs: dict[int, bytes] = {}


class Live:
    """One IKE SA being followed. `state` is a name from the version's state table."""

    __slots__ = (
        "asked_cookie",
        "asked_group",
        "claimed",
        "exchanges",
        "fragments",
        "last_time",
        "nat",
        "negotiation",
        "offered_ike_spis",
        "secrets",
        "seen",
        "state",
    )

    def __init__(self, negotiation: Negotiation) -> None:
        self.negotiation = negotiation
        self.state = "start"
        self.exchanges: dict[tuple[int, int, bool], Exchange] = {}
        self.seen: dict[int, Seen] = {}
        self.nat = NatFindings()
        self.fragments: dict[tuple[bool, int, int], dict[int, bytes]] = {}
        self.secrets: Ikev1Secrets | None = None
        self.last_time: int | None = None
        self.asked_group: int | None = None
        self.asked_cookie: bytes | None = None
        self.offered_ike_spis: dict[int, bytes] = {}
        self.claimed: set[int] = set()  # first frames of CREATE_CHILD_SA exchanges already known to have made an IKE SA

    def remember(self, digest: int, seen: Seen) -> None:
        """Keep a first transmission; the oldest gives way."""
        if len(self.seen) >= _REMEMBERED:
            del self.seen[next(iter(self.seen))]
        self.seen[digest] = seen
