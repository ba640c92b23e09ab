"""The working state of one IKE SA while its messages arrive: what placing the next message takes, and no more."""

from typing import NamedTuple

from analyzer.negotiation.model import Exchange, Negotiation
from analyzer.negotiation.nat import NatFindings

ZERO_SPI = "0" * 16

# So many distinct messages are remembered to recognise retransmissions, whatever the number of SAs: minutes of any
# real traffic, and a bound for floods
_REMEMBERED = 1 << 16


class Seen(NamedTuple):
    """First transmission of a message."""

    frame_number: int
    time_ns: int | None
    exchange: Exchange


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
        "fragments",
        "last_time",
        "nat",
        "negotiation",
        "offered_ike_spis",
        "secrets",
        "state",
    )

    def __init__(self, negotiation: Negotiation) -> None:
        self.negotiation = negotiation
        self.state = "start"
        self.nat = NatFindings()
        self.fragments: dict[tuple[bool, int, int], dict[int, bytes]] | None = None
        self.secrets: Ikev1Secrets | None = None
        self.last_time: int | None = None
        self.asked_group: int | None = None
        self.asked_cookie: bytes | None = None
        self.offered_ike_spis: dict[int, bytes] | None = None  # by first frame of the CREATE_CHILD_SA
        self.claimed: tuple[int, ...] = ()  # first frames of CREATE_CHILD_SA exchanges known to have made an IKE SA


class Recent:
    """First transmissions of all SAs, the newest of them: what recognises the same bytes sent again."""

    def __init__(self) -> None:
        self._seen: dict[int, Seen] = {}

    def get(self, live: Live, digest: int) -> Seen | None:
        """The first transmission of a message of this SA with this hash."""
        return self._seen.get(digest ^ live.negotiation.number)

    def add(self, live: Live, digest: int, seen: Seen) -> None:
        """Remember a first transmission; the oldest gives way."""
        if len(self._seen) >= _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[digest ^ live.negotiation.number] = seen
