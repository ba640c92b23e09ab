"""Messages of IKEv1 that Cisco and Microsoft send in fragments (payload 132): messages of their own, with a piece."""

from collections import OrderedDict
from typing import Final

from analyzer.isakmp.header import SIZE
from analyzer.isakmp.numbers import PayloadV1
from analyzer.redact.draft import Draft, Part
from analyzer.redact.message import Piece, is_sealed

_MAX_WAITING: Final = 1024  # messages whose pieces are remembered
_MAX_PARTS: Final = 256  # pieces of one of them with one number, retransmissions too

Key = tuple[object, ...]


class VendorFragments:
    """Puts such messages together."""

    def __init__(self) -> None:
        self._pieces: OrderedDict[Key, dict[int, list[Part]]] = OrderedDict()
        self._totals: dict[Key, int] = {}

    @property
    def waiting(self) -> int:
        """Pieces of messages that did not become whole."""
        return sum(len(same) for pieces in self._pieces.values() for same in pieces.values())

    def add(self, key: Key, piece: Piece, part: Part) -> Draft | None:
        """A piece, and where it stands; the message, if it is whole now."""
        pieces = self._pieces.setdefault(key, {})
        if len(self._pieces) > _MAX_WAITING:
            self._totals.pop(self._pieces.popitem(last=False)[0], None)
        same = pieces.setdefault(piece.number, [])
        if len(same) < _MAX_PARTS:
            same.append(part)
        if piece.last:
            self._totals[key] = piece.number
        total = self._totals.get(key, 0)
        if not total or any(number not in pieces for number in range(1, total + 1)):
            return None
        del self._pieces[key], self._totals[key]
        return _joined([pieces[number] for number in range(1, total + 1)])


def _joined(pieces: list[list[Part]]) -> Draft:
    parts: list[Part] = []
    old = bytearray()
    for same in pieces:
        parts += [part._replace(start=len(old)) for part in same]
        newest = same[-1]
        old += newest.draft.old[newest.at : newest.at + newest.size]
    return Draft(bytes(old), None, tuple(parts))


def may_have_pieces(message: bytes) -> bool:
    """Whether a message may hold such a piece, as its first payload or its second, and is not encrypted."""
    if len(message) <= SIZE or message[17] >> 4 != 1 or is_sealed(message):
        return False
    return PayloadV1.FRAGMENT in (message[16], message[SIZE])
