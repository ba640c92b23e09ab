"""Messages sent more than once in IP fragments: what one transmission lacks another one shows.

A retransmission holds the same bytes (RFC 7296 section 2.1), and a first fragment is enough to know it by: the ISAKMP
header has SPIs, message ID and length, and what follows it is the same too. Addresses and ports may differ: a NAT's.
"""

from collections import OrderedDict

MAX_MESSAGES = 256
MAX_BYTES = 4 << 20
_COMPARED = 128  # bytes at the beginning, by which a message is found; all that there are decide


class Transmissions:
    """The latest messages in IP fragments: those that were whole, and the beginnings that were read. Bounded."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[bytes, int]] = OrderedDict()
        self._stored = 0

    def keep(self, payload: bytes, missing: int) -> None:
        """Remember a message; one that is known stays as it is, so that all its transmissions are read alike.

        missing: bytes that are not in the capture.
        """
        key = payload[:_COMPARED]
        known = self._known.get(key)
        if len(payload) < _COMPARED or (known is not None and (missing or not known[1])):
            return
        self._stored += len(payload) - (len(known[0]) if known is not None else 0)
        self._known[key] = payload, missing
        self._known.move_to_end(key)
        while len(self._known) > MAX_MESSAGES or self._stored > MAX_BYTES:
            _, (oldest, _) = self._known.popitem(last=False)
            self._stored -= len(oldest)

    def completed(self, payload: bytes, missing: int) -> tuple[bytes, int]:
        """A beginning as another transmission of the same message shows it, and what is missing then."""
        known = self._known.get(payload[:_COMPARED])
        if known is None:
            return payload, missing
        common = min(len(payload), len(known[0]))
        return known if known[0][:common] == payload[:common] else (payload, missing)
