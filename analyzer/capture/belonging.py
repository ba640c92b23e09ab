"""What belongs to some IKE SAs, by key, and the frames that are known to belong."""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from analyzer.capture.addresses import packed_address, reversed_key
from analyzer.capture.datagram import Flow
from analyzer.capture.frame_set import FrameSet
from analyzer.capture.ledger import ENCAPSULATIONS, EspPacket, Ledger

Ends = tuple[str, int, str, int]


@dataclass(slots=True)
class Belonging:
    """What belongs to the SAs, by key, and the frames that are known or found.

    udp, tcp: ends of flows, in both directions: of the first the NAT keepalives, of the second every segment. streams:
    of ESP and AH (Ledger's keys). ends_only: of each stream so many of the first and of the last packets; None: all.
    left_out: packets of streams that are not among the frames for it.
    """

    frames: FrameSet = field(default_factory=FrameSet)
    udp: set[bytes] = field(default_factory=set)
    tcp: set[bytes] = field(default_factory=set)
    streams: dict[bytes, int] = field(default_factory=dict)  # and how many packets of each were seen
    ends_only: int | None = None
    left_out: int = 0
    _last: dict[bytes, deque[int]] = field(default_factory=dict)

    def add_flow(self, transport: str, ends: Ends) -> None:
        """A flow that messages of the SAs were seen on."""
        source, source_port, destination, destination_port = ends
        ports = source_port.to_bytes(2, "big") + destination_port.to_bytes(2, "big")
        key = packed_address(source) + packed_address(destination) + ports
        (self.tcp if transport == "tcp" else self.udp).update((key, reversed_key(key)))

    def add_stream(self, spi: str, source: str, destination: str, encapsulation: str) -> None:
        """An ESP or AH stream of one of their children."""
        pair = packed_address(source) + packed_address(destination)
        self.streams[pair + bytes.fromhex(spi) + bytes((ENCAPSULATIONS.index(encapsulation),))] = 0

    def see_stream(self, key: bytes, frames: Collection[int]) -> Iterable[int]:
        """Packets of a wanted stream, in the order of the capture; those that belong at once."""
        before = self.streams[key]
        self.streams[key] = before + len(frames)
        if self.ends_only is None:
            return frames
        first = max(0, self.ends_only - before)
        last = self._last.setdefault(key, deque(maxlen=self.ends_only))
        rest = list(frames)[first:]
        self.left_out += max(0, len(rest) + len(last) - self.ends_only)
        last.extend(rest)
        return list(frames)[:first]

    def finish(self) -> None:
        """The capture ends: the last packets of each stream are known."""
        for frames in self._last.values():
            for frame in frames:
                self.frames.add(frame)


class NotingLedger(Ledger):
    """Books nothing, and notes packets of wanted streams."""

    def __init__(self, wanted: Belonging) -> None:
        super().__init__()
        self._wanted = wanted

    def ike_flow(self, protocol: str, key: bytes, frame_number: int, count: int = 1) -> tuple[Flow, bool] | None:  # noqa: ARG002
        """No flow is asked for."""
        return None

    def esp(self, packet: EspPacket) -> None:
        """Note one ESP or AH packet if it is of a wanted stream."""
        if packet.stream_key in self._wanted.streams:
            for frame in self._wanted.see_stream(packet.stream_key, (packet.frame_number,)):
                self._wanted.frames.add(frame)
