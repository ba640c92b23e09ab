"""ESP booked by group, against packet by packet."""

from dataclasses import asdict
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from analyzer.capture import bulk, distinct, ledger
from analyzer.capture.batch import pcap_batch
from analyzer.capture.bulk import BulkLedger
from analyzer.capture.damage import Damage
from analyzer.capture.decoder import PacketDecoder
from analyzer.capture.ledger import Ledger
from analyzer.capture.pcap import FILE_HEADER, Pcap
from analyzer.capture.sequence import REACH
from analyzer.capture.sieve import Sieve
from analyzer.capture.window import SLACK
from tests.capture.packets import HOST_A, HOST_B, esp, ethernet, ipv4, ipv6, pcap, udp

PORTS = (500, 4500)


def told(book: Ledger) -> list[Any]:
    damage = Damage()
    book.report(damage)
    return [
        [asdict(f) for f in book.flows()],
        [asdict(s) for s in book.streams()],
        damage.defects(),
        book.esp_packets,
    ]


def compare(batches: list[list[bytes]]) -> Ledger:
    """Book the same frames both ways, batch by batch and several batches together."""
    _compare(batches, 1)
    _compare(batches, 30)
    return _compare(batches, 1 << 12)


def _compare(batches: list[list[bytes]], least: int) -> Ledger:
    single = Ledger()
    with patch.object(bulk, "LEAST", least):
        grouped = BulkLedger()
    careful, fast = PacketDecoder(PORTS, single, Damage()), PacketDecoder(PORTS, grouped, Damage())
    header = pcap([])
    one, other = Pcap(header, Damage()), Pcap(header, Damage())
    for frames in batches:
        data = bytearray(pcap(frames) + bytes(SLACK))
        starts, end = one.walk(data, FILE_HEADER, len(data) - SLACK)
        for start in starts:
            careful.decode(one.packet(data, start, end))
        batch = pcap_batch(other, data, np.array(starts), end)
        sifted = Sieve(PORTS).sift(batch)
        for packet in batch.packets(sifted.careful):
            fast.decode(packet)
        grouped.close_batch(batch, sifted.esp)
    grouped.close()
    assert told(grouped) == told(single)
    return single


def natt(spi: int, sequence: int, port: int = 4500, *, back: bool = False, options: bytes = b"") -> bytes:
    hosts = (HOST_B, HOST_A) if back else (HOST_A, HOST_B)
    ports = (4500, port) if back else (port, 4500)
    return ethernet(ipv4(17, udp(*ports, esp(spi, sequence)), *hosts, options=options))


SEQUENCES: dict[str, list[int]] = {
    "rising": list(range(1, 60)),
    "with losses": [n for n in range(1, 200) if n % 7],
    "with copies": [n // 2 for n in range(2, 100)],
    "late": [1, 2, 3, 9, 10, 4, 5, 6, 11, 12],
    "a long jump": [1, 2, 3, 4 + 3 * REACH, 5 + 3 * REACH, 7 + 3 * REACH],
    "back to the beginning": [1, 2, 3, 5000, 5001, 1, 2, 3],
    "just within reach": [1, 1, 1, 1, 2, 3, 4, REACH + 1, 2, 3],
    "just out of reach": [1, 2, 3, REACH + 1, 1],
    "over 32 bits": [2**32 - 3, 2**32 - 2, 2**32 - 1, 0, 1, 2],
    "half of the numbers up": [1, 2, 2**31 + 5, 2**31 + 6, 2**31 + 7],
    "all the same": [5] * 20,
    "falling": list(range(40, 1, -1)),
}


@pytest.mark.parametrize("name", SEQUENCES)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 10, 1000])
def test_sequences_in_batches(name: str, size: int) -> None:
    frames = [natt(1, n) for n in SEQUENCES[name]]
    compare([frames[i : i + size] for i in range(0, len(frames), size)])


def test_streams_of_every_kind_interleaved() -> None:
    random, frames = Random(1), list[bytes]()
    for number in range(600):
        spi = random.randrange(1, 5)
        frames.append(
            random.choice(
                (
                    natt(spi, number),
                    natt(spi, number, back=True),
                    natt(spi, number, random.choice((4500, 31000, 32000))),
                    natt(spi, number, options=bytes(4)),
                    ethernet(ipv4(50, esp(spi, number))),
                    ethernet(ipv6(50, esp(spi, number))),
                    ethernet(ipv6(17, udp(4500, 4500, esp(spi, number)))),
                    ethernet(ipv4(51, bytes([89, 4, 0, 0]) + esp(spi, number))),
                )
            )
        )
    book = compare([frames[:250], frames[250:251], frames[251:]])
    assert len(book.streams()) > 20


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_full_tables(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MAX_STREAMS", limit)
    monkeypatch.setattr(ledger, "MAX_ESP_FLOWS", limit)
    random = Random(limit)
    frames = [natt(random.randrange(1, 9), n, random.randrange(4500, 4506)) for n in range(200)]
    frames += [ethernet(ipv4(50, esp(random.randrange(1, 9), n), f"10.0.0.{n % 7}")) for n in range(100)]
    compare([frames[i : i + 20] for i in range(0, len(frames), 20)])


def test_keys_with_one_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that collide are sorted by the keys themselves."""
    monkeypatch.setattr(distinct, "MIXER", np.uint64(0))
    random = Random(5)
    compare([[natt(random.randrange(1, 9), n, random.randrange(4500, 4503)) for n in range(100)]])


def test_bits_are_drawn_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_MATRIX", 2)
    compare([[natt(n % 7 + 1, n + n // 50) for n in range(300)]])


def test_several_packets_of_one_frame_keep_their_order() -> None:
    """As ESP in TCP: more than one in a segment."""
    book = BulkLedger()
    plain = Ledger()
    for one in (book, plain):
        for sequence in (3, 1, 2, 2):
            key = bytes(8) + b"\x11\x94\x11\x94"
            one.esp(ledger.EspPacket(1, None, 3, key, b"\0\0\0\1", sequence, 50))
    book.close()
    assert told(book) == told(plain)


def test_what_comes_to_light_late_is_booked_behind_what_waits() -> None:
    """A TCP segment before others, read when the capture ends: its frame's number is no place in the order."""
    frames, key = [natt(1, n) for n in (1, 2, 3)], bytes(8) + b"\x11\x94\x11\x94"
    data = bytearray(pcap(frames) + bytes(SLACK))
    container, books = Pcap(bytes(data[:FILE_HEADER]), Damage()), (Ledger(), BulkLedger())
    starts, end = container.walk(data, FILE_HEADER, len(data) - SLACK)
    for start in starts:
        PacketDecoder(PORTS, books[0], Damage()).decode(container.packet(data, start, end))
    batch = pcap_batch(Pcap(bytes(data[:FILE_HEADER]), Damage()), data, np.array(starts), end)
    books[1].close_batch(batch, Sieve(PORTS).sift(batch).esp)
    for book in books:
        book.esp(ledger.EspPacket(2, None, 3, key, b"\0\0\0\1", 7, 50))
        book.esp(ledger.EspPacket(1, None, 3, key, b"\0\0\0\1", 9, 50))
    books[1].close()
    assert told(books[1]) == told(books[0])


def test_the_more_packets_a_stream_has_the_more_wait() -> None:
    with patch.multiple(bulk, LEAST=8, MOST=30):
        crowded, book = BulkLedger(), BulkLedger()
        for number in range(400):
            crowded.esp(ledger.EspPacket(number, None, 0, bytes(12), bytes(4), number, 50))
            book.esp(ledger.EspPacket(number, None, 0, bytes(12), number.to_bytes(4, "big"), 1, 50))
            crowded.close_if_many()
            book.close_if_many()
        assert (crowded._enough, book._enough) == (30, 8)


def test_a_stream_has_the_ports_of_its_first_packet() -> None:
    """A NAT may change them later; plain ESP has none."""

    def packet(source: int, sequence: int) -> bytes:
        return ethernet(ipv4(17, udp(source, 4500, esp(sequence=sequence))))

    plain = ethernet(ipv4(50, esp(spi=0xABCD0001)))
    book = compare([[packet(50001, 1), packet(50002, 2), packet(50001, 3), plain]])
    assert [(s.encapsulation, s.packets, s.ports) for s in book.streams()] == [
        ("udp", 3, (50001, 4500)), ("esp", 1, None),
    ]  # fmt: skip
