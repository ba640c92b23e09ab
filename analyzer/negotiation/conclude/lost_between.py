"""A message that everybody waits for, seen at one point of observation and not at the next: where it was lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from analyzer.negotiation.conclude.dropped import why
from analyzer.negotiation.conclude.sights import Between, Missing, Sights, sights_of
from analyzer.vocabulary import side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.capture.points import Points
    from analyzer.negotiation.conclude.rests import Rests
    from analyzer.negotiation.model import Exchange, Negotiation, Step


Sends = Callable[["Negotiation", int], bool]


class Lost(NamedTuple):
    """Messages of one side that one point saw and another not: the last word of that side in the exchange.

    between: of the point that saw them and the one that did not. later: the same way, of exchanges after this one.
    """

    exchange: Exchange
    found: tuple[Missing, ...]
    between: Between
    later: tuple[Missing, ...] = ()

    @property
    def way(self) -> tuple[int, int, bool]:
        """From which point to which, and whether the initiator sent it."""
        return self.found[0].at, self.found[0].gone, self.from_initiator

    @property
    def from_initiator(self) -> bool:
        """Who sent them."""
        return self.found[0].message.from_initiator

    @property
    def passes_first(self) -> bool | None:
        """Whether the point that saw them is the nearer one to their sender."""
        first = self.between.a_first
        return first if first is None or self.from_initiator else not first

    @property
    def sent(self) -> list[Step]:
        """Their transmissions that the second point could have seen."""
        return sorted((s for m in self.found for s in m.sent), key=lambda s: s.frame_number)


def lost_between(n: Negotiation, sights: Sights | None, *, up: bool) -> Lost | None:
    """What was lost between two points and explains why the SA, or a request of it, came to nothing.

    The last exchange is asked, and those before it in which the same was lost. up: the SA came up.
    """
    if sights is None or n.failed_by not in (None, "none") or n.outcome in ("redirected", "probe"):
        return None
    found: Lost | None = None
    for exchange in reversed(n.exchanges):
        word = _last_word(exchange)
        lost = _lost(sights, exchange, word) if word and _waited_for(exchange, word, up=up) else None
        if word is None or (lost is None and found is None and _says_nothing(exchange)):
            continue
        if lost is None or (found is not None and found.way != lost.way):
            break
        found = lost if found is None else lost._replace(later=(*found.found, *found.later))
    return found


def hear_points(
    n: Negotiation,
    points: Points,
    rests: Rests,
    sends: Sends,
    unread_files: Sequence[str] = (),
) -> None:
    """An answer that ends the setup and is lost between two points does not make an SA, whatever it holds.

    sends: whether ESP or AH of the initiator began at a time (ns) or later: it got an answer by another way then.
    """
    if n.outcome != "established" or n.ike_version != 2:
        return
    sights = sights_of(n, points, rests)
    lost = lost_between(n, sights, up=False)
    if lost is None or sights is None or lost.exchange.exchange != "IKE_AUTH" or not lost.passes_first:
        return
    if lost.from_initiator or any(not m.covered for m in lost.found):
        return
    answered = min((s.time_ns for s in lost.sent if s.time_ns is not None), default=0)
    if sends(n, answered - abs(lost.between.offset_ns or 0)):  # by whichever of the two clocks
        return
    here, there = (sights.named(place) for place in lost.way[:2])
    n.outcome, n.failed_at, n.failed_by, n.failure = "failed", "IKE_AUTH", "none", None
    n.outcome_confidence = "likely"
    n.outcome_basis = f"the {side(initiator=False)}'s answer was seen at {here} and never at {there}"
    doubts = sights.doubts(lost.way[1], lost.sent[0])
    if unread_files or doubts:
        n.outcome_confidence = "possible"
        n.outcome_basis += "".join(f"; {one}" for one in [*([why(0, unread_files)] if unread_files else []), *doubts])
    n.absence = True
    for child in n.children:
        child.outcome = "unknown"


def _says_nothing(exchange: Exchange) -> bool:
    """Nobody waits for an answer in it: IKEv1's INFORMATIONAL."""
    return exchange.ike_version == 1 and exchange.exchange == "INFORMATIONAL"


def _last_word(exchange: Exchange) -> list[Step]:
    """The last new message of either side, of one in fragments each; none: there is none."""
    word: list[Step] = []
    for step in exchange.steps:
        if step.retransmission_of is None and not step.duplicate:
            if word and not (step.from_initiator == word[-1].from_initiator and step.fragment and word[-1].fragment):
                word = []
            word.append(step)
    return word


def _waited_for(exchange: Exchange, word: list[Step], *, up: bool) -> bool:
    """Somebody still waits for it: the SA is not up, or one side retransmits on and on."""
    known, others = {s.frame_number for s in word}, [s for s in exchange.steps if not s.duplicate]
    repeated = any(s.retransmission_of in known for s in others)
    again = (s for s in others if s.from_initiator != word[0].from_initiator)
    asked_again = any(s.retransmission_of is not None for s in again)
    if up:
        return asked_again if word[0].is_response else repeated
    return asked_again or repeated or not word[0].is_response


def _lost(sights: Sights, exchange: Exchange, word: Iterable[Step]) -> Lost | None:
    """The pair of points between which it was lost: the one that is known best, and lies nearest together."""
    origins, found = {step.frame_number for step in word}, []
    for rank, at in enumerate(sights.places):
        for other, gone in enumerate(sights.places):
            missing = [m for m in sights.missing(at, gone) if m.message.first.frame_number in origins]
            lost = Lost(exchange, tuple(missing), sights.between(at, gone)) if missing else None
            if lost is not None and lost.passes_first is not False:
                found.append(((lost.passes_first is None, abs(rank - other)), lost))
    return min(found, key=lambda entry: entry[0], default=(None, None))[1]
