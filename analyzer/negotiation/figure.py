"""The figure of an exchange: all that its messages say but for their frames and times.

A capture holds few distinct ones, since peers of one kind say the same: what depends on nothing else is worked out once
for all exchanges that share theirs.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, Protocol

from analyzer.negotiation.seen import SeenNotify

_KNOWN: Final = 64  # answers that are kept of a figure


class Look(Protocol):
    """What a figure is made of: steps (model.py) without their places."""

    @property
    def retransmission_of(self) -> int | None:
        """None: it repeats nothing."""

    @property
    def duplicate(self) -> bool:
        """A copy that a mirror port made."""

    @property
    def from_initiator(self) -> bool:
        """Who sent it."""

    @property
    def is_response(self) -> bool:
        """IKEv2's flag."""

    @property
    def transport(self) -> str:
        """Over what."""

    @property
    def encrypted(self) -> bool:
        """Whether it is."""

    @property
    def notifies(self) -> tuple[SeenNotify, ...]:
        """Those that could be read."""

    @property
    def fragment(self) -> tuple[int, int | None] | None:
        """None: it is none."""

    @property
    def vendor_ids(self) -> tuple[bytes, ...]:
        """Those that could be read."""

    @property
    def defects(self) -> tuple[str, ...]:
        """Their kinds."""


class Figure:
    """The steps of an exchange but for their frames and times: what they are, and which repeats which.

    A capture holds few distinct ones. Exchanges of one type that look the same share theirs, with what others worked
    out of it (`known`), as long as it is remembered (follow/log.py). begun_by_initiator: the exchange was. Copies
    that mirror ports make are left out of `from_initiator`, `from_responder`, `answers`, `notifies`, `fragmented` and
    `damaged` (some message has a defect).
    """

    __slots__ = (
        "answers",
        "asked",
        "damaged",
        "encrypted",
        "ends",
        "fragmented",
        "fresh",
        "from_initiator",
        "from_responder",
        "in_order",
        "in_pieces",
        "known",
        "notifies",
        "plain",
        "protected",
        "retransmissions",
        "senders",
        "shared",
        "transports",
        "vendor_ids",
    )

    def __init__(self, steps: Sequence[Look], *, begun_by_initiator: bool, shared: bool) -> None:
        own = [(place, s) for place, s in enumerate(steps) if not s.duplicate]
        self.shared = shared
        self.known: dict[Any, Any] = {}
        self.from_initiator = sum(s.from_initiator for _, s in own)
        self.from_responder = len(own) - self.from_initiator
        self.fragmented = any(s.fragment is not None for _, s in own)
        self.in_pieces = any(s.fragment is not None for s in steps)
        self.notifies = any(s.notifies for _, s in own)
        self.damaged = any(s.defects for _, s in own)
        # First transmissions of the initiator and of the responder
        senders = [s.from_initiator for _, s in own if s.retransmission_of is None]
        self.fresh = senders.count(True), senders.count(False)
        self.retransmissions = sum(s.retransmission_of is not None for _, s in own)
        # No repetition, no copy, no fragment
        self.plain = len(own) == len(steps) and not self.retransmissions and not self.fragmented
        self.encrypted = any(s.encrypted for s in steps)
        # No response before a request
        self.in_order = not any(a.is_response and not b.is_response for a, b in pairwise(steps))
        self.vendor_ids = any(s.vendor_ids for s in steps)
        self.protected = all(s.encrypted for s in steps)
        begun = [s.from_initiator == begun_by_initiator for s in steps]
        # Places of the first message of the side that began, and of the other
        self.ends = begun.index(True) if True in begun else None, begun.index(False) if False in begun else None
        self.senders = frozenset(s.from_initiator for s in steps)  # whether the initiator sent it
        self.transports = frozenset((s.transport, s.from_initiator) for s in steps)
        self.asked = True in self.senders  # by the initiator
        # By transport: whether it was asked, and places of the responder's first and last answer. What it begins itself
        # is none
        answers: dict[str, tuple[int, int]] = {}
        for place, step in own if begun_by_initiator else ():
            if not step.from_initiator:
                answers[step.transport] = answers.get(step.transport, (place, 0))[0], place
        self.answers = tuple((transport, self.asked, *ends) for transport, ends in answers.items())

    def keep(self, question: Any, answer: Any) -> None:
        """Remember what was worked out of it, in `known`; of one that is not shared nothing needs to be."""
        if self.shared:
            if len(self.known) >= _KNOWN:
                self.known.clear()
            self.known[question] = answer
