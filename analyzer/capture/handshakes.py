"""Which addresses were asked for a TCP connection on an IKE port, and what came of it: bounded counts of each.

Of listed ports SYN, SYN-ACK, RST and ICMP errors are noted; of others, what comes behind a stream's prefix (RFC 9329).
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from analyzer.capture.addresses import reversed_key
from analyzer.capture.damage import Damage
from analyzer.capture.framing import PREFIX
from analyzer.capture.transport import Transport

MAX_TARGETS = 1 << 13  # that said something
MAX_SILENT = 1 << 12
MAX_ASKED = 1 << 14  # connections that are asked for and not answered yet
MAX_PEERS = 32  # of each target, in each of its lists

SYN, RST, ACK = 2, 4, 16
_HALF = 1 << 31


@dataclass(slots=True)
class TcpTarget:
    """An address and port that was asked for TCP connections.

    asked: how many SYNs or prefixes came to it, copies and retransmissions too. Each dictionary has the first frame by
    peer, at most MAX_PEERS: askers; accepted: with what accepts a SYN, or acknowledges a prefix, that is in the
    capture; unasked: a SYN-ACK without its SYN; refused: an RST for a SYN. errors: likewise by kind of ICMP error about
    a SYN. Times in ns: of the first and last of these signs, None where none has one. all_askers: whether `askers` has
    all of them; all_peers: whether `accepted` and `unasked` have. unclear: something may have come back that is none of
    these: the port is not listed, so that its handshake was not noted, or what came fits no question that is kept.
    """

    ip: str
    port: int
    asked: int = 0
    askers: dict[str, int] = field(default_factory=dict)
    accepted: dict[str, int] = field(default_factory=dict)
    unasked: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    first_time: int | None = None
    last_time: int | None = None
    all_askers: bool = True
    all_peers: bool = True
    unclear: bool = False

    def ask(self, peer: str, frame_number: int) -> None:
        """Somebody asks for a connection."""
        self.asked += 1
        if len(self.askers) < MAX_PEERS:
            self.askers.setdefault(peer, frame_number)
        elif peer not in self.askers:
            self.all_askers = False

    def sign(self, place: dict[str, int], of: str, frame_number: int, time_ns: int | None) -> None:
        """Something came back; place: one of the dictionaries."""
        if len(place) < MAX_PEERS:
            place.setdefault(of, frame_number)
        elif of not in place and place is not self.refused:
            self.all_peers = False
        if time_ns is not None:
            self.first_time = time_ns if self.first_time is None else min(self.first_time, time_ns)
            self.last_time = time_ns if self.last_time is None else max(self.last_time, time_ns)


class Handshakes:
    """The targets of one capture. Keys are of address pair and ports, in the direction of the packet."""

    def __init__(self, transport: Transport, damage: Damage) -> None:
        self._transport = transport
        self._damage = damage
        self._spoke: dict[bytes, TcpTarget] = {}
        self._silent: dict[bytes, TcpTarget] = {}
        # By key of the asking side: the number that an answer acknowledges, and whether of a prefix; oldest in front
        self._asked: OrderedDict[bytes, tuple[int, bool]] = OrderedDict()
        self._unlisted = 0  # packets of targets beyond the limits
        self._forgotten = 0  # questions beyond theirs

    def segment(
        self, key: bytes, flags: int, numbers: tuple[int, int], begins: bool, frame_number: int, time_ns: int | None
    ) -> None:
        """Take note of a segment of a connection that may be IKE's.

        numbers: of the byte behind its SYN, else its first byte; and the one that it acknowledges. begins: its content
        begins as a stream does.
        """
        number = numbers[0]
        if flags & SYN and not flags & ACK:
            if self._is_listed(key[-2:]):
                self._ask(key, number, False, frame_number)
            return
        if begins and not flags & RST:
            self._ask(key, (number + len(PREFIX)) % (1 << 32), True, frame_number)
        if not (self._asked or self._silent or flags & SYN):
            return
        backwards = reversed_key(key)
        if not flags & ACK or not self._answer(backwards, flags, numbers[1], frame_number, time_ns):
            self._came_back(backwards)

    def _answer(self, key: bytes, flags: int, acknowledged: int, frame_number: int, time_ns: int | None) -> bool:
        """Whether a segment answers what a client asked, whose key this is."""
        asked, of_prefix = self._asked.get(key, (-1, False))
        if flags & SYN:
            if not self._is_listed(key[-2:]):
                return False
            self._accept(key, asked == acknowledged and not of_prefix, frame_number, time_ns)
        elif flags & RST:
            if asked != acknowledged or of_prefix:
                return False
            target = self._answered(key)
            if target is not None:
                target.sign(target.refused, self._client(key), frame_number, time_ns)
        elif of_prefix and (acknowledged - asked) % (1 << 32) < _HALF:
            self._accept(key, True, frame_number, time_ns)
        else:
            return False
        return True

    def _came_back(self, key: bytes) -> None:
        """Something that answers no question that is kept: its target is not silent."""
        target = self._silent.get(_server(key)) if self._silent else None
        if target is not None:
            target.unclear = True

    def error(self, key: bytes, sequence: int, kind: str, frame_number: int, time_ns: int | None) -> None:
        """Take note of an ICMP error about a segment, if that is a SYN that was seen and not answered."""
        if self._asked.get(key) == ((sequence + 1) % (1 << 32), False):
            target = self._answered(key)
            if target is not None:
                target.sign(target.errors, kind, frame_number, time_ns)
        else:
            self._came_back(key)

    def targets(self) -> tuple[TcpTarget, ...]:
        """All of them, and what the limits left out is said."""
        if self._unlisted:
            expected = f"at most {MAX_TARGETS} TCP targets that answered, and {MAX_SILENT} that did not"
            found, effect = f"{self._unlisted} packets of others", "these targets are not listed"
            self._damage.add("limit-tcp-targets", 0, expected, found, effect)
        if self._forgotten:
            expected = f"at most {MAX_ASKED} TCP connections that wait for an answer"
            effect = "what answers them later is not taken for an answer to a SYN that was seen"
            self._damage.add("limit-tcp-answers", 0, expected, f"{self._forgotten} more, forgotten", effect)
        unclear = sum(target.unclear for target in self._silent.values())
        if unclear:
            expected = "an answer to a SYN that was seen on a listed port, or to the prefix of a stream"
            found, effect = (
                f"targets without one: {unclear}",
                "they may have answered, and are not listed in responders",
            )
            self._damage.add("limit-tcp-answers", 0, expected, found, effect)
        return tuple(self._all())

    def _all(self) -> Iterator[TcpTarget]:
        yield from self._spoke.values()
        yield from self._silent.values()

    def _is_listed(self, port: bytes) -> bool:
        return bool(self._transport.service(port + port))

    def _client(self, key: bytes) -> str:
        return self._transport.ledger.addresses.pair(key[:-4])[0]

    def _ask(self, key: bytes, number: int, of_prefix: bool, frame_number: int) -> None:
        self._asked.pop(key, None)
        self._asked[key] = number, of_prefix
        if len(self._asked) > MAX_ASKED:
            self._asked.popitem(last=False)
            self._forgotten += 1
        end = _server(key)
        target = self._spoke.get(end) or self._silent.get(end)
        if target is None:
            if len(self._silent) >= MAX_SILENT:
                self._unlisted += 1
                return
            target = self._silent[end] = self._new(key)
            target.unclear = not self._is_listed(key[-2:])
        client = self._client(key)
        if not of_prefix or client not in target.askers:  # else its SYN was counted
            target.ask(client, frame_number)

    def _accept(self, key: bytes, was_asked: bool, frame_number: int, time_ns: int | None) -> None:
        """The target that a client asks accepts a connection. was_asked: the question is in the capture."""
        target = self._answered(key, was_asked=was_asked)
        if target is None:
            return
        client = self._client(key)
        if was_asked or client not in target.accepted:  # else it is a copy
            target.sign(target.accepted if was_asked else target.unasked, client, frame_number, time_ns)

    def _answered(self, key: bytes, *, was_asked: bool = True) -> TcpTarget | None:
        """The target that a client asks, which said something now."""
        if was_asked:
            self._asked.pop(key, None)
        end = _server(key)
        target = self._spoke.get(end)
        if target is None:
            if len(self._spoke) >= MAX_TARGETS:
                self._unlisted += 1
                return None
            target = self._silent.pop(end) if end in self._silent else self._new(key)
            self._spoke[end] = target
        return target

    def _new(self, key: bytes) -> TcpTarget:
        return TcpTarget(self._transport.ledger.addresses.pair(key[:-4])[1], int.from_bytes(key[-2:], "big"))


def _server(key: bytes) -> bytes:
    """Address and port of the side that a client's key leads to."""
    half = (len(key) - 4) // 2
    return key[half : 2 * half] + key[-2:]
