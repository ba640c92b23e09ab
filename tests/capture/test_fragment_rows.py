"""Fragments in bulk against fragment by fragment: the same messages, defects, rests and counts, at every limit."""

from itertools import pairwise
from random import Random
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.capture import fragments
from analyzer.capture.batch import pcap_batch
from analyzer.capture.damage import Damage
from analyzer.capture.decoder import Packet, PacketDecoder
from analyzer.capture.fragment_rows import Fragments
from analyzer.capture.ledger import Ledger
from analyzer.capture.pcap import FILE_HEADER, Pcap
from analyzer.capture.sieve import Sieve
from analyzer.capture.window import SLACK
from tests.capture.packets import (
    HOST_A,
    HOST_B,
    enhanced,
    esp,
    ethernet,
    ike_frame,
    interface,
    ipv4,
    ipv6,
    ipv6_fragment,
    isakmp,
    pcap,
    section,
    tcp,
    udp,
)
from tests.capture.readers import read_in_bulk, read_serially

WHOLES = (
    (17, udp(500, 500, isakmp(bytes(120)))),
    (17, udp(4500, 4500, bytes(4) + isakmp(bytes(120)))),
    (17, udp(4500, 4500, esp(size=100))),
    (17, udp(5004, 5006, bytes(range(100)))),
    (17, udp(7777, 8888, isakmp(bytes(120)))),  # ISAKMP beyond doubt, on ports of nobody
    (17, udp(7777, 8888, isakmp(bytes(120))[:90])),  # and not quite
    (17, udp(1701, 1701, bytes(90))),
    (6, tcp(443, 50000, 1, bytes(100))),
    (6, tcp(500, 50000, 1, bytes(100))),
    (1, b"\x08\0" + bytes(100)),
    (1, b"\3\3" + bytes(6) + ipv4(17, udp(500, 500, isakmp(bytes(50))))),
    (50, esp(size=90)),
    (89, bytes(90)),
)


def parts(random: Random) -> list[bytes]:
    """The fragments of one datagram, some of them lost, copied, overlapping or between others."""
    protocol, whole = random.choice(WHOLES)
    identification, hosts = random.randrange(4), random.choice(((HOST_A, HOST_B), (HOST_B, HOST_A)))
    cuts = [0, *sorted(random.sample(range(8, len(whole), 8), random.choice((1, 1, 2, 3)))), len(whole)]
    found = []
    for begin, end in pairwise(cuts):
        until = end if random.random() < 0.95 else min(end + 8, len(whole))
        more = end < len(whole)
        if random.random() < 0.1:
            found.append(ipv6(44, ipv6_fragment(protocol, whole[begin:until], begin, more=more)))
            continue
        known = {"fragment": begin // 8 | 0x2000 * more, "identification": identification}
        options = bytes(4 * (random.random() < 0.1))
        found.append(ipv4(protocol, whole[begin:until], *hosts, options=options, **known))
    if random.random() < 0.3:
        del found[random.randrange(len(found))]
    if random.random() < 0.3:
        found.append(random.choice(found))
    if random.random() < 0.3:
        random.shuffle(found)
    return found


def soup(random: Random) -> bytes:
    """A capture of fragments, with messages between them, and a clock that leaps ahead now and then."""
    flights = [parts(random) for _ in range(random.randrange(1, 40))]
    frames, time = [], 10**15
    while any(flights):
        time += random.choice((1, 1, 1000, 1_500_000, 3_000_000, 61_000_000, -1_000_000))
        if random.random() < 0.2:
            frames.append(enhanced(ike_frame(isakmp(random.randbytes(20))), units=time))
        flight = random.choice([flight for flight in flights[:6] if flight] or [f for f in flights if f])
        tags = [(0x8100, 5)] * random.choice((0, 0, 0, 1, 2, 5))
        frame = ethernet(flight.pop(0), tags=tags)
        captured = random.choice((40, 60, 80)) if random.random() < 0.05 else len(frame)
        frames.append(enhanced(frame[:captured], units=time, original=len(frame)))
    return section() + interface() + b"".join(frames)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.randoms(use_true_random=False),
    st.sampled_from((1, 2, 5, 1000)),
    st.sampled_from((100, 500, 10_000)),
    st.sampled_from((2, 3, 1000)),
    st.sampled_from((2, 256)),
    st.sampled_from((1, 4, 1000)),
)
def test_both_readers_agree_at_every_limit(
    random: Random, datagrams: int, size: int, remembered: int, pieces: int, at_once: int
) -> None:
    data = soup(random)
    limits = {"MAX_DATAGRAMS": datagrams, "MAX_BYTES": size, "_REMEMBERED": remembered, "MAX_PIECES": pieces}
    with patch.multiple(fragments, **limits):
        careful, fast = read_serially(data), read_in_bulk(data, size=1 << 14, at_once=at_once)
        bare = read_in_bulk(data, size=1 << 14, at_once=at_once, counts=False)
    for field in careful.__dataclass_fields__:
        assert getattr(fast, field) == getattr(careful, field), field
    assert (bare.items, bare.beginnings, bare.later_fragments) == (fast.items, fast.beginnings, fast.later_fragments)
    assert bare.rests == []


def taken(frames: list[bytes], decoder: PacketDecoder | None = None) -> list[bool]:
    """Which of these frames are taken without a packet; the sieve has to see a fragment in each."""
    data = bytearray(pcap(frames) + bytes(SLACK))
    container = Pcap(bytes(data[:FILE_HEADER]), Damage())
    starts, end = container.walk(data, FILE_HEADER, len(data) - SLACK)
    batch = pcap_batch(container, data, np.array(starts), end)
    sifted = Sieve((500, 4500)).sift(batch)
    assert sifted.fragments.row.tolist() == list(range(len(frames)))
    decoder = PacketDecoder((500, 4500), Ledger(), Damage()) if decoder is None else decoder
    rows = Fragments(batch, sifted.fragments, decoder.fragments)
    return [rows.take(place) for place in range(len(frames))]


def piece(number: int, *, later: bool = False, identification: int = 1) -> bytes:
    protocol, whole = WHOLES[number]
    part, field = (whole[48:], 6) if later else (whole[:48], 0x2000)
    return ethernet(ipv4(protocol, part, fragment=field, identification=identification))


@pytest.mark.parametrize("number", range(len(WHOLES) - 1))
def test_first_ones_are_taken_where_the_decoder_has_no_use_for_them(number: int) -> None:
    decoder = PacketDecoder((500, 4500), Ledger(), Damage())
    assert taken([piece(number)], decoder) == [number in (3, 5, 7, 9)]
    assert taken([piece(number, later=True)], decoder) == [True]
    assert decoder.fragments.later_fragments == 1


def test_later_ones_are_taken_unless_a_message_has_begun() -> None:
    decoder = PacketDecoder((500, 4500), Ledger(), Damage())
    decoder.decode(Packet(1, 0, 1, piece(0), len(piece(0))))
    assert decoder.fragments.is_begun
    assert taken([piece(3), piece(3, later=True), piece(0, later=True)], decoder) == [False] * 3
    decoder.decode(Packet(2, 0, 1, piece(0, later=True), len(piece(0, later=True))))
    assert not decoder.fragments.is_begun
    assert taken([piece(3), piece(3, later=True), piece(0, later=True)], decoder) == [True] * 3
