"""Makes big synthetic captures from a seed: the same arguments give the same bytes.

mixed   ordinary traffic (TCP, UDP, ESP, ICMP, ARP; VLAN, QinQ, IPv6, fragments), a small share of it IKE
ike     IKE only: IKEv1 and IKEv2 negotiations of many peers, interleaved
esp     ESP in UDP on port 4500 with NAT keepalives and few IKE messages
flood   first messages of one shape from spoofed sources that nobody answers, and one real IKE SA among them

python -m benchmarks.make_capture mixed /tmp/mixed.pcap --packets 1500000
python -m benchmarks.make_capture ike /tmp/worst.pcapng.gz --packets 500000 --mean-tail 0 --distinct-sa

What a name ending in .gz names is compressed.
"""

import argparse
import gzip
import heapq
import json
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from benchmarks import ikev1, ikev2
from benchmarks.messages import Sent
from benchmarks.rnd import Rnd
from benchmarks.seen import Seen, digest_of
from benchmarks.wire import IPV4, MACS, UDP, Route, Wire, routes, udp

KINDS = ("mixed", "ike", "esp", "flood")
START_US = 1_700_000_000_000_000
IKEV2_SHARE = 0.7
ALL_IKE = ("ike", "flood")
LONGEST_PAUSE_US = {"mixed": 400, "ike": 400, "esp": 400, "flood": 20}
ALIVE_AT_ONCE = {"ike": 2000, "mixed": 50, "esp": 50}  # IKE SAs
PACKETS_OF_EACH = 25  # so many at least of an IKE-only capture for each SA alive at once: short ones have fewer at once
TUNNELS = 200  # of the ESP capture
BUFFER = 1 << 24
SHOWN = 100  # SPIs in the truth


class Pcap:
    """Writes a little-endian microsecond pcap of Ethernet frames."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.buffer = bytearray(self.head())
        self.packets = 0

    def head(self) -> bytes:
        """What stands before the first packet."""
        return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)

    def record(self, us: int, frame: bytes) -> bytes:
        """One packet in the file's form; `us` since 1970."""
        return struct.pack("<IIII", us // 1_000_000, us % 1_000_000, len(frame), len(frame)) + frame

    def write(self, us: int, frame: bytes) -> None:
        """Append one packet."""
        self.buffer += self.record(us, frame)
        self.packets += 1
        if len(self.buffer) > BUFFER:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the file."""
        self.file.write(self.buffer)
        self.buffer.clear()


class PcapNg(Pcap):
    """The same as pcapng: one section, one interface, enhanced packet blocks."""

    def head(self) -> bytes:
        """Section header and interface description."""
        section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
        return section + struct.pack("<IIHHII", 1, 20, 1, 0, 262144, 20)

    def record(self, us: int, frame: bytes) -> bytes:
        """An enhanced packet block."""
        pad = -len(frame) & 3
        total = 32 + len(frame) + pad
        head = struct.pack("<IIIIIII", 6, total, 0, us >> 32, us & 0xFFFFFFFF, len(frame), len(frame))
        return head + frame + bytes(pad) + struct.pack("<I", total)


class Truth:
    """What was put into a capture.

    seen: of each message its frame, SPIs, exchange type and message ID. initiator_spis: of all SAs; answered: of those
    that a responder answered, with an SPI of its own.
    """

    def __init__(self, packets: int) -> None:
        self.packets = packets
        self.ike_frames = 0
        self.seen = Seen()
        self.initiator_spis: set[str] = set()
        self.answered: set[str] = set()

    def note(self, frame_number: int, data: bytes) -> None:
        """Add a message. frame_number: of its last frame."""
        spis = data[:8].hex(), data[8:16].hex()
        self.seen.add(frame_number, *spis, data[18], int.from_bytes(data[20:24]))
        self.initiator_spis.add(spis[0])
        if any(data[8:16]):
            self.answered.add(spis[0])

    def summary(self) -> dict[str, int | str | list[str]]:
        """Counts and digests, and some of those answered."""
        return {
            "packets": self.packets,
            "ike_frames": self.ike_frames,
            "messages": self.seen.messages,
            "seen": self.seen.digest,
            "negotiations": len(self.initiator_spis),
            "initiator_spis": digest_of(self.initiator_spis),
            "answered": sorted(self.answered)[:SHOWN],
        }


def ike_messages(rnd: Rnd, wire: Wire, mean_tail: int, width: int) -> Iterator[tuple[bytes, list[bytes]]]:
    """Endless messages of `width` conversations at once, in the order of their times, each with its frames."""
    fresh = routes(rnd)
    waiting: list[tuple[float, int, Route, Iterator[Sent]]] = []
    tie = 0

    def begin(at: float) -> None:
        nonlocal tie
        between = next(fresh)
        talk = (ikev2 if rnd.random() < IKEV2_SHARE else ikev1).conversation(rnd, mean_tail)
        tie += 1
        heapq.heappush(waiting, (at, tie, between, talk))

    for _ in range(width):
        begin(rnd.random() * 10)
    while True:
        now, _, between, talk = heapq.heappop(waiting)
        sent = next(talk, None)
        if sent is None:
            begin(now + rnd.random())
            continue
        tie += 1
        gap = 0.002 + rnd.random() * 0.05 if rnd.random() < 0.7 else rnd.expovariate(1 / 5)
        heapq.heappush(waiting, (now + gap, tie, between, talk))
        yield sent.data, list(wire.ike(between, sent))


class Ike:
    """The IKE messages of a capture of so many packets, frame by frame: each that begins is there to its end."""

    def __init__(self, messages: Iterator[tuple[bytes, list[bytes]]], truth: Truth) -> None:
        self._messages = messages
        self._truth = truth
        self._waiting: list[bytes] = []
        self._data = b""

    def due(self, packets_left: int) -> bool:
        """Whether a message would be cut off if anything else came now."""
        return len(self._waiting) >= packets_left

    def frame(self, packets_left: int) -> bytes:
        """The next frame. A message that has too many for what is left was never sent."""
        while not self._waiting:
            data, frames = next(self._messages)
            if len(frames) <= packets_left:
                self._waiting, self._data = frames, data
        self._truth.ike_frames += 1
        frame = self._waiting.pop(0)
        if not self._waiting:
            self._truth.note(self._truth.packets - packets_left + 1, self._data)
        return frame


def flood_messages(rnd: Rnd, wire: Wire, packets: int) -> Iterator[tuple[bytes, list[bytes]]]:
    """Requests of one shape from spoofed sources to one gateway; among them, evenly, those of a real peer."""
    gateway = bytes([203, 0, 113, 1])
    real = Route(bytes([198, 18, 0, 1]), gateway, vlan=False, natt_port=4500)
    talk: list[Sent] = []
    while len(talk) < 6:  # else it was refused
        talk = list(ikev2.conversation(rnd, 8))
    places = {(number + 1) * packets // (len(talk) + 1): sent for number, sent in enumerate(talk)}
    spoofed = ikev2.Peers(rnd)
    for index in range(packets):
        if index in places:
            yield places[index].data, list(wire.ike(real, places[index]))
        spoofed.initiator_spi = rnd.randbytes(8)
        sent = spoofed.request(spoofed.style.ke)
        source = struct.pack(">I", rnd.randrange(0x0B000000, 0x7F000000))
        yield sent.data, list(wire.ike(Route(source, gateway, vlan=False, natt_port=4500), sent))


class EspTunnels:
    """ESP in UDP between many clients and one gateway, with keepalives."""

    def __init__(self, rnd: Rnd, wire: Wire) -> None:
        self.rnd, self.wire = rnd, wire
        self.spis = [struct.pack(">I", rnd.randrange(256, 1 << 32)) for _ in range(2 * TUNNELS)]
        self.clients = [
            (
                bytes([198, 18, rnd.randrange(256), rnd.randrange(1, 255)]),
                rnd.choice((4500, rnd.randrange(20000, 60000))),
            )
            for _ in range(TUNNELS)
        ]
        self.gateway = bytes([203, 0, 113, 1])

    def frame(self, index: int) -> bytes:
        """The packet at this place of the capture; its number is also the sequence number."""
        rnd, wire = self.rnd, self.wire
        tunnel = rnd.randrange(TUNNELS)
        client, port = self.clients[tunnel]
        if rnd.random() < 0.002:
            return MACS + IPV4 + wire.ipv4(client, self.gateway, UDP, udp(port, 4500, b"\xff")) + bytes(17)
        esp = wire.esp(self.spis[2 * tunnel] + struct.pack(">I", index), wire.size())
        if index & 1:
            packet = wire.ipv4(client, self.gateway, UDP, udp(port, 4500, esp))
        else:
            packet = wire.ipv4(self.gateway, client, UDP, udp(4500, port, esp))
        return MACS + IPV4 + packet


def make_capture(
    path: Path,
    kind: str,
    packets: int,
    *,
    ike_share: float = 0.005,
    mean_tail: int = 8,
    distinct_sa: bool = False,
    seed: int = 1,
) -> Truth:
    """Write a capture, pcapng and compressed if the name says so, and return what is in it."""
    rnd = Rnd(seed, distinct_sa=distinct_sa)
    wire = Wire(rnd)
    truth = Truth(packets)
    all_ike = kind in ALL_IKE
    if kind == "flood":
        messages = flood_messages(rnd, wire, packets)
    else:
        width = ALIVE_AT_ONCE[kind] if not all_ike else min(ALIVE_AT_ONCE[kind], -(-packets // PACKETS_OF_EACH))
        messages = ike_messages(rnd, wire, mean_tail, width)
    ike = Ike(messages, truth)
    tunnels = EspTunnels(rnd, wire)
    us = START_US
    with _opened(path) as file:
        out = (PcapNg if ".pcapng" in path.suffixes else Pcap)(file)
        for index in range(packets):
            us += rnd.randrange(1, LONGEST_PAUSE_US[kind])
            if all_ike or ike.due(packets - index) or rnd.random() < ike_share:
                out.write(us, ike.frame(packets - index))
            elif kind == "mixed":
                out.write(us, wire.ordinary())
            else:
                out.write(us, tunnels.frame(index))
        out.flush()
    return truth


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """For writing. The same bytes compress to the same bytes: no name, no time."""
    with path.open("wb", buffering=0) as file:
        if path.suffix != ".gz":
            yield file
        else:
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as compressed:
                yield cast("BinaryIO", compressed)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("path", type=Path, help="name ending in .pcap or .pcapng, and in .gz to compress it")
    parser.add_argument("--packets", type=int, default=100_000)
    parser.add_argument("--ike-share", type=float, default=0.005, help="of the packets; not for the kind ike")
    parser.add_argument(
        "--mean-tail", type=int, default=8, help="mean number of messages of an SA after its first ones"
    )
    parser.add_argument("--distinct-sa", action="store_true", help="make nearly every SA payload unique")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--truth", type=Path, help="write what is in it, as JSON")
    options = vars(parser.parse_args())
    truth = options.pop("truth")
    made = make_capture(**options)
    print(f"{options['path']}: {made.packets} packets, {made.ike_frames} IKE frames", file=sys.stderr)
    if truth is not None:
        truth.write_text(json.dumps(made.summary()), "utf-8")


if __name__ == "__main__":
    main()
