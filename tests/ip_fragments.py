"""Negotiations one message of which travels in IP fragments, as captures that lack some of these.

A story is what both sides say when all goes well; its one large message is a request or an answer. Either only the
capture lacks the fragments, and the story goes on, or they were lost on the path: then the side that waits repeats
itself to the end.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tests.capture.packets import enhanced, ethernet, interface, ipv4, ipv6, ipv6_fragment, section, udp
from tests.negotiation.build import (
    AGGRESSIVE,
    AUTH_WITH_CHILD,
    CHILD_ANSWER,
    CREATE_CHILD_SA,
    EMPTY,
    GCM,
    IKE_AUTH,
    INFORMATIONAL,
    INTERMEDIATE,
    MAIN,
    QUICK_MODE,
    SPI_I,
    TRANSACTION,
    V1_INFORMATIONAL,
    ZERO,
    init_answer,
    init_request,
    ke1,
    main_1,
    main_2,
    main_ke,
    nonce1,
    notify2,
    phase1,
    sa1,
    sealed,
    sealed1,
    v1,
)

LARGE = 2900
PIECES = 3
TRANSMISSIONS = 4
_HOSTS = {4: ("192.0.2.10", "192.0.2.20"), 6: ("2001:db8::10", "2001:db8::20")}


class Line(NamedTuple):
    """One message. asks: it is sent again while no answer comes; a large one goes in IP fragments."""

    data: bytes
    out: bool
    asks: bool
    early: bool = False  # on UDP 500 in any case

    @property
    def large(self) -> bool:
        """It does not fit into one packet."""
        return len(self.data) > 1400


class Case(NamedTuple):
    """`story`: a name in STORIES. lost: numbers of the fragments that the capture lacks, of each transmission.

    ends: on (the story goes on), path (lost on the path: the same again to the end), stops (the large message is the
    last one), refused (with an INFORMATIONAL or a short answer). late: seconds of the capture behind its last message.
    """

    story: str
    lost: tuple[tuple[int, ...], ...]
    ends: str = "on"
    ip: int = 4
    port: int = 500
    late: float = 20.0


def _v2(exchange: int, length: int, out: bool, response: bool = False, mid: int = 1, by: bool = True) -> Line:
    data = sealed(exchange, length, initiator=out, response=response, mid=mid)
    return Line(data, out, not response)


def _init(request: int = 0, answer: int = 0) -> list[Line]:
    """IKE_SA_INIT; `request` and `answer`: bytes of what makes them large."""
    asked = [notify2(16430), *([(43, bytes(request))] if request else [])]
    told = [notify2(16430), *([(43, bytes(answer))] if answer else [])]
    return [
        Line(init_request(GCM, extra=asked), True, asks=True, early=True),
        Line(init_answer(GCM, extra=told), False, asks=False, early=True),
    ]


def _auth(request: int = 298, answer: int = AUTH_WITH_CHILD, mid: int = 1) -> list[Line]:
    return [_v2(IKE_AUTH, request, True, mid=mid), _v2(IKE_AUTH, answer, False, response=True, mid=mid)]


def _alive(first: int = 2) -> list[Line]:
    lines = []
    for mid in (first, first + 1):
        lines += [_v2(INFORMATIONAL, EMPTY, True, mid=mid), _v2(INFORMATIONAL, EMPTY, False, response=True, mid=mid)]
    return lines


def _child(request: int = 250, answer: int = CHILD_ANSWER, *, out: bool = True) -> list[Line]:
    mid = 2 if out else 0
    return [
        _v2(CREATE_CHILD_SA, request, out, mid=mid),
        _v2(CREATE_CHILD_SA, answer, not out, response=True, mid=mid),
    ]


def _main(fifth: int = 108, sixth: int = 92, third: int = 0, fourth: int = 0, auth: int = 1) -> list[Line]:
    suite = phase1(auth=auth)
    extra = [[(13, bytes(size))] if size else [] for size in (third, fourth)]
    return [
        Line(main_1(suite), True, asks=True, early=True),
        Line(main_2(suite), False, asks=False, early=True),
        Line(main_ke("i", extra=extra[0]), True, asks=True, early=True),
        Line(main_ke("r", extra=extra[1]), False, asks=False, early=True),
        Line(sealed1(MAIN, fifth, first=5, salt="i"), True, asks=True),
        Line(sealed1(MAIN, sixth, first=5, salt="r"), False, asks=False),
    ]


def _aggressive(second: int = 0, third: int = 108) -> list[Line]:
    told = (sa1(phase1()), ke1("r"), nonce1("r"), (5, b"\1\0\0\0\xc0\0\2\x14"), (8, bytes(32)))
    more = ((13, bytes(second)),) if second else ()
    asked = v1(AGGRESSIVE, sa1(phase1()), ke1("i"), nonce1("i"), (5, b"\1\0\0\0\xc0\0\2\x0a"), spis=(SPI_I, ZERO))
    return [
        Line(asked, True, asks=True, early=True),
        Line(v1(AGGRESSIVE, *told, *more), False, asks=False, early=True),
        Line(sealed1(AGGRESSIVE, third, salt="i"), True, asks=True),
    ]


def _quick(first: int = 188, second: int = 188, mid: int = 0x1234) -> list[Line]:
    return [
        Line(sealed1(QUICK_MODE, first, mid=mid, salt="1"), True, asks=True),
        Line(sealed1(QUICK_MODE, second, mid=mid, salt="2"), False, asks=False),
        Line(sealed1(QUICK_MODE, 60, mid=mid, salt="3"), True, asks=False),
    ]


def _config(request: int = 92, answer: int = 108) -> list[Line]:
    return [
        Line(sealed1(TRANSACTION, request, mid=0x77, salt="q"), True, asks=True),
        Line(sealed1(TRANSACTION, answer, mid=0x77, salt="a"), False, asks=False),
    ]


STORIES: dict[str, list[Line]] = {
    "main 3": [*_main(third=LARGE), *_quick()],
    "main 4": [*_main(fourth=LARGE), *_quick()],
    "main 5": [*_main(fifth=LARGE - LARGE % 16 + 12), *_quick()],
    "main 6": [*_main(sixth=LARGE - LARGE % 16 + 12), *_quick()],
    "aggressive 2": [*_aggressive(second=LARGE), *_quick()],
    "aggressive 3": [*_aggressive(third=LARGE), *_quick()],
    "quick 1": [*_main(), *_quick(first=LARGE)],
    "quick 2": [*_main(), *_quick(second=LARGE)],
    "config 1": [*_main(), *_config(request=LARGE), *_quick()],
    "config 2": [*_main(), *_config(answer=LARGE), *_quick()],
    "init 1": [*_init(request=LARGE), *_auth(), *_alive()],
    "init 2": [*_init(answer=LARGE), *_auth(), *_alive()],
    "intermediate 1": [
        *_init(),
        _v2(INTERMEDIATE, LARGE, True),
        _v2(INTERMEDIATE, 300, False, response=True),
        *_auth(mid=2),
        *_alive(3),
    ],
    "intermediate 2": [
        *_init(),
        _v2(INTERMEDIATE, 300, True),
        _v2(INTERMEDIATE, LARGE, False, response=True),
        *_auth(mid=2),
        *_alive(3),
    ],
    "auth 1": [*_init(), *_auth(request=LARGE), *_alive()],
    "auth 2": [*_init(), *_auth(answer=LARGE), *_alive()],
    "eap 3": [
        *_init(),
        *_auth(answer=400),
        *_auth(LARGE, 180, mid=2),
        *_auth(100, 65, mid=3),
        *_auth(100, mid=4),
        *_alive(5),
    ],
    "child 1": [*_init(), *_auth(), *_child(request=LARGE), *_alive(3)],
    "child 2": [*_init(), *_auth(), *_child(answer=LARGE), *_alive(3)],
    "child of the responder 1": [*_init(), *_auth(), *_child(request=LARGE, out=False), *_alive()],
    "child of the responder 2": [*_init(), *_auth(), *_child(answer=LARGE, out=False), *_alive()],
}


class _Pen:
    def __init__(self, case: Case) -> None:
        self.case, self.now, self.identification = case, 1_700_000_000.0, 0x4000
        self.blocks = [section(), interface()]
        self.sent = 0  # transmissions of the large message

    def write(self, packet: bytes, after: float) -> None:
        self.now += after
        self.blocks.append(enhanced(ethernet(packet), units=round(self.now * 1e6)))

    def say(self, line: Line, after: float) -> None:
        port = 500 if line.early else self.case.port
        data = udp(port, port, (bytes(4) if port == 4500 else b"") + line.data)
        self.identification += 1
        lost: tuple[int, ...] = ()
        if line.large:
            lost = self.case.lost[min(self.sent, len(self.case.lost) - 1)]
            self.sent += 1
        for number, packet in enumerate(self.packets(data, line), 1):
            if number not in lost:
                self.write(packet, after)
                after = 0.0005

    def packets(self, data: bytes, line: Line) -> Iterator[bytes]:
        ends = _HOSTS[self.case.ip][:: 1 if line.out else -1]
        if not line.large:
            version4 = self.case.ip == 4
            yield ipv4(17, data, *ends, identification=self.identification) if version4 else ipv6(17, data, *ends)
            return
        size = len(data) // PIECES // 8 * 8
        for k in range(PIECES):
            more = k + 1 < PIECES
            part = data[k * size : (k + 1) * size] if more else data[k * size :]
            if self.case.ip == 4:
                flags = (0x2000 if more else 0) | k * size // 8
                yield ipv4(17, part, *ends, fragment=flags, identification=self.identification)
            else:
                head = ipv6_fragment(17, part, k * size, more=more, identification=self.identification)
                yield ipv6(44, head, *ends)


def written(case: Case) -> bytes:
    """The capture, as a pcapng file."""
    pen, lines = _Pen(case), STORIES[case.story]
    place = next(k for k, line in enumerate(lines) if line.large)
    for line in lines[:place]:
        pen.say(line, 0.04)
    if case.ends == "path":
        _repeats(pen, lines, place)
    else:
        for _ in case.lost:  # where all transmissions but the last one were lost
            pen.say(lines[place], 0.05 if not pen.sent else 1.0)
        rest = {"on": lines[place + 1 :], "refused": [_refusal(case)], "stops": []}[case.ends]
        for line in rest:
            pen.say(line, 0.04)
    pen.now += case.late
    pen.blocks.append(enhanced(ethernet(ipv4(17, udp(53, 53, b"x" * 20))), units=round(pen.now * 1e6)))
    return b"".join(pen.blocks)


def _repeats(pen: _Pen, lines: list[Line], place: int) -> None:
    asked = lines[place] if lines[place].asks else lines[place - 1]
    for k in range(TRANSMISSIONS):
        if lines[place].asks or k:
            pen.say(asked, 2.0**k if k else 0.04)
        if not lines[place].asks:
            pen.say(lines[place], 0.03)


def _refusal(case: Case) -> Line:
    if case.story.startswith(("main", "aggressive", "quick")):
        return Line(sealed1(V1_INFORMATIONAL, 92, mid=0x99), False, asks=False)
    return Line(sealed(IKE_AUTH, 65, initiator=False, response=True), False, asks=False)
