"""What messages of a negotiation were seen to say: offers, suites, child SAs, identities, certificates, notifies, EAP.

Only this layer writes these objects; the layers to its right read them.
"""

from dataclasses import dataclass
from typing import NamedTuple

from analyzer import vocabulary as words
from analyzer.isakmp.payloads.sa import SecurityAssociation

UNOPENED_KEPT = 20  # frames of an SA whose messages its keys do not open


class SeenNotify(NamedTuple):
    """A Notify payload seen in a step. `authenticated`: it came out of decryption; NAT hashes: no data."""

    notify_type: int
    protocol_id: int
    data: bytes
    authenticated: bool


class Offer(NamedTuple):
    """An SA payload as a side sent it. `chosen`: it is an answer (its one proposal was picked), not an offer."""

    frame_number: int
    from_initiator: bool
    chosen: bool
    child: int | None  # None: for the IKE SA
    sa: SecurityAssociation


class Suite(NamedTuple):
    """Algorithms chosen, by the registry numbers of the IKE version; IKEv1: integrity_id is the hash.

    None: not negotiated, or not seen.
    """

    protocol_id: int | None = None
    encryption_id: int | None = None
    key_bits: int | None = None
    integrity_id: int | None = None
    prf_id: int | None = None
    ke_id: int | None = None
    additional_ke_ids: tuple[int, ...] = ()
    auth_method: int | None = None  # IKEv1 negotiates it; IKEv2 shows it only inside IKE_AUTH
    lifetime_s: int | None = None  # IKEv1 only: IKEv2 negotiates none
    lifetime_kb: int | None = None
    esn: int | None = None
    encapsulation_mode: int | None = None  # IKEv1 phase 2


@dataclass(slots=True)
class ChildSa:
    """An IPsec SA pair. basis: "seen" (payloads read) or "inferred" (from the order of exchanges, and lengths)."""

    child: int
    created_by: str  # exchange name
    frame_number: int  # of the exchange's first message
    basis: words.Basis
    outcome: words.ChildOutcome
    response_frame: int | None = None
    protocol: str | None = None
    initiator_spi_in: str | None = None
    responder_spi_in: str | None = None
    mode: str | None = None
    suite: Suite | None = None
    pfs_ke_id: int | None = None
    initiator_ts: list[str] | None = None
    responder_ts: list[str] | None = None
    rekeys: int | None = None  # number of the child it replaces
    rekeyed_spi: str | None = None
    deleted_at: int | None = None  # ns


@dataclass(slots=True)
class SeenIdentity:
    """An ID payload that could be read. size: bytes of the identity itself."""

    frame_number: int
    from_initiator: bool
    id_type: int
    text: str
    size: int = 0


class SeenCertificate(NamedTuple):
    """An X.509 certificate that a side sent, or an authority it asked for (of IKEv1 a name in DER).

    encoding: of the payload; with IKEv2's 12 and 13 `der` is a SHA-1 hash and the beginning of a URL, with 11 and 15 a
    public key alone.
    """

    frame_number: int
    time_ns: int | None
    from_initiator: bool
    asked_for: bool
    der: bytes
    encoding: int = 4


class DeletedAgain(NamedTuple):
    """An SA of IKEv1 that one side deletes again: its SPI, and frames of the first Delete and of the next."""

    from_initiator: bool
    protocol_id: int
    spi: str
    first_frame: int
    frame_number: int


class SeenEap(NamedTuple):
    """An EAP packet that could be read. `data`: the first bytes behind its type. place: message ID, answer behind."""

    frame_number: int
    from_initiator: bool
    code: int
    eap_type: int | None
    data: bytes
    place: tuple[int, bool] = (0, False)


class Shape(NamedTuple):
    """What a step is but for its place and time. A capture holds few distinct ones; each has a code in the log.

    defects: their kinds, each once; mostly none.
    """

    from_initiator: bool
    is_response: bool
    length: int
    transport: str
    encrypted: bool
    payload_types: tuple[int, ...]
    inner_types: tuple[int, ...] | None
    notifies: tuple[SeenNotify, ...]
    fragment: tuple[int, int | None] | None
    vendor_ids: tuple[bytes, ...] = ()
    key_exchanges: tuple[tuple[int | None, int], ...] = ()
    defects: tuple[str, ...] = ()
