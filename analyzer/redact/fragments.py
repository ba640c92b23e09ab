"""IP fragments, each with the place where its bytes stand: what a datagram becomes goes back into all of them."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

from analyzer.capture.damage import Damage
from analyzer.capture.fragments import Partial, Reassembler, datagram_key
from analyzer.capture.network import Fragment, IpPacket
from analyzer.capture.span import Span
from analyzer.redact.draft import Draft, Part, Patches

_MAX_WAITING: Final = 1024  # datagrams whose parts are remembered
_MAX_DONE: Final = 256  # that were whole
_MAX_PARTS: Final = 1024  # of one of them


Listeners = tuple[Callable[[IpPacket], bool], Callable[[Partial], None], Callable[[Partial], bool]]


class Owner(Protocol):
    """Whose fragments they are. parts_key: of the datagram that was put together last."""

    parts_key: bytes

    @property
    def listeners(self) -> Listeners:
        """What a reassembler asks and hands on: concerns, begun, abandoned."""

    def draft_of(self, span: Span) -> Draft:
        """The draft that these bytes are of."""


class NotingFragments(Reassembler):
    """Knows where the bytes of each fragment stand. patches: of the first pass, which puts bytes back."""

    def __init__(self, owner: Owner, damage: Damage, patches: Patches | None) -> None:
        super().__init__(damage, *owner.listeners)
        self._owner = owner
        self._patches = patches
        self._parts: OrderedDict[bytes, list[Part]] = OrderedDict()
        self._protocols: dict[bytes, int] = {}  # of first fragments
        self._done: OrderedDict[bytes, Draft] = OrderedDict()

    def add(self, packet: IpPacket, fragment: Fragment, frame_number: int, time_ns: int | None) -> IpPacket | None:
        """Take a fragment."""
        key = datagram_key(packet.pair, packet.protocol, fragment.identification)
        span = packet.payload
        part = Part(fragment.offset, span.captured, self._owner.draft_of(span), span.start)
        if not self._is_copy(key, part):
            parts = self._parts.setdefault(key, [])
            if len(parts) < _MAX_PARTS:
                parts.append(part)
            if not fragment.offset:
                self._protocols[key] = packet.protocol
            if len(self._parts) > _MAX_WAITING:
                self._protocols.pop(self._parts.popitem(last=False)[0], None)
        whole = super().add(packet, fragment, frame_number, time_ns)
        self._owner.parts_key = key
        return whole

    def _is_copy(self, key: bytes, part: Part) -> bool:
        """Whether it is of a datagram that was whole a moment ago, as mirror ports copy it: it gets the same bytes."""
        done = self._done.get(key)
        if done is None or self._patches is None:
            return False
        end = part.start + part.size
        if done.old[part.start : end] != part.draft.old[part.at : part.at + part.size]:
            return False
        part.draft.receive(part.at, bytes(done.new[part.start : end]), self._patches)
        return True

    def parts(self, key: bytes) -> tuple[int, tuple[Part, ...]]:
        """The protocol that a datagram begins with, and where its bytes stand."""
        return self._protocols.get(key, 0), tuple(self._parts.get(key, ()))

    def done(self, key: bytes, draft: Draft) -> None:
        """A datagram became whole, or did not."""
        self._parts.pop(key, None)
        self._protocols.pop(key, None)
        self._done[key] = draft
        if len(self._done) > _MAX_DONE:
            self._done.popitem(last=False)
