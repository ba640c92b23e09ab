"""Negotiations whose large message travels in fragments, of IKE or of IP, as captures of which fragments are missing.

The large message is a proof: the initiator's (IKE_AUTH request, main mode message 5) or the responder's (IKE_AUTH
response, message 6).
"""

from collections.abc import Iterator
from typing import NamedTuple

from tests.capture.packets import enhanced, ethernet, interface, ipv4, ipv6, ipv6_fragment, section, udp
from tests.negotiation.build import (
    AUTH_WITH_CHILD,
    EMPTY,
    GCM,
    IKE_AUTH,
    INFORMATIONAL,
    MAIN,
    QUICK_MODE,
    V1_INFORMATIONAL,
    init_answer,
    init_request,
    main_1,
    main_2,
    main_ke,
    notify2,
    sealed,
    sealed1,
    v1,
)

PIECES = 3
LARGE = 3000
TRANSMISSIONS = 5
_HOSTS = {4: ("192.0.2.10", "192.0.2.20"), 6: ("2001:db8::10", "2001:db8::20")}
_FRAGMENTATION = notify2(16430)


class Case(NamedTuple):
    """`ike_version`, `kind` (ike, ip or ipv6: whose fragments), `large` (request or answer), `missing` (their numbers).

    ends: silent (the same again to the end), refused, or accepted (the SA is used).
    """

    ike_version: int
    kind: str
    large: str
    missing: tuple[int, ...]
    ends: str


class _Pen:
    def __init__(self, case: Case) -> None:
        self.case, self.now, self.blocks, self.identification = case, 1_700_000_000.0, [section(), interface()], 0
        self.ports = 500

    def frame(self, packet: bytes, after: float) -> None:
        self.now += after
        self.blocks.append(enhanced(ethernet(packet), units=round(self.now * 1e6)))

    def datagram(self, data: bytes) -> bytes:
        marker = bytes(4) if self.ports == 4500 else b""
        return udp(self.ports, self.ports, marker + data)

    def send(self, data: bytes, *, out: bool, after: float = 0.02) -> None:
        self.frame(self.packet(17, self.datagram(data), out), after)

    def packet(self, protocol: int, body: bytes, out: bool, **fields: int) -> bytes:
        ends = _HOSTS[6 if self.case.kind == "ipv6" else 4][:: 1 if out else -1]
        if self.case.kind == "ipv6":
            return ipv6(protocol, body, *ends)
        return ipv4(protocol, body, *ends, **fields)

    def large(self, *, out: bool, after: float) -> None:
        """One transmission of the large message, without the fragments that are missing."""
        wanted = out is (self.case.large == "request")
        pieces = self.pieces(out) if wanted else [self.packet(17, self.datagram(_small(self.case, out)), out)]
        for number, piece in enumerate(pieces, 1):
            if not (wanted and number in self.case.missing):
                self.frame(piece, after)
                after = 0.001

    def pieces(self, out: bool) -> list[bytes]:
        case = self.case
        if case.kind == "ike" and case.ike_version == 2:
            made = [_proof(case, out, LARGE // PIECES, (k, PIECES)) for k in range(1, PIECES + 1)]
            return [self.packet(17, self.datagram(data), out) for data in made]
        whole = _proof(case, out, LARGE)
        if case.kind == "ike":
            size = -(-len(whole) // PIECES)
            cut = [whole[k * size : (k + 1) * size] for k in range(PIECES)]
            made = [v1(MAIN, (132, bytes([0, 1 + out, k + 1, k + 1 == PIECES]) + part)) for k, part in enumerate(cut)]
            return [self.packet(17, self.datagram(data), out) for data in made]
        self.identification += 1
        body = self.datagram(whole)
        size = len(body) // PIECES // 8 * 8
        cut = [body[k * size : (k + 1) * size] if k + 1 < PIECES else body[k * size :] for k in range(PIECES)]
        return list(self._ip_pieces(cut, size, out))

    def _ip_pieces(self, cut: list[bytes], size: int, out: bool) -> Iterator[bytes]:
        for k, part in enumerate(cut):
            more = k + 1 < len(cut)
            if self.case.kind == "ipv6":
                head = ipv6_fragment(17, part, k * size, more=more, identification=self.identification)
                yield self.packet(44, head, out)
            else:
                flags = (0x2000 if more else 0) | k * size // 8
                yield self.packet(17, part, out, fragment=flags, identification=self.identification)


def written(case: Case) -> bytes:
    """The capture, as a pcapng file."""
    pen = _Pen(case)
    opening = _opening_v2 if case.ike_version == 2 else _opening_v1
    opening(pen)
    sent = TRANSMISSIONS if case.ends == "silent" else 1
    for k in range(sent):
        pen.large(out=True, after=2.0**k if k else 0.05)
        if case.large == "answer" or case.ends == "accepted":
            pen.large(out=False, after=0.03)
    if case.ends == "refused":
        pen.send(_refusal(case), out=False, after=0.03)
    if case.ends == "accepted":
        _goes_on(pen)
    pen.now += 20
    pen.blocks.append(enhanced(ethernet(ipv4(17, udp(53, 53, b"x" * 20))), units=round(pen.now * 1e6)))
    return b"".join(pen.blocks)


def _opening_v2(pen: _Pen) -> None:
    pen.send(init_request(GCM, extra=[_FRAGMENTATION]), out=True)
    pen.send(init_answer(GCM, extra=[_FRAGMENTATION]), out=False)
    pen.ports = 4500


def _opening_v1(pen: _Pen) -> None:
    pen.send(main_1(), out=True)
    pen.send(main_2(), out=False)
    pen.send(main_ke("i"), out=True)
    pen.send(main_ke("r"), out=False)


def _proof(case: Case, out: bool, length: int, fragment: tuple[int, int] | None = None) -> bytes:
    if case.ike_version == 2:
        return sealed(IKE_AUTH, length, initiator=out, response=not out, fragment=fragment)
    return sealed1(MAIN, length - length % 16 + 12, first=5, salt="i" if out else "r")


def _small(case: Case, out: bool) -> bytes:
    """The proof of the side whose message is not the large one."""
    return _proof(case, out, 298 if out else AUTH_WITH_CHILD)


def _refusal(case: Case) -> bytes:
    if case.ike_version == 2:
        return sealed(IKE_AUTH, 65, initiator=False, response=True)
    return sealed1(V1_INFORMATIONAL, 92, mid=0x77)


def _goes_on(pen: _Pen) -> None:
    if pen.case.ike_version == 2:
        for mid in (2, 3):
            pen.send(sealed(INFORMATIONAL, EMPTY, mid=mid), out=True, after=2)
            pen.send(sealed(INFORMATIONAL, EMPTY, mid=mid, initiator=False, response=True), out=False)
        return
    for length, salt in ((188, "1"), (188, "2"), (60, "3")):
        pen.send(sealed1(QUICK_MODE, length, mid=0x1234, salt=salt), out=salt != "2")
