"""Messages that come in parts: IKE fragments put together (RFC 7383; Cisco's of IKEv1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from analyzer.isakmp import Memory, Message, Payload, decode
from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment

if TYPE_CHECKING:
    from analyzer.capture.datagram import Datagram
    from analyzer.defects import Defect
    from analyzer.negotiation.follow.live import Live

SK, SKF, CISCO_FRAGMENT = int(PayloadV2.SK), int(PayloadV2.SKF), int(PayloadV1.FRAGMENT)
_SETS_KEPT = 16
FRAGMENTS_KEPT = 256


class Inside(NamedTuple):
    """What came out of decryption.

    `verified`: an integrity check held (IKEv1 has none). `plaintext` begins with a payload of type `first_payload`.
    by_log: no key opened it; the log that the message is from shows it.
    """

    payloads: tuple[Payload, ...]
    defects: tuple[Defect, ...]
    verified: bool
    first_payload: int = 0
    plaintext: bytes = b""
    by_log: bool = False


class Opens(Protocol):
    """What opens encrypted messages (`opening.py`)."""

    def open(self, live: Live, datagram: Datagram, message: Message, from_initiator: bool) -> Inside | None:
        """The payloads inside; None: it cannot be opened."""


def collect(live: Live, key: tuple[bool, int, int], number: int, data: bytes) -> bytes | None:
    """Add a fragment to its set; all of them joined once the set (1 ... total) is complete.

    The total is the key's last item.
    """
    total = key[2]
    if not 1 <= number <= total <= FRAGMENTS_KEPT:
        return None
    sets, parts = _parts(live, key)
    parts.setdefault(number, data)
    if len(parts) < total:
        return None
    del sets[key]
    return b"".join(parts[i] for i in range(1, total + 1))


def _parts(
    live: Live, key: tuple[bool, int, int]
) -> tuple[dict[tuple[bool, int, int], dict[int, bytes]], dict[int, bytes]]:
    """All sets of an SA, and the one of this key; a new one pushes out the oldest."""
    sets = live.fragments = live.fragments if live.fragments is not None else {}
    if key not in sets and len(sets) >= _SETS_KEPT:
        del sets[next(iter(sets))]
    return sets, sets.setdefault(key, {})


def collect_cisco(live: Live, from_initiator: bool, fragment: CiscoFragment) -> bytes | None:
    """Add an IKEv1 fragment; the whole message once the last one and all before it are there.

    Sets are distinguished by side and id.
    """
    key = (from_initiator, fragment.fragment_id, 0)
    sets, parts = _parts(live, key)
    if fragment.number >= FRAGMENTS_KEPT:
        return None
    parts[fragment.number] = fragment.data
    if fragment.last:
        parts[-1] = fragment.number.to_bytes(2, "big")
    if -1 not in parts or any(i not in parts for i in range(1, parts[-1][0] * 256 + parts[-1][1] + 1)):
        return None
    del sets[key]
    return b"".join(parts[i] for i in range(1, int.from_bytes(parts[-1], "big") + 1))


def reassembled(
    opener: Opens | None,
    live: Live,
    datagram: Datagram,
    message: Message,
    from_initiator: bool,
    inside: Inside | None,
    memory: Memory,
) -> tuple[Message, Inside | None]:
    """For the last of a set of Cisco fragments the whole message and its inside; otherwise what came in."""
    fragment = message.first(CISCO_FRAGMENT)
    if not isinstance(fragment, CiscoFragment):
        return message, inside
    data = collect_cisco(live, from_initiator, fragment)
    if data is None:
        return message, inside
    whole = decode(data, 0, memory)
    if not whole.header_ok or whole.first(CISCO_FRAGMENT) is not None:
        return message, inside
    if whole.encrypted:
        opened = opener.open(live, datagram._replace(payload=data), whole, from_initiator) if opener else None
        return whole, opened
    return whole, Inside(whole.payloads, whole.defects, False)
