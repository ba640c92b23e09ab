"""IKEv2 conversations in the manner of common implementations. Encrypted bodies are random: there are no keys."""

import struct
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from benchmarks.messages import (
    IKEV2,
    KE_SIZE,
    NO_SPI,
    Payload,
    Sent,
    Transform,
    header,
    ikev2_sa,
    message,
    notify,
    vendor_ids,
)
from benchmarks.rnd import Rnd

IKE_SA_INIT, IKE_AUTH, CREATE_CHILD_SA, INFORMATIONAL = 34, 35, 36, 37
NO_PROPOSAL_CHOSEN, INVALID_KE_PAYLOAD, COOKIE = 14, 17, 16390
NAT_DETECTION_SOURCE_IP, NAT_DETECTION_DESTINATION_IP = 16388, 16389
FRAGMENTATION_SUPPORTED, SIGNATURE_HASH_ALGORITHMS = 16430, 16431
FRAGMENT = 1200  # octets of ciphertext in one SKF

Cipher = tuple[int, int | None]  # ENCR transform ID, key length


def proposal(encr: list[Cipher], prf: list[int], integ: list[int], ke: list[int]) -> list[Transform]:
    """All alternatives of one proposal, in the order that implementations send."""
    return [
        *((1, number, key_bits) for number, key_bits in encr),
        *((2, number, None) for number in prf),
        *((3, number, None) for number in integ),
        *((4, number, None) for number in ke),
    ]


@dataclass(frozen=True)
class Style:
    """What one implementation offers and announces; `ke` is the group of its first KE payload."""

    offers: list[list[Transform]]
    chosen: list[Transform]
    ke: int
    vendor_ids: list[str] = field(default_factory=list)
    fragmentation: bool = True
    signature_hash: bool = False


GCM: list[Cipher] = [(20, 128), (20, 192), (20, 256)]
STRONGSWAN_PRFS = [5, 6, 7, 4, 8, 2]
STRONGSWAN_GROUPS = [19, 20, 21, 28, 29, 30, 31, 32, 15, 16, 17, 18, 14]
STYLES = {
    "strongswan": Style(
        [
            proposal(
                [(12, 128), (12, 192), (12, 256), (23, 128), (23, 192), (23, 256)],
                STRONGSWAN_PRFS,
                [12, 13, 14, 5, 8, 2],
                STRONGSWAN_GROUPS,
            ),
            proposal(
                [*GCM, (28, None), (19, 128), (19, 256), (18, 128), (18, 256)], STRONGSWAN_PRFS, [], STRONGSWAN_GROUPS
            ),
        ],
        proposal([(12, 256)], [5], [12], [31]),
        ke=31,
        signature_hash=True,
    ),
    "windows": Style(
        [
            proposal([cipher], [prf], [integ], [2])
            for cipher in ((3, None), (12, 128), (12, 192), (12, 256))
            for prf, integ in ((2, 2), (5, 12), (6, 13))
        ],
        proposal([(12, 256)], [5], [12], [2]),
        ke=2,
        vendor_ids=[
            "1e2b516905991c7d7c96fcbfb587e46100000009",
            "fb1de3cdf341b7ea16b7e5be0855f120",
            "26244d38eddb61b3172a36e3d0cfb819",
            "01528bbbc00696121849ab9a1c5b2a5100000002",
        ],
    ),
    "cisco": Style(
        [proposal([(12, 256), (12, 192), (12, 128)], [7, 6, 5], [14, 13, 12], [19, 14, 21, 16, 5])],
        proposal([(12, 256)], [7], [14], [19]),
        ke=19,
        vendor_ids=[
            "434953434f2d44454c4554452d524541534f4e",
            "434953434f28434f505952494748542926436f707972696768742028632920323030392043697363",
            "4048b7d56ebce88525e7de7f00d6c2d3",
        ],
    ),
    "fortinet": Style(
        [
            proposal([cipher], prf, integ, [14, 5])
            for cipher, prf, integ in (
                ((12, 128), [5], [12]),
                ((12, 256), [5], [12]),
                ((20, 128), [5], []),
                ((20, 256), [6], []),
                ((28, None), [5], []),
            )
        ],
        proposal([(12, 128)], [5], [12], [14]),
        ke=14,
        vendor_ids=["8299031757a36082c6a621de00000000"],
        signature_hash=True,
    ),
    "ios": Style(
        [
            proposal([(12, 256)], [5], [12], [14]),
            proposal([(20, 256)], [5], [], [19]),
            proposal([(12, 256)], [5], [12], [19]),
            proposal([(12, 256)], [5], [12], [5]),
            proposal([(12, 128)], [2], [2], [2]),
            proposal([(3, None)], [2], [2], [2]),
        ],
        proposal([(12, 256)], [5], [12], [14]),
        ke=14,
        signature_hash=True,
    ),
    "legacy": Style(
        [proposal([(2, None), (3, None)], [1, 2], [1, 2], [1, 2])],
        proposal([(3, None)], [1], [1], [1]),
        ke=1,
        fragmentation=False,
    ),
}
WEIGHTS = {"strongswan": 30, "windows": 20, "cisco": 15, "fortinet": 18, "ios": 12, "legacy": 5}


class Peers:
    """The two sides of one IKE SA and the messages they can send."""

    def __init__(self, rnd: Rnd) -> None:
        self.rnd = rnd
        self.style = STYLES[rnd.weighted(WEIGHTS)]
        self.initiator_spi, self.responder_spi = rnd.randbytes(8), rnd.randbytes(8)
        self.natt = rnd.random() < 0.6
        offers = self.style.offers
        self.offer = ikev2_sa([rnd.sample(p, len(p)) for p in offers] if rnd.distinct_sa else offers)

    def sa_init(self, sa: bytes, ke: int) -> list[Payload]:
        """The payloads that both sides' IKE_SA_INIT have in common."""
        rnd = self.rnd
        return [
            (33, sa),
            (34, struct.pack(">HH", ke, 0) + rnd.fill(KE_SIZE[ke])),
            (40, rnd.randbytes(32)),
            notify(NAT_DETECTION_SOURCE_IP, rnd.randbytes(20)),
            notify(NAT_DETECTION_DESTINATION_IP, rnd.randbytes(20)),
            *([notify(FRAGMENTATION_SUPPORTED)] if self.style.fragmentation else []),
        ]

    def request(self, ke: int, cookie: bytes | None = None) -> Sent:
        """The initiator's IKE_SA_INIT."""
        payloads = [] if cookie is None else [notify(COOKIE, cookie)]
        payloads += self.sa_init(self.offer, ke)
        if self.style.signature_hash:
            payloads.append(notify(SIGNATURE_HASH_ALGORITHMS, struct.pack(">HHH", 2, 3, 4)))
        payloads += vendor_ids(43, self.style.vendor_ids)
        return Sent(True, False, message(self.initiator_spi + NO_SPI, IKEV2, IKE_SA_INIT, 8, 0, payloads))

    def refusal(self, notify_type: int, data: bytes = b"") -> Sent:
        """A responder that keeps no state: its SPI stays zero."""
        payloads = [notify(notify_type, data)]
        return Sent(False, False, message(self.initiator_spi + NO_SPI, IKEV2, IKE_SA_INIT, 0x20, 0, payloads))

    def response(self) -> Sent:
        """The responder's IKE_SA_INIT, with certificate requests now and then."""
        payloads = self.sa_init(ikev2_sa([self.style.chosen]), self.style.ke)
        if self.rnd.random() < 0.3:
            payloads.append((38, b"\4" + self.rnd.fill(20 * self.rnd.randrange(1, 6))))
        payloads += vendor_ids(43, self.style.vendor_ids)
        spis = self.initiator_spi + self.responder_spi
        return Sent(False, False, message(spis, IKEV2, IKE_SA_INIT, 0x20, 0, payloads))

    def encrypted(self, exchange: int, message_id: int, size: int, *, inner: int, response: bool) -> Sent:
        """One message with an SK payload; here the initiator sends every request."""
        payload = struct.pack(">BBH", inner, 0, 4 + size) + self.rnd.fill(size)
        return self.sealed(46, payload, exchange, message_id, response=response)

    def fragments(self, exchange: int, message_id: int, size: int, *, response: bool) -> Iterator[Sent]:
        """The same in SKF payloads (RFC 7383)."""
        total = -(-size // FRAGMENT)
        for number in range(1, total + 1):
            part = FRAGMENT if number < total else size - FRAGMENT * (total - 1)
            body = struct.pack(">HH", number, total) + self.rnd.fill(part)
            payload = struct.pack(">BBH", 35 if number == 1 else 0, 0, 4 + len(body)) + body
            yield self.sealed(53, payload, exchange, message_id, response=response)

    def sealed(self, payload_type: int, payload: bytes, exchange: int, message_id: int, *, response: bool) -> Sent:
        """A message whose one payload is encrypted."""
        spis, flags = self.initiator_spi + self.responder_spi, 0x20 if response else 8
        head = header(spis, payload_type, IKEV2, exchange, flags, message_id, len(payload))
        return Sent(not response, self.natt, head + payload)


def conversation(rnd: Rnd, mean_tail: int) -> Iterator[Sent]:
    """One IKE SA from its first message on; `mean_tail` is the mean number of messages behind IKE_AUTH."""
    peers = Peers(rnd)
    came_through = yield from opening(peers)
    if not came_through:
        return
    yield peers.response()
    if peers.style.fragmentation and rnd.random() < 0.2:
        yield from peers.fragments(IKE_AUTH, 1, rnd.randrange(1300, 3600), response=False)
        yield from peers.fragments(IKE_AUTH, 1, rnd.randrange(1300, 3000), response=True)
    else:
        yield peers.encrypted(IKE_AUTH, 1, rnd.choice((208, 240, 304, 368, 1232)), inner=35, response=False)
        yield peers.encrypted(IKE_AUTH, 1, rnd.choice((80, 176, 208, 240, 1168)), inner=36, response=True)
    yield from life(peers, mean_tail)


def opening(peers: Peers) -> Generator[Sent, None, bool]:
    """The first request with what may happen to it; returns whether an answer with an SA follows."""
    rnd = peers.rnd
    first = peers.request(peers.style.ke)
    yield first
    luck = rnd.random()
    if luck < 0.05:
        yield peers.refusal(NO_PROPOSAL_CHOSEN)
        return False
    if luck < 0.09:
        yield peers.refusal(INVALID_KE_PAYLOAD, struct.pack(">H", 14))
        yield peers.request(14)
    elif luck < 0.11:
        cookie = rnd.randbytes(20)
        yield peers.refusal(COOKIE, cookie)
        yield peers.request(peers.style.ke, cookie)
    elif luck < 0.14:
        yield first  # retransmission
    return luck <= 0.98  # else nobody answers


def life(peers: Peers, mean_tail: int) -> Iterator[Sent]:
    """Rekeys and liveness checks."""
    rnd = peers.rnd
    tail = min(int(rnd.expovariate(1 / mean_tail)) if mean_tail else 0, mean_tail * 20)
    for message_id in range(2, 2 + tail // 2):
        if rnd.random() < 0.25:
            size = rnd.choice((192, 224, 416))
            yield peers.encrypted(CREATE_CHILD_SA, message_id, size, inner=33, response=False)
            yield peers.encrypted(CREATE_CHILD_SA, message_id, size - 16, inner=33, response=True)
        else:
            yield peers.encrypted(INFORMATIONAL, message_id, rnd.choice((48, 64)), inner=0, response=False)
            yield peers.encrypted(INFORMATIONAL, message_id, rnd.choice((48, 64)), inner=0, response=True)
