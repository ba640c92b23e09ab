"""The second reading of a capture: what one frame does not hold of its messages.

The state that decryption needs, and the other fragments of a message.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from analyzer.capture import Frame, open_capture
from analyzer.capture.datagram import Datagram, Revealed
from analyzer.capture.placed_frame import named
from analyzer.decryption.keyfile import KeyStore
from analyzer.dissect.eap_assembly import EapAssembly
from analyzer.dissect.fragment_assembly import FragmentAssembly, FragmentSet
from analyzer.isakmp import Memory, decode
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.negotiation.follow.fragments import CISCO_FRAGMENT, Inside
from analyzer.negotiation.tracker import Tracker
from analyzer.net import catch


class Seen(NamedTuple):
    """What the second reading found of one message.

    tls: the TLS messages whose last EAP fragment is in it. pieces: the set of Cisco fragments that it belongs to.
    """

    inside: Inside | None
    tls: tuple[bytes, ...]
    pieces: FragmentSet | None


NOTHING = Seen(None, (), None)


def read_again(
    path: str, frames: Mapping[int, Frame], ports: Collection[int], keys: KeyStore | None, max_expansion: int | None
) -> dict[tuple[int, bytes], Seen]:
    """What the messages of these frames hold, by frame and bytes.

    It is read up to the last of them, or until the sets of their fragments are whole.
    """
    memory = Memory()
    tracker = Tracker(path, keys, memory=memory)
    again = _Again(tracker, memory, frames, opens=keys is not None)
    last = max(frames, default=0)
    reader = open_capture(path, ports=ports, counts=False, max_expansion=max_expansion)
    tracker.watch(reader.points)
    for item in reader:
        if item.frame_number > last and not any(_waits(seen) for seen in again.found.values()):
            break
        if isinstance(item, Datagram):
            try:
                again.see(item)
            except BaseException as error:
                catch(error, "nothing is decrypted or put together with the message")
    return again.found


class _Again:
    """The second reading: what it `found`, message by message."""

    def __init__(self, tracker: Tracker, memory: Memory, frames: Mapping[int, Frame], *, opens: bool) -> None:
        self.found: dict[tuple[int, bytes], Seen] = {}
        self._tracker, self._memory = tracker, memory
        self._frames = frames
        self._opens = opens
        self._tls, self._assembly = EapAssembly(), FragmentAssembly()
        self._repeated: dict[bytes, Inside | None] = {d.payload: None for f in frames.values() for d in f.datagrams}

    def see(self, item: Datagram) -> None:
        """One message, in the order of the capture."""
        message = decode(item.payload, item.missing, self._memory)
        placed = self._tracker.feed(item, message)
        piece = message.first(CISCO_FRAGMENT)
        pieces = None
        if isinstance(piece, CiscoFragment) and placed.negotiation is not None:
            pieces = self._assembly.add((placed.negotiation, placed.from_initiator), named(item.frame_number), piece)
        packets = [p.body for p in placed.inside.payloads if isinstance(p.body, Eap)] if placed.inside else []
        whole = [self._tls.add(placed.negotiation, packet) for packet in packets]
        if item.payload in self._repeated:
            opens = self._opens or isinstance(item, Revealed)
            inside = (placed.inside or self._repeated[item.payload]) if opens else None
            self._repeated[item.payload] = inside
            if item.frame_number in self._frames:
                seen = Seen(inside, tuple(m for m in whole if m is not None), pieces)
                self.found[item.frame_number, item.payload] = seen


def _waits(seen: Seen) -> bool:
    return seen.pieces is not None and seen.pieces.completed_in is None
