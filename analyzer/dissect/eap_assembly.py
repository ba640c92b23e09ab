"""TLS messages that EAP carries in pieces over several messages of one IKE SA (RFC 5216 section 2.1.5)."""

from collections.abc import Hashable

from analyzer.isakmp.payloads.ikev2 import eap_tls
from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.isakmp.recorder import FullError, Node, Recorder, cut_off

_METHODS = frozenset((13, 21, 25, 43, 55))  # EAP-TLS, EAP-TTLS, PEAP, EAP-FAST, TEAP
_MOST_BYTES = 1 << 17  # of a TLS message; a chain of certificates has some thousand
_MOST_SETS = 256


class EapAssembly:
    """Collects fragments; both sides of an SA have at most one TLS message under way."""

    def __init__(self) -> None:
        self._parts: dict[tuple[Hashable, int], bytes] = {}

    def add(self, sa: Hashable, packet: Eap) -> bytes | None:
        """The whole TLS message where this packet is the last of several fragments of it, else None."""
        if packet.eap_type not in _METHODS:
            return None
        piece = eap_tls.split(packet.data)
        if piece is None:
            return None
        key = (sa, packet.code)
        before = self._parts.pop(key, b"")
        whole = before + piece.data
        if len(whole) > _MOST_BYTES:
            return None
        if piece.more:
            if len(self._parts) >= _MOST_SETS:
                del self._parts[next(iter(self._parts))]
            self._parts[key] = whole
            return None
        return whole if before and piece.data else None


def dissect_tls(data: bytes) -> Node:
    """The tree of a TLS message's records, offsets from its beginning."""
    root = Node("tls_message", 0, len(data))
    cursor = Recorder(data, 0, [], 2, root)
    try:
        eap_tls.read_records(cursor)
    except FullError:
        cut_off(root)
    return root
