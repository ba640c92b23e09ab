"""The working state of one IKE SA while its messages arrive: what placing the next message takes, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.negotiation.exchanges.standing import Standing
from analyzer.negotiation.follow.nat import NatFindings
from analyzer.negotiation.model import Exchange, Negotiation
from analyzer.negotiation.seen import ChildSa

if TYPE_CHECKING:
    from analyzer.decryption.keyfile import Ikev1Keys

NO_EXCHANGE = (-1, -1)

Ends = tuple[str, int, str, int, str]


class Ikev1Secrets:
    """What IKEv1 decryption chains from message to message (RFC 2409 appendix B)."""

    __slots__ = ("blocks", "first_iv", "ke_initiator", "ke_responder", "used")

    def __init__(self) -> None:
        self.ke_initiator: bytes | None = None
        self.ke_responder: bytes | None = None
        self.first_iv: bytes | None = None
        self.blocks: dict[int, tuple[bytes, ...]] = {}  # last of ciphertexts by message ID (0: phase 1), newest first
        self.used: tuple[set[Ikev1Keys], set[Ikev1Keys]] = set(), set()  # what opened the responder's, the initiator's


class Live(Standing):
    """One IKE SA being followed, and how its exchanges stand.

    begun: the message that begins it was seen. ends: addresses and ports of initiator and responder, and the transport,
    as last seen. current, before: key and place in the log of the two newest exchanges. proposed: what IKEv1 offered
    for the IKE SA (None) and for each child, by attribute, and the offers not read for it yet. heard_elsewhere: its
    responder's SPI is known by an answer from another address than the one asked. alone: of the SA there is a plain
    first message and no other (half_open.py). What few SAs need is None until one does.
    """

    __slots__ = (
        "alone",
        "asked_cookie",
        "asked_group",
        "before",
        "begun",
        "by_spi",
        "claims",
        "current",
        "deleted",
        "ends",
        "fragments",
        "heard_elsewhere",
        "last_time",
        "nat",
        "negotiation",
        "offered_ike_spis",
        "proposed",
        "secrets",
    )

    def __init__(self, negotiation: Negotiation) -> None:
        super().__init__()
        self.negotiation = negotiation
        self.alone = self.begun = self.heard_elsewhere = False
        self.last_time: int | None = None
        self.ends: Ends | None = None
        self.current = self.before = NO_EXCHANGE
        self.nat: NatFindings | None = None
        self.fragments: dict[tuple[bool, int, int], dict[int, bytes]] | None = None
        self.secrets: Ikev1Secrets | None = None
        self.proposed: dict[tuple[int | None, int], tuple[set[int | None], list[SecurityAssociation]]] | None = None
        self.by_spi: dict[tuple[bool, str], ChildSa] | None = None  # by who receives on the SPI: the newest child
        self.deleted: dict[tuple[bool, int, bytes], int] | None = None  # of IKEv1: by side, protocol, SPI: the frame
        self.asked_group: int | None = None
        self.asked_cookie: bytes | None = None
        self.offered_ike_spis: dict[int, bytes] | None = None  # by first frame of the CREATE_CHILD_SA
        self.claims: set[int] | None = None  # first frames of the exchanges known to have made an IKE SA

    def chosen_again(self) -> None:
        """Forget what the responder chose: another answer takes the place of the one that said it."""
        n = self.negotiation
        n.suite = n.chosen_frame = None
        n.offers = [offer for offer in n.offers if not offer.chosen]

    def receives(self, child: ChildSa, spi: str, *, initiator: bool) -> None:
        """Note the SPI on which a side receives the child SA's traffic; "": the payload names none."""
        if initiator:
            child.initiator_spi_in = spi or None
        else:
            child.responder_spi_in = spi or None
        if spi:
            self.by_spi = self.by_spi if self.by_spi is not None else {}
            self.by_spi[initiator, spi] = child

    def child_on(self, spi: str, *, initiator: bool) -> ChildSa | None:
        """The newest child SA whose traffic a side receives on this SPI."""
        child = None if self.by_spi is None else self.by_spi.get((initiator, spi))
        if child is None or spi != (child.initiator_spi_in if initiator else child.responder_spi_in):
            return None
        return child

    def claim(self, exchange: Exchange) -> None:
        """Note that the exchange made an IKE SA."""
        self.claims = self.claims or set()
        self.claims.add(exchange.first_frame)

    def claimed(self, exchange: Exchange) -> bool:
        """Whether the exchange is known to have made an IKE SA: then it made no child, and makes no other SA."""
        return self.claims is not None and exchange.first_frame in self.claims
