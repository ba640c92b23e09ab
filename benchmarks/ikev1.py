"""IKEv1 conversations in the manner of common implementations. Encrypted bodies are random: there are no keys."""

import struct
from collections.abc import Generator, Iterator

from benchmarks.messages import IKEV1, KE_SIZE, NO_SPI, Attributes, Payload, Sent, header, ikev1_sa, message, vendor_ids
from benchmarks.rnd import Rnd

IDENTITY_PROTECTION, AGGRESSIVE, INFORMATIONAL, QUICK_MODE = 2, 4, 5, 32
PSK, RSA, XAUTH_INIT_PSK = 1, 3, 65001
DES, TRIPLE_DES, AES = 1, 5, 7
MD5, SHA1, SHA256 = 1, 2, 4
NO_PROPOSAL_CHOSEN = (11, struct.pack(">IBBH", 1, 1, 0, 14))


def transform(
    encryption: int, digest: int, auth: int, group: int, key_bits: int = 0, seconds: int = 28800
) -> Attributes:
    """Phase 1 attributes (RFC 2409 appendix A) in the usual order; the lifetime stands last."""
    key = [(14, key_bits)] if key_bits else []
    return [(1, encryption), *key, (2, digest), (3, auth), (4, group), (11, 1), (12, seconds)]


# What an implementation offers, and its vendor IDs.
STYLES: dict[str, tuple[list[Attributes], list[str]]] = {
    "strongswan": (
        [
            transform(AES, SHA256, PSK, 14, 128),
            transform(AES, SHA256, PSK, 14, 256),
            transform(AES, SHA1, PSK, 14, 128),
            transform(TRIPLE_DES, SHA1, PSK, 2),
        ],
        [
            "882fe56d6fd20dbc2251613b2ebe5beb",
            "09002689dfd6b712",
            "afcad71368a1f1c96b8696fc77570100",
            "4a131c81070358455c5728f20e95452f",
            "90cb80913ebb696e086381b5ec427b1f",
        ],
    ),
    "windows": (
        [
            transform(AES, SHA1, RSA, 20, 256),
            transform(AES, SHA1, RSA, 19, 128),
            transform(AES, SHA1, RSA, 14, 256),
            transform(TRIPLE_DES, SHA1, RSA, 14),
            transform(TRIPLE_DES, SHA1, RSA, 2),
        ],
        [
            "01528bbbc00696121849ab9a1c5b2a5100000001",
            "1e2b516905991c7d7c96fcbfb587e46100000009",
            "4a131c81070358455c5728f20e95452f",
            "90cb80913ebb696e086381b5ec427b1f",
            "4048b7d56ebce88525e7de7f00d6c2d3",
            "fb1de3cdf341b7ea16b7e5be0855f120",
        ],
    ),
    "cisco": (
        [
            *(
                transform(AES, digest, XAUTH_INIT_PSK, 2, key_bits, 86400)
                for key_bits, digest in ((256, SHA1), (256, MD5), (192, SHA1), (192, MD5), (128, SHA1))
            ),
            transform(TRIPLE_DES, SHA1, XAUTH_INIT_PSK, 2, 0, 86400),
            transform(TRIPLE_DES, MD5, XAUTH_INIT_PSK, 2, 0, 86400),
            transform(DES, MD5, XAUTH_INIT_PSK, 2, 0, 86400),
        ],
        [
            "09002689dfd6b712",
            "afcad71368a1f1c96b8696fc77570100",
            "12f5f28c457168a9702d9fe274cc0100",
            "4a131c81070358455c5728f20e95452f",
            "90cb80913ebb696e086381b5ec427b1f",
        ],
    ),
    "fortinet": (
        [transform(AES, SHA256, PSK, group, bits, 86400) for bits in (128, 256) for group in (14, 5)],
        ["4a131c81070358455c5728f20e95452f", "afcad71368a1f1c96b8696fc77570100", "8299031757a36082c6a621de00000000"],
    ),
    "ios": (
        [
            transform(AES, SHA256, XAUTH_INIT_PSK, 14, 256, 3600),
            transform(AES, SHA1, XAUTH_INIT_PSK, 14, 256, 3600),
            transform(AES, SHA1, XAUTH_INIT_PSK, 2, 256, 3600),
            transform(TRIPLE_DES, SHA1, XAUTH_INIT_PSK, 2, 0, 3600),
        ],
        [
            "4a131c81070358455c5728f20e95452f",
            "4df37928e9fc4fd1b3262170d515c662",
            "09002689dfd6b712",
            "12f5f28c457168a9702d9fe274cc0100",
            "4048b7d56ebce88525e7de7f00d6c2d3",
            "afcad71368a1f1c96b8696fc77570100",
        ],
    ),
}
WEIGHTS = {"strongswan": 25, "windows": 20, "cisco": 25, "fortinet": 20, "ios": 10}


class Peers:
    """The two sides of one ISAKMP SA and the messages they can send."""

    def __init__(self, rnd: Rnd) -> None:
        self.rnd = rnd
        self.transforms, vendors = STYLES[rnd.weighted(WEIGHTS)]
        if rnd.distinct_sa:
            self.transforms = [[*t[:-1], (12, rnd.randrange(600, 60000))] for t in self.transforms]
        self.initiator_spi, self.responder_spi = rnd.randbytes(8), rnd.randbytes(8)
        self.natt = rnd.random() < 0.6
        self.group = dict(self.transforms[0])[4]
        self.vendor_ids = vendor_ids(13, vendors)

    def key_exchange(self) -> list[Payload]:
        """KE and nonce."""
        return [(4, self.rnd.fill(KE_SIZE[self.group])), (10, self.rnd.randbytes(20))]

    def nat_d(self) -> list[Payload]:
        """NAT-D of both addresses."""
        return [(20, self.rnd.randbytes(20)), (20, self.rnd.randbytes(20))]

    def first(self, exchange: int, payloads: list[Payload]) -> Sent:
        """The message that has no responder SPI yet."""
        return Sent(True, False, message(self.initiator_spi + NO_SPI, IKEV1, exchange, 0, 0, payloads))

    def clear(self, from_initiator: bool, exchange: int, payloads: list[Payload], message_id: int = 0) -> Sent:
        """A message in clear."""
        spis = self.initiator_spi + self.responder_spi
        return Sent(from_initiator, False, message(spis, IKEV1, exchange, 0, message_id, payloads))

    def encrypted(self, from_initiator: bool, exchange: int, message_id: int, first_payload: int, size: int) -> Sent:
        """A message with the encryption flag."""
        body = self.rnd.fill(size)
        spis = self.initiator_spi + self.responder_spi
        head = header(spis, first_payload, IKEV1, exchange, 1, message_id, size)
        return Sent(from_initiator, self.natt, head + body)


def conversation(rnd: Rnd, mean_tail: int) -> Iterator[Sent]:
    """One ISAKMP SA from its first message on; `mean_tail` is the mean number of messages behind phase 1."""
    peers = Peers(rnd)
    came_through = yield from aggressive_mode(peers) if rnd.random() < 0.3 else main_mode(peers)
    if came_through:
        yield from life(peers, mean_tail)


def aggressive_mode(peers: Peers) -> Generator[Sent, None, bool]:
    """Three messages; returns whether phase 1 was done."""
    rnd, vendors = peers.rnd, peers.vendor_ids
    group_name = (5, struct.pack(">BBH", 11, 17, 500) + b"group-%02d" % rnd.randrange(40))
    yield peers.first(AGGRESSIVE, [(1, ikev1_sa(peers.transforms)), *peers.key_exchange(), group_name, *vendors])
    if rnd.random() < 0.05:
        yield peers.clear(False, INFORMATIONAL, [NO_PROPOSAL_CHOSEN], rnd.getrandbits(32))
        return False
    chosen = (1, ikev1_sa(peers.transforms[:1]))
    keys = peers.key_exchange()
    identity = (5, struct.pack(">BBH", 1, 17, 500) + rnd.randbytes(4))
    proof = (8, rnd.randbytes(20))
    yield peers.clear(False, AGGRESSIVE, [chosen, *keys, identity, proof, *vendors, *peers.nat_d()])
    yield peers.encrypted(True, AGGRESSIVE, 0, 8, 88)
    return True


def main_mode(peers: Peers) -> Generator[Sent, None, bool]:
    """Six messages; returns whether phase 1 was done."""
    rnd, vendors = peers.rnd, peers.vendor_ids
    first = peers.first(IDENTITY_PROTECTION, [(1, ikev1_sa(peers.transforms)), *vendors])
    yield first
    luck = rnd.random()
    if luck < 0.05:
        yield peers.clear(False, INFORMATIONAL, [NO_PROPOSAL_CHOSEN], rnd.getrandbits(32))
        return False
    if luck < 0.08:
        yield first  # retransmission
    yield peers.clear(False, IDENTITY_PROTECTION, [(1, ikev1_sa(peers.transforms[:1])), *vendors[-2:]])
    yield peers.clear(True, IDENTITY_PROTECTION, [*peers.key_exchange(), *peers.nat_d()])
    yield peers.clear(False, IDENTITY_PROTECTION, [*peers.key_exchange(), *peers.nat_d()])
    yield peers.encrypted(True, IDENTITY_PROTECTION, 0, 5, 80)
    yield peers.encrypted(False, IDENTITY_PROTECTION, 0, 5, 64)
    return True


def life(peers: Peers, mean_tail: int) -> Iterator[Sent]:
    """Quick modes and dead peer detection."""
    rnd = peers.rnd
    tail = min(int(rnd.expovariate(1 / mean_tail)) if mean_tail else 0, mean_tail * 20)
    while tail > 0:
        message_id = rnd.getrandbits(32)
        if rnd.random() < 0.4:
            for from_initiator, size in ((True, 160), (False, 160), (True, 56)):
                yield peers.encrypted(from_initiator, QUICK_MODE, message_id, 8, size)
            tail -= 3
        else:
            yield peers.encrypted(True, INFORMATIONAL, message_id, 8, 64)
            yield peers.encrypted(False, INFORMATIONAL, rnd.getrandbits(32), 8, 64)
            tail -= 2
