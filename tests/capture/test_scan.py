"""The fast reader against the careful one: the same datagrams, errors, flows, streams and defects on whatever comes."""

import struct
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.capture import ledger
from tests.capture.generator import damaged, pcap_file, pcapng_file
from tests.capture.packets import (
    HOST_A,
    HOST_B,
    enhanced,
    esp,
    ethernet,
    ike_frame,
    interface,
    ipv4,
    isakmp,
    pcap,
    section,
    tcp,
    udp,
)
from tests.capture.readers import read_in_bulk, read_serially
from tests.conftest import FIXTURES, SHARED, captures_in


def agree(
    data: bytes, *, size: int = 4096, lanes: int = 4, few: int = 1, at_once: int = 1 << 15, least: int = 1
) -> int:
    """Compare both readers; how many items they found."""
    careful = read_serially(data)
    fast = read_in_bulk(data, size=size, lanes=lanes, few=few, at_once=at_once, least=least)
    for field in careful.__dataclass_fields__:
        assert getattr(fast, field) == getattr(careful, field), field
    bare = read_in_bulk(data, size=size, lanes=lanes, few=few, at_once=at_once, counts=False)
    assert (bare.items, bare.beginnings, bare.packets) == (fast.items, fast.beginnings, fast.packets)
    assert (bare.flows, bare.streams) == ([], [])
    return len(careful.items)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.randoms(use_true_random=False),
    st.sampled_from((64, 200, 700, 1500, 4096)),
    st.sampled_from((1, 2, 3, 4, 8, 16)),
    st.sampled_from((1, 3, 32)),
    st.sampled_from((1, 2, 7, 1000)),
    st.sampled_from((1, 3, 99)),
    st.sampled_from((1, 3, 10, 1000)),
)
def test_made_and_damaged_captures(
    random: Random, size: int, lanes: int, few: int, at_once: int, limit: int, least: int
) -> None:
    """Small windows and few lanes: batches end everywhere. Small tables: limits are reached."""
    data = random.choice((pcap_file, pcapng_file))(random)
    limits = {"MAX_STREAMS": limit, "MAX_ESP_FLOWS": max(limit - 1, 1), "MAX_IKE_FLOWS": limit}
    with patch.multiple(ledger, **limits):
        agree(damaged(random, data), size=size, lanes=lanes, few=few, at_once=at_once, least=least)


@pytest.mark.parametrize("seed", range(60))
def test_seeded_captures(seed: int) -> None:
    """The same without Hypothesis's taste for small examples."""
    random = Random(seed)
    data = (pcap_file, pcapng_file)[seed % 2](random)
    agree(
        damaged(random, data) if seed % 3 else data,
        size=random.choice((300, 1500, 1 << 14)),
        lanes=random.choice((2, 5, 16)),
        least=random.choice((1, 8, 1 << 12)),
    )


def traffic(random: Random, count: int) -> list[bytes]:
    """Ordinary packets with IKE and ESP among them, much as on a gateway."""
    frames = []
    for number in range(count):
        kind = random.random()
        if kind < 0.2:
            frames.append(ike_frame(isakmp(random.randbytes(random.randrange(300)))))
        elif kind < 0.5:
            frames.append(
                ethernet(ipv4(17, udp(4500, 4500, esp(random.randrange(1, 5), number, random.randrange(60)))))
            )
        elif kind < 0.6:
            frames.append(ethernet(ipv4(50, esp(random.randrange(1, 5), number // 2, random.randrange(60)))))
        elif kind < 0.62:
            frames.append(ethernet(ipv4(17, udp(30000, 4500, esp(1, number)))))  # a stream whose port moves
        elif kind < 0.64:
            frames.append(
                ethernet(ipv4(17, udp(4500, 4500, esp(2, number)), options=bytes(4)))
            )  # and one partly in odd packets
        else:
            frames.append(ethernet(ipv4(6, tcp(443, 50000, number, bytes(random.randrange(200))))))
    return frames


@pytest.mark.parametrize("lanes", [4, 16])
@pytest.mark.parametrize("order", ["<", ">"])
def test_longer_captures(lanes: int, order: str) -> None:
    frames = traffic(Random(lanes), 1500)
    assert agree(pcap(frames, order=order), size=1 << 15, lanes=lanes, few=32) > 200
    blocks = b"".join(enhanced(f, order, units=10**15 + n) for n, f in enumerate(frames))
    assert agree(section(order) + interface(order=order) + blocks, size=1 << 15, lanes=lanes, few=32) > 200


def test_payloads_that_look_like_records() -> None:
    """Guesses of record starts go wrong here; the result must not."""
    inner = pcap(traffic(Random(1), 40))[24:]
    frames = [ike_frame(isakmp(inner[i : i + 1200])) for i in range(0, len(inner), 37)]
    assert agree(pcap(frames), size=1 << 14, lanes=8, few=8) == len(frames)
    blocks = b"".join(enhanced(f) for f in traffic(Random(2), 40))
    frames = [ike_frame(bytes(i % 4) + blocks[i : i + 1200]) for i in range(0, len(blocks), 36)]
    nested = section() + interface() + b"".join(enhanced(f) for f in frames)
    agree(nested, size=1 << 14, lanes=8, few=8)


def test_zeros_everywhere() -> None:
    frames = [ethernet(ipv4(17, udp(500, 500, bytes(900)))) for _ in range(50)]
    assert agree(pcap(frames, start=0), size=1 << 13, lanes=8, few=8) == 50


@pytest.mark.parametrize("size", [64, 1 << 13])
def test_many_short_sections_and_records(size: int) -> None:
    agree((section() + interface() + enhanced(ike_frame())) * 100, size=size, few=32)
    agree(section(">") * 300 + interface(order=">") + enhanced(ike_frame(), ">"), size=size, few=32)
    agree(pcap([b""] * 500 + [ike_frame()]), size=size, few=32)


def test_records_larger_than_the_window() -> None:
    frames = [ike_frame(isakmp(bytes(n))) for n in (10, 5000, 20, 30_000, 5)]
    assert agree(pcap(frames), size=256) == 5
    assert agree(section() + interface() + b"".join(enhanced(f) for f in frames), size=256) == 5


def test_an_impossible_record_behind_a_few_large_ones() -> None:
    """Bulk comes to it before the stretch that is then read record by record does."""
    bad = struct.pack("<IIII", 1, 1, 0xFFFFFFFF, 9)
    assert agree(pcap([ike_frame(isakmp(bytes(3000)))] * 9) + bad + pcap([ike_frame()])[24:], size=1 << 16, few=32) == 9


def test_times_that_run_backwards() -> None:
    records = b"".join(
        struct.pack("<IIII", 1_700_000_000 - n, 999_999, len(f), len(f)) + f for n, f in enumerate([ike_frame()] * 300)
    )
    assert agree(pcap([]) + records, size=1 << 13, few=8) == 300


def test_ike_in_tcp_on_any_port_whose_packets_are_of_different_kinds() -> None:
    """Its prefix in a packet that is read one by one, behind MPLS, or of another link type; the rest is regular."""
    message = isakmp(bytes(20))
    framed = struct.pack(">H", len(message) + 6) + bytes(4) + message
    begin, rest = ipv4(6, tcp(50000, 443, 1, b"IKETCP" + framed)), ethernet(ipv4(6, tcp(50000, 443, 1 + 6, framed)))
    answer = ethernet(ipv4(6, tcp(443, 50000, 9, framed), HOST_B, HOST_A))
    others = [ethernet(ipv4(17, udp(53, 53, bytes(60))))] * 40
    assert agree(pcap([ethernet(b"\0\0\1\1" + begin, 0x8847), rest, *others, answer])) == 2
    few = section() + interface() + enhanced(ethernet(begin))
    many = section() + interface() + b"".join(enhanced(frame) for frame in (*others, answer, rest))
    assert agree(few + many, size=1 << 16, few=32) == 2
    cooked = bytes(14) + b"\x08\0" + begin
    assert agree(section() + interface(113) + interface() + enhanced(cooked) + enhanced(answer, number=1)) == 2


CAPTURES = [p for p in captures_in(FIXTURES) + captures_in(SHARED) if p.suffix in (".pcap", ".pcapng", ".cap")]


@pytest.mark.skipif(not CAPTURES, reason="no captures beside the checkout")
@pytest.mark.parametrize(("size", "largest"), [(700, 1 << 12), (1 << 14, 1 << 20)])
def test_real_captures(size: int, largest: int) -> None:
    """Each begins many windows anew; through the smallest ones only small captures are read: it takes long."""
    found = 0
    for path in CAPTURES:
        if path.stat().st_size < largest:
            found += agree(Path(path).read_bytes(), size=size, lanes=8)
    assert found


def test_nothing_is_drawn_from_a_batch_after_the_last_wanted_frame() -> None:
    """read_frame stops the scanner by its callback."""
    from analyzer.capture import scan
    from tests.capture import readers

    container, window, damage = readers._open(pcap([ike_frame()] * 100), 2048)
    book = readers.BulkLedger()
    decoder = readers.PacketDecoder((500, 4500), book, damage)
    batches: list[int] = []

    def seen_batch(batch: readers.Batch) -> bool:
        batches.append(int(batch.frame[0]))
        return len(batches) < 3

    with patch.object(scan, "FEW", 1):
        items = list(
            scan.Scanner(container, window, decoder, book, readers.Sieve((500,)), seen_batch, lambda _: None, 2).items()
        )
    assert len(batches) == 3
    assert len(items) == batches[2] - 1
