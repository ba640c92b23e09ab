"""What two hosts say to each other, as a capture: each story is told once and heard over every transport and cipher.

Bodies of encrypted messages are noise of the length that their content has under the suite: without keys that is all.
"""

import hashlib
import struct
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from tests.capture.packets import enhanced, ethernet, interface, ipv4, ipv6, section, tcp, udp
from tests.negotiation import build as b

SUITES = {"gcm": (b.GCM, 8, 1, 16), "cbc": (b.CBC, 16, 16, 16), "3des": (b.TRIPLE_DES, 8, 8, 12)}  # IV, block, ICV
PHASE1 = {  # attributes, bytes of the HASH payload, block
    "aes-sha1": (b.phase1(7, 2), 24, 16),
    "aes-sha256": (b.phase1(7, 4), 36, 16),
    "3des-md5": (b.phase1(5, 1, 1, 2, None), 20, 8),
}
KE_BYTES = {14: 256, 2: 128, 19: 64}
# Content of encrypted messages, in bytes
EMPTY, NOTIFY, CHILD_DELETE, AUTH, AUTH_ANSWER, CHILD, CHILD_ANSWER = 0, 8, 12, 240, 180, 200, 180
WITH_PFS, CERTIFICATES = 290, 1400
V1_NOTIFY, V1_DELETE, V1_DPD = 16, 28, 32  # beside HASH
PUBLIC, SERVER = "203.0.113.89", "198.51.100.20"


@dataclass(frozen=True)
class Way:
    """How they talk: transport is 500, 4500 (forced encapsulation), nat (the initiator is behind one) or tcp."""

    transport: str = "500"
    suite: str = "gcm"  # of SUITES, or for IKEv1 of PHASE1
    family: int = 4

    def __str__(self) -> str:
        return f"{self.transport}-{self.suite}-ipv{self.family}"


class Overheard:
    """Packets in order. The clock goes on by `after` seconds with each; `out`: from the initiator."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.now = 1_770_000_000.0
        self.packets: list[tuple[float, bytes]] = []
        self.spis = b.SPI_I, b.SPI_R
        hosts = ("192.0.2.10", SERVER) if way.family == 4 else ("2001:db8::10", "2001:db8:1::20")
        self.hosts = (PUBLIC, hosts[1]) if way.transport == "nat" else hosts
        self.port_500, self.port_4500 = (1012, 40500) if way.transport == "nat" else (500, 4500)
        self.moved = False
        self.sequence = {True: 1000, False: 9000}
        self.tcp_port, self.connected, self.prefix = 40123, False, b""
        self.salt = 0
        self.last = b""

    # -- packets

    def wait(self, seconds: float) -> "Overheard":
        self.now += seconds
        return self

    def packet(self, protocol: int, body: bytes, out: bool, after: float, hosts: tuple[str, str] | None = None) -> None:
        ends = (hosts or self.hosts)[:: 1 if out else -1]
        self.now += after
        made = (ipv6 if self.way.family == 6 else ipv4)(protocol, body, *ends)
        self.packets.append((self.now, ethernet(made)))

    def send(self, data: bytes, *, out: bool = True, after: float = 0.02, **how: Any) -> "Overheard":
        """One message. how: `hosts`, `ports` (initiator's, responder's)."""
        self.last = data
        if self.way.transport == "tcp":
            if not self.connected:
                self._connect()
            framed = struct.pack(">H", len(data) + 6) + bytes(4) + data
            if out:
                framed, self.prefix = self.prefix + framed, b""
            self.segment(framed, out, after=after)
            return self
        ports = how.get("ports") or ((self.port_4500, 4500) if self.moved else (self.port_500, 500))
        marker = bytes(4) if 4500 in ports else b""
        self.packet(17, udp(*ports[:: 1 if out else -1], marker + data), out, after, how.get("hosts"))
        return self

    def again(self, data: bytes, times: int, *, out: bool = True, after: float = 4.0) -> "Overheard":
        for _ in range(times):
            self.send(data, out=out, after=after)
        return self

    def segment(self, data: bytes, out: bool, flags: int = 0x18, after: float = 0.01) -> None:
        ports = (self.tcp_port, 4500)[:: 1 if out else -1]
        body = tcp(*ports, self.sequence[out], data, flags=flags, acknowledgment=self.sequence[not out])
        self.sequence[out] += len(data) + (flags & 2 != 0)
        self.packet(6, body, out, after)

    def _connect(self) -> None:
        for out, flags in ((True, 2), (False, 0x12), (True, 0x10)):
            self.segment(b"", out, flags)
        self.connected, self.prefix = True, b"IKETCP"

    def esp(self, *, out: bool = True, packets: int = 1, first: int = 1, every: float = 1.0) -> "Overheard":
        for k in range(packets):
            spi = 0xC1000001 if out else 0xC2000002
            data = struct.pack(">II", spi, first + k) + hashlib.shake_128(bytes([first + k, out])).digest(96)
            if self.way.transport == "tcp":
                self.segment(struct.pack(">H", len(data) + 2) + data, out, after=every)
            elif self.moved:
                self.packet(17, udp(*(self.port_4500, 4500)[:: 1 if out else -1], data), out, every)
            else:
                self.packet(50, data, out, every)
        return self

    def traffic(self, packets: int = 4, first: int = 1) -> "Overheard":
        """ESP both ways."""
        for k in range(packets):
            self.esp(first=first + k).esp(out=False, first=first + k, every=0.01)
        return self

    def noise(self, after: float) -> "Overheard":
        """Another protocol of other hosts: the capture goes on."""
        hosts = ("192.0.2.77", "192.0.2.78") if self.way.family == 4 else ("2001:db8::77", "2001:db8::78")
        self.packet(17, udp(53000, 53, b"x" * 30), True, after, hosts)
        return self

    def capture(self) -> bytes:
        """As a pcapng file, in the order of the packets, whatever their times are."""
        frames = (enhanced(frame, units=round(time * 1e6)) for time, frame in self.packets)
        return b"".join([section(), interface(), *frames])

    def _ends(self) -> tuple[tuple[str, int], tuple[str, int], tuple[str, int]]:
        """The initiator's as it knows it and as it is seen, and the responder's."""
        if self.way.transport == "tcp":
            return (self.hosts[0], self.tcp_port), (self.hosts[0], self.tcp_port), (self.hosts[1], 4500)
        seen, server = (self.hosts[0], self.port_500), (self.hosts[1], 500)
        inner = ("10.1.1.5" if self.way.family == 4 else "2001:db8:9::5", 500)
        return (inner if self.way.transport in ("nat", "4500") else seen), seen, server

    def _moves(self) -> None:
        self.moved = self.way.transport in ("nat", "4500")

    # -- IKEv2

    def init_request(self, *before: tuple[int, bytes]) -> bytes:
        suite, spis = SUITES[self.way.suite][0], (self.spis[0], b.ZERO)
        own, _, server = self._ends()
        group = suite[-1][1]
        key = struct.pack(">HH", group, 0) + hashlib.shake_128(spis[0].encode()).digest(KE_BYTES[group])
        said = (b.sa2(suite), (34, key), b.nonce2(spis[0]), *b.nat2(spis, own, server))
        return b.v2(b.INIT, *before, *said, spis=spis)

    def init_answer(self) -> bytes:
        suite = SUITES[self.way.suite][0]
        _, seen, server = self._ends()
        group = suite[-1][1]
        key = struct.pack(">HH", group, 0) + hashlib.shake_128(self.spis[1].encode()).digest(KE_BYTES[group])
        said = (b.sa2(suite), (34, key), b.nonce2(self.spis[1]), *b.nat2(self.spis, server, seen))
        return b.v2(b.INIT, *said, initiator=False, response=True, spis=self.spis)

    def init(self) -> "Overheard":
        self.send(self.init_request()).send(self.init_answer(), out=False)
        self._moves()
        return self

    def sealed(
        self, exchange: int, content: int, mid: int, *, out: bool = True, asks: bool | None = None, after: float = 0.02
    ) -> "Overheard":
        """A message with so many bytes of payloads; `asks`: it is a request, as the initiator's are."""
        _, iv, block, icv = SUITES[self.way.suite]
        self.salt += 1
        length = 32 + iv + -(-(content + 1) // block) * block + icv
        response = not (out if asks is None else asks)
        made = b.sealed(
            exchange, length, initiator=out, response=response, mid=mid, spis=self.spis, salt=str(self.salt)
        )
        return self.send(made, out=out, after=after)

    def pair(
        self, exchange: int, ask: int, answer: int, mid: int, *, by: bool = True, after: float = 1.0
    ) -> "Overheard":
        self.sealed(exchange, ask, mid, out=by, asks=True, after=after)
        return self.sealed(exchange, answer, mid, out=not by, asks=False)

    def ikev2(self) -> "Overheard":
        return self.init().pair(b.IKE_AUTH, AUTH, AUTH_ANSWER, 1, after=0.02)

    def live(self, mid: int, *, by: bool = True, after: float = 10.0) -> "Overheard":
        return self.pair(b.INFORMATIONAL, EMPTY, EMPTY, mid, by=by, after=after)

    # -- IKEv1

    def main_clear(self, number: int) -> bytes:
        """Main mode's first four messages."""
        suite, hash_bytes, _ = PHASE1[self.way.suite]
        if number < 3:
            return b.v1(b.MAIN, b.sa1(suite), spis=(self.spis[0], b.ZERO) if number == 1 else self.spis)
        own, seen, server = self._ends()
        ends = (server, own) if number == 3 else (seen, server)
        hashes = [(20, self._hash(end, hash_bytes - 4)) for end in ends]
        return b.v1(b.MAIN, b.ke1(str(number), KE_BYTES[suite[4]]), b.nonce1(str(number)), *hashes, spis=self.spis)

    def _hash(self, end: tuple[str, int], size: int) -> bytes:
        function = {16: hashlib.md5, 20: hashlib.sha1, 32: hashlib.sha256}[size]
        data = bytes.fromhex("".join(self.spis)) + ip_address(end[0]).packed + struct.pack(">H", end[1])
        return function(data).digest()

    def sealed1(
        self, exchange: int, content: int, mid: int = 0, *, out: bool = True, after: float = 0.02, first: int = 8
    ) -> "Overheard":
        """An encrypted message with HASH and so many bytes more; in main mode `content` is all."""
        _, hash_bytes, block = PHASE1[self.way.suite]
        inside = content if exchange == b.MAIN else content + hash_bytes
        self.salt += 1
        length = 28 + -(-inside // block) * block
        made = b.sealed1(exchange, length, mid=mid, spis=self.spis, first=first, salt=str(self.salt))
        return self.send(made, out=out, after=after)

    def main(self, last: int = 6) -> "Overheard":
        for number in range(1, min(last, 4) + 1):
            self.send(self.main_clear(number), out=number % 2 == 1)
        if last >= 4:
            self._moves()
        for number in range(5, last + 1):
            self.sealed1(b.MAIN, 64 if number == 5 else 36, out=number == 5, first=5)
        return self

    def quick(
        self, mid: int, last: int = 3, *, content: int = 108, out: bool = True, after: float = 0.02
    ) -> "Overheard":
        for number in range(1, last + 1):
            by, size = out is (number % 2 == 1), content if number < 3 else 0
            self.sealed1(b.QUICK_MODE, size, mid, out=by, after=after if number == 1 else 0.02)
        return self

    def informational1(self, content: int, *, out: bool = True, after: float = 0.02) -> "Overheard":
        return self.sealed1(b.V1_INFORMATIONAL, content, 0x5000 + self.salt, out=out, after=after)

    def alive1(self, *, by: bool = True, after: float = 10.0) -> "Overheard":
        """R-U-THERE and its acknowledgement (RFC 3706)."""
        return self.informational1(V1_DPD, out=by, after=after).informational1(V1_DPD, out=not by)

    def clear1(self, notify: int, *, out: bool = False, spis: tuple[str, str] | None = None) -> "Overheard":
        self.salt += 1
        made = b.v1(b.V1_INFORMATIONAL, b.notify1(notify), mid=0x900 + self.salt, spis=spis or self.spis)
        return self.send(made, out=out)

    def ikev1(self) -> "Overheard":
        return self.main().quick(0x1234)
