"""Messages of an SA that nobody could read: what seems missing may be in one of them.

They are in the capture. This program failed on them, their version is one that it does not know, or the capture holds
less of them than an ISAKMP header, or than the number of a fragment. So no silence, no loss and no late start of the
capture is concluded where there are some.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyzer.capture.placed_frame import named
from analyzer.negotiation.follow.plausible import cut_before_place, is_of_unknown_version

if TYPE_CHECKING:
    from analyzer.capture.datagram import Datagram
    from analyzer.negotiation.model import Negotiation

_ON_SILENCE: Final = ("unanswered", "incomplete", "probe")
_SPI: Final = 8
MOST: Final = 1 << 14
"""SAs of which each kind of messages is counted apart; those of more are counted together, and may be of any SA."""
_ANY: Final = ""


class Unread:
    """How many messages of each SA were not read, and the first of them: by the initiator's SPI.

    What was cut before the end of that SPI is known by its hosts.
    """

    def __init__(self) -> None:
        self._failed: dict[str, tuple[int, int]] = {}
        self._cut: dict[str, tuple[int, int]] = {}
        self._unknown: dict[str, tuple[int, int]] = {}

    def __bool__(self) -> bool:
        """Whether there are any that may be of any SA. What is of another version is known by its SPI."""
        return bool(self._failed or self._cut)

    @property
    def is_full(self) -> bool:
        """Whether some are counted together, which would be counted apart were there fewer of them."""
        return any(_ANY in known for known in (self._failed, self._cut, self._unknown))

    def fail(self, spi: bytes, frame_number: int) -> None:
        """The analyzer failed on a message that begins with this SPI."""
        _count(self._failed, spi.hex(), frame_number)

    def note_unplaced(self, datagram: Datagram) -> None:
        """A message that is placed nowhere, if that is for its version, or because of how little of it was captured."""
        if is_of_unknown_version(datagram):
            _count(self._unknown, datagram.payload[:_SPI].hex(), datagram.frame_number)
        elif cut_before_place(datagram):
            spi = datagram.payload[:_SPI]
            key = spi.hex() if len(spi) == _SPI else _hosts(datagram.src_ip, datagram.dst_ip)
            _count(self._cut, key, datagram.frame_number)

    def why(self, n: Negotiation) -> str:
        """What a reader sees of those of an SA; empty: all that is known to be of it was read.

        One of another version says nothing where both sides speak in the versions that are known.
        """
        hosts = _hosts(n.initiator_ip, n.responder_ip)
        for key, of in (
            (n.initiator_spi, "of this SA"),
            (hosts, "between its hosts"),
            (_ANY, "of other SAs or this one"),
        ):
            if key in self._failed:
                return f"the analyzer failed on {_messages(*self._failed[key], of)}"
            if key in self._unknown and not _both_speak(n):
                return f"a version other than 1 and 2 stands in {_messages(*self._unknown[key], of)}"
            if key in self._cut:
                return f"too little was captured of {_messages(*self._cut[key], of)}"
        return ""


def doubt_unread(n: Negotiation, unread: Unread) -> None:
    """Take back what rests on the absence of a message, where some were not read."""
    from analyzer.negotiation.conclude.verdict import Verdict  # noqa: PLC0415  (of SAs; messages alone need none)

    n.unread = why = unread.why(n)
    if not why:
        return
    failed = [c for c in n.children if c.outcome == "failed"]
    for child in failed:
        if child.response_frame is None or (child.basis == "inferred" and child.created_by != "CREATE_CHILD_SA"):
            child.outcome = "unknown"
    undone = bool(failed) and all(c.outcome == "unknown" for c in failed)
    if n.outcome in _ON_SILENCE or (n.outcome == "failed" and (n.absence or n.failed_by == "none")):
        verdict = Verdict("incomplete", None, None, None, why)
    elif n.outcome == "failed":
        verdict = Verdict(n.outcome, n.failed_at, n.failed_by, n.failure, f"{n.outcome_basis}; {why}", "possible")
    elif n.failed_by == "none" or (undone and n.failed_at in {c.created_by for c in failed}):
        verdict = Verdict(n.outcome, None, None, None, f"{n.outcome_basis}; {why}", n.outcome_confidence)
    elif n.outcome == "established" and n.outcome_confidence != "certain":  # it may say that nothing follows
        basis = f"{n.outcome_basis}; {why}"
        verdict = Verdict(n.outcome, n.failed_at, n.failed_by, n.failure, basis, n.outcome_confidence)
    else:
        return
    n.outcome, n.failed_at, n.failed_by, n.failure, n.outcome_basis, n.outcome_confidence, n.absence = verdict


def note_stop(n: Negotiation) -> None:
    """Reading stopped at a limit: it is not the capture that ends there."""
    for place in ("the capture ends", "in the capture"):
        n.outcome_basis = n.outcome_basis.replace(place, place.replace("the capture", "what was read of the capture"))


def _both_speak(n: Negotiation) -> bool:
    from analyzer.negotiation.conclude.verdict import heard  # noqa: PLC0415  (as above)

    return heard(n, from_initiator=True) and heard(n, from_initiator=False)


def _count(known: dict[str, tuple[int, int]], key: str, frame_number: int) -> None:
    if len(known) >= MOST and key not in known:
        key = _ANY
    count, first = known.get(key, (0, frame_number))
    known[key] = count + 1, min(first, frame_number)


def _hosts(a: str, b: str) -> str:
    return f"{min(a, b)} {max(a, b)}"


def _messages(count: int, first: int, of: str) -> str:
    frame = named(first)
    return f"a message {of} (frame {frame})" if count == 1 else f"{count:,} messages {of} (first in frame {frame})"
