"""Bursts of malformed messages of one host to another: fuzzers and attacks on parsers send such, peers do not.

Malformed is a message whose lengths, counts or chains cannot be, or that a receiver has to refuse for a payload that
it cannot know, whatever SA it belongs to. Values that are only
unusual (reserved bits, unknown numbers) do not make it so, nor does what the capture cut off.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from typing import Final

from analyzer.capture.datagram import Datagram
from analyzer.defects import Defect
from analyzer.isakmp.message import Message
from analyzer.negotiation.follow.copies import is_copy_of, one_more
from analyzer.negotiation.story import MalformedBurst

KINDS: Final = frozenset({
    "wire-attribute-short", "wire-chain-broken", "wire-chain-value", "wire-critical-unknown", "wire-eap-length",
    "wire-empty", "wire-field-overlong", "wire-field-short", "wire-foreign-payload", "wire-fragment-number",
    "wire-header-short", "wire-ke-length", "wire-length", "wire-nonce-length", "wire-payload-length",
    "wire-payload-overlong", "wire-payload-short", "wire-selector-count", "wire-spi-count", "wire-spi-size",
    "wire-stray-bytes", "wire-transform-count", "wire-zero-spi",
})  # fmt: skip
LIMIT: Final = "limit-malformed"
LEAST: Final = 50
WINDOW_S: Final = 60
MOST: Final = 1 << 10  # pairs of hosts that are watched; of others no burst is known


class _Pair:
    """Malformed messages of one host to another. lately: times and frames of the newest ones.

    digest: of the newest one; hops: what `one_more` says of it and those before it that were the same.
    """

    __slots__ = ("burst", "digest", "hops", "kinds", "lately", "messages")

    def __init__(self) -> None:
        self.messages, self.hops = 0, b""
        self.digest: int | None = None
        self.kinds: Counter[str] = Counter()
        self.lately: deque[tuple[int, int]] = deque(maxlen=LEAST)
        self.burst: list[tuple[int, int]] = []


class Unwatched:
    """Malformed messages between more pairs of hosts than are watched: how many, and the first frame."""

    def __init__(self) -> None:
        self._count = self._first = 0

    def add(self, frame_number: int) -> None:
        """One more."""
        self._count += 1
        self._first = self._first or frame_number

    def defects(self, most: int) -> list[Defect]:
        """What is said of them, if there are any. most: pairs that are watched."""
        expected, effect = f"those between at most {most:,} pairs of hosts", "they have rows, and no finding"
        found = f"{self._count:,} malformed messages between others"
        return [Defect(LIMIT, 0, expected, found, effect, self._first)] if self._count else []


class MalformedIndex:
    """Those of one capture."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str], _Pair] = {}
        self._unwatched = Unwatched()

    def __iter__(self) -> Iterator[MalformedBurst]:
        """Bursts: LEAST malformed messages or more of one host to another within WINDOW_S seconds."""
        for (source, target), pair in self._pairs.items():
            if pair.burst:
                kinds = tuple(kind for kind, _ in pair.kinds.most_common())
                frames = tuple(frame for _, frame in pair.burst)
                yield MalformedBurst(source, target, pair.messages, frames, kinds)

    def __len__(self) -> int:
        """Pairs of hosts that are watched."""
        return len(self._pairs)

    def left(self) -> list[Defect]:
        """What is said of those that were not watched."""
        return self._unwatched.defects(MOST)

    def take(self, datagram: Datagram, message: Message) -> None:
        """Note a message with defects."""
        found = tuple(dict.fromkeys(defect.kind for defect in message.defects if defect.kind in KINDS))
        if not found or datagram.missing or datagram.time_ns is None or message.major_version not in (1, 2):
            return
        key = datagram.src_ip, datagram.dst_ip
        pair = self._pairs.get(key)
        if pair is None:
            if len(self._pairs) >= MOST:
                self._unwatched.add(datagram.frame_number)
                return
            pair = self._pairs[key] = _Pair()
        digest = hash(datagram.payload)
        again = digest == pair.digest
        if again and is_copy_of(datagram, pair.lately[-1][0], pair.hops):
            return
        pair.hops = one_more(pair.hops if again else b"", datagram)
        pair.digest, pair.messages = digest, pair.messages + 1
        pair.kinds.update(found)
        pair.lately.append((datagram.time_ns, datagram.frame_number))
        if not pair.burst and len(pair.lately) == LEAST and _within(pair.lately):
            pair.burst = list(pair.lately)


def _within(lately: deque[tuple[int, int]]) -> bool:
    return abs(lately[-1][0] - lately[0][0]) <= WINDOW_S * 10**9
