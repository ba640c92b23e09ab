"""Sequence numbers of one ESP or AH stream: how many are missing or came twice, in bounded memory."""

REACH = 1024
"""Sequence numbers below the highest one that can still be recognised as late or double, as an anti-replay window does.
"""

_MASK = (1 << REACH) - 1
_HALF = 1 << 31
_MODULUS = 1 << 32


class SequenceWindow:
    """Reads 32-bit sequence numbers in order of arrival.

    missing: numbers between the lowest and the highest that were not seen. duplicates: packets whose number had been
    seen. late_32, late_64: packets that arrive, for the first time, so far below the highest that a receiver with an
    anti-replay window of 32 or 64 (RFC 4303 section 3.4.3) drops them. known turns False when a number arrives that
    is too far below the highest to be distinguished, or was not captured. Going past 2**32 - 1 is going on: extended
    sequence numbers show only their lower half.
    """

    __slots__ = ("_below", "_highest", "_seen", "duplicates", "first", "known", "last", "late_32", "late_64", "missing")

    def __init__(self) -> None:
        self.first: int | None = None
        self.last: int | None = None
        self.missing = 0
        self.duplicates = 0
        self.late_32 = 0
        self.late_64 = 0
        self.known = True
        self._highest = 0
        self._below = 0  # how far the lowest number seen is below the highest
        self._seen = 0  # bit n: the number n below the highest was seen

    def add(self, sequence: int | None) -> None:
        """Read the number of the next packet; None where it was not captured."""
        if sequence is None:
            self.known = False
            return
        self.last = sequence
        if self.first is None:
            self.first = self._highest = sequence
            self._seen = 1
            return
        ahead = self.ahead(sequence)
        if ahead > 0:
            self._advance(sequence, ahead)
            self.missing += ahead - 1
            self._seen |= 1
            return
        behind = -ahead
        if behind >= REACH:
            self.known = False
        elif self._seen >> behind & 1:
            self.duplicates += 1
        else:
            self._seen |= 1 << behind
            self.late_32 += behind >= 32
            self.late_64 += behind >= 64
            if behind > self._below:
                self.missing += behind - self._below - 1
                self._below = behind
            else:
                self.missing -= 1

    def ahead(self, sequence: int) -> int:
        """How far a number is ahead of the highest, modulo 2**32; not above 0: it is behind, or there is none yet."""
        if self.first is None:
            return 0
        return ((sequence - self._highest + _HALF) % _MODULUS) - _HALF

    def add_rising(self, last: int, ahead: int, distinct: int, repeated: int, seen: int) -> None:
        """Read several numbers at once, the same as one by one.

        They rise from above the highest so far to `last`, which is `ahead` of it; `distinct` numbers, and `repeated`
        more that each equal the one before. seen: which numbers they are, bit n for the number n below the last one,
        up to REACH.
        """
        self._advance(last, ahead)
        self.missing += ahead - distinct
        self.duplicates += repeated
        self.last = last
        self._seen |= seen

    def _advance(self, sequence: int, ahead: int) -> None:
        self._seen = (self._seen << ahead) & _MASK if ahead < REACH else 0
        self._highest = sequence
        self._below += ahead
