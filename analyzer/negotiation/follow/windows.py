"""Malformed IKEv1 and AuthIP messages of hosts that show themselves as Windows, where they belong to no SA.

AuthIP's exchanges, and messages that say to be longer than they are, begin no SA and are placed in none.
"""

from collections.abc import Iterator
from typing import Final

from analyzer.capture.datagram import Datagram
from analyzer.defects import Defect
from analyzer.isakmp.message import Message
from analyzer.isakmp.numbers import AUTHIP
from analyzer.isakmp.payloads.vendor_id import VendorID
from analyzer.negotiation.follow.malformed import Unwatched
from analyzer.negotiation.story import MalformedAuthIp

VENDOR_ID: Final = bytes.fromhex("1e2b516905991c7d7c96fcbfb587e461")  # MS NT5 ISAKMPOAKLEY; its version follows
LYING: Final = frozenset(
    {"wire-length", "wire-payload-length", "wire-payload-overlong", "wire-field-overlong", "wire-attribute-short"}
)
MOST: Final = 1 << 8  # pairs of hosts; those of others are not kept
_FRAMES: Final = 10


class AuthIpIndex:
    """Those of one capture, by the two hosts."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], MalformedAuthIp] = {}
        self._unwatched = Unwatched()

    def __iter__(self) -> Iterator[MalformedAuthIp]:
        return iter(self._found.values())

    def left(self) -> list[Defect]:
        """What is said of those that were not kept."""
        return self._unwatched.defects(MOST)

    def take(self, datagram: Datagram, message: Message) -> None:
        """Note a message of no SA whose lengths lie, if it is AuthIP's or names Windows."""
        if message.major_version != 1 or datagram.missing or LYING.isdisjoint(d.kind for d in message.defects):
            return
        authip = message.exchange_type in AUTHIP
        if not authip and not any(_is_windows(payload.body) for payload in message.payloads):
            return
        key = datagram.src_ip, datagram.dst_ip
        known = self._found.get(key)
        if known is None:
            if len(self._found) < MOST:
                self._found[key] = MalformedAuthIp(*key, 1, authip, (datagram.frame_number,))
            else:
                self._unwatched.add(datagram.frame_number)
            return
        frames = (*known.frames, datagram.frame_number)[:_FRAMES]
        self._found[key] = known._replace(messages=known.messages + 1, authip=known.authip or authip, frames=frames)


def _is_windows(body: object) -> bool:
    return isinstance(body, VendorID) and body.data.startswith(VENDOR_ID)
