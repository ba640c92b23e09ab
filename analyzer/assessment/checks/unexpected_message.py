"""Message that the protocol has no place for."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.negotiation.exchanges.course import surprises
from analyzer.negotiation.exchanges.run import Surprise

ABOUT = Explanation(
    id="unexpected-message",
    kind="check",
    title="Message that the protocol has no place for",
    severity="info",
    what=(
        "A message came in a state of its exchange in which the document that rules the exchange does not have it, and "
        "no message that this capture may lack explains it."
    ),
    why=(
        "Two different requests under one message ID, a second choice of the responder, or an exchange of the wrong "
        "side are faults of an implementation, or somebody else who takes part."
    ),
    wire=(
        "Every exchange is followed by a state table, which docs/states.md draws. What a lost packet, a late begin or "
        "a one-sided capture explains is not reported here: it stands in the column `missing` of `exchanges`."
    ),
    lookalikes="Packets that the capture holds in another order than they were sent, and two captures merged by time.",
    advice=(
        "Look at the frames: who sent the message, and whether it continued as if nothing had happened. A message that "
        "nobody reacts to is rejected by the peer as it should be."
    ),
    references=("RFC 7296 2.1, 2.2", "RFC 2408 4, 5.1"),
)

MOST = 20  # findings of one negotiation, and frames of one finding: a flood says the same over and over


def find(case: Case) -> Iterator[Finding]:
    """One finding for each kind of message in each state."""
    found: dict[tuple[str, str, str], list[Surprise]] = {}
    for surprise in surprises(case.n):
        if surprise.unexpected:
            key = surprise.table.title, surprise.state, surprise.event
            found.setdefault(key, []).append(surprise)
    for (title, _, _), same in list(found.items())[:MOST]:
        frames = tuple(s.frame_number for s in same[:MOST])
        often = f" {len(same)} times." if len(same) > 1 else ""
        yield case.finding(ABOUT, title, frames, explained(same[0]) + often, confidence="likely")


def explained(surprise: Surprise) -> str:
    """What came, what had been seen until then, and what was expected instead."""
    table = surprise.table
    expected = [f"{table.events[event]} ({move.reference})" for event, move in table.expected(surprise.state)]
    instead = f"Expected: {'; '.join(expected)}" if expected else f"Nothing more was expected ({table.rule})"
    came, before = table.events[surprise.event], table.states[surprise.state]
    return f"{came[0].upper()}{came[1:]}, after: {before}. {instead}."
