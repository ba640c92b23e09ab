"""What a table of an exchange is: states, events, and moves that each name the document they come from.

We watch and do not take part, so nothing is rejected. For every state and every event there is one of three answers:

* a move by the book: the document named in it says that this message may come here;
* a leap: the message can only come here if others passed before that the capture does not hold. The move names them
  in `unseen`. That is what lost packets and one-sided captures look like, and it accuses nobody;
* no move: the document has no place for this message here. The state stays what it was, and the message is recorded
  as unexpected, with the state in which it came and what could have come instead.

Retransmissions are no events (RFC 7296 section 2.1: the same bytes again): they say nothing new.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from analyzer.vocabulary import ExchangeEvent, ExchangeState


class Move(NamedTuple):
    """Where an event leads, and the document and section that say so.

    unseen: events that a leap leaves out. due: it may be waited for; not what only takes back what came before it.
    """

    to: ExchangeState
    reference: str
    unseen: tuple[ExchangeEvent, ...] = ()
    due: bool = True


Moves: TypeAlias = Mapping[ExchangeEvent, Move]


class Table(NamedTuple):
    """One exchange.

    states: name to meaning; the first one is where every run begins. events: name to meaning. moves: state to event to
    move. rule: the document that rules the order of these messages, for an event without a move.
    """

    name: str
    title: str
    rule: str
    states: Mapping[ExchangeState, str]
    events: Mapping[ExchangeEvent, str]
    moves: Mapping[ExchangeState, Moves]

    @property
    def start(self) -> ExchangeState:
        """The state before the first message."""
        return next(iter(self.states))

    def move(self, state: ExchangeState, event: ExchangeEvent) -> Move | None:
        """The move of this event in this state; None where the table has no place for it."""
        return self.moves[state].get(event)

    def expected(self, state: ExchangeState) -> Iterator[tuple[ExchangeEvent, Move]]:
        """Events that may come by the book and lead on, in the table's order."""
        for event, move in self.moves[state].items():
            if move.due and not move.unseen and move.to != state:
                yield event, move

    def is_final(self, state: ExchangeState) -> bool:
        """No event leads out of it."""
        return all(move.to == state for move in self.moves[state].values())


def chain(
    reference: str, *messages: tuple[ExchangeEvent, ExchangeState]
) -> dict[ExchangeState, dict[ExchangeEvent, Move]]:
    """Moves of an exchange whose messages (event, state it leads to) come one after another, with all leaps forward."""
    states: list[ExchangeState] = ["start", *(state for _, state in messages)]
    moves: dict[ExchangeState, dict[ExchangeEvent, Move]] = {}
    for place, state in enumerate(states):
        row = moves.setdefault(state, {})
        for later in range(place, len(messages)):
            event, to = messages[later]
            row[event] = Move(to, reference, tuple(e for e, _ in messages[place:later]))
    return moves


def mermaid(table: Table) -> str:
    """The state diagram in Mermaid's notation. Moves by the book only: leaps would hide the picture."""
    ids = {state: state.replace("-", "_") for state in table.states}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{state}" as {ids[state]}' for state in table.states if ids[state] != state]
    lines.append(f"    [*] --> {ids[table.start]}")
    for state, row in table.moves.items():
        arrows: dict[tuple[ExchangeState, str], list[str]] = {}
        for event, move in row.items():
            if not move.unseen:
                arrows.setdefault((move.to, move.reference), []).append(event)
        for (to, reference), events in arrows.items():
            lines.append(f"    {ids[state]} --> {ids[to]} : {', '.join(events)} ({reference})")
        if table.is_final(state):
            lines.append(f"    {ids[state]} --> [*]")
    return "\n".join(lines)
