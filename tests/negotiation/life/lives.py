"""Lives to test with: recordings of real daemons, and negotiations made message by message."""

from analyzer.negotiation.life import Event, Life, life_of
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import Story
from tests.assessment.build import SECOND, Talk, healthy, story
from tests.fixtures.cases import case
from tests.negotiation.recorded import read_story

EMPTY, NOTIFY, CHILD_DELETED = 57, 65, 69  # lengths of encrypted messages under AES-GCM-16


def recorded(name: str, *, keyed: bool = False) -> Story:
    """The story of a fixture, with or without its keys."""
    found = case(name)
    return read_story(found.capture, found.keys if keyed else None)


def told(life: Life) -> list[tuple[int, int | None, str]]:
    """The events by negotiation, child and kind."""
    return [(e.negotiation, e.child, e.event) for e in life.events]


def one(life: Life, event: str) -> Event:
    """The only event of its kind."""
    (found,) = [e for e in life.events if e.event == event]
    return found


def life(*talks: Talk) -> Life:
    """The life that these negotiations tell."""
    return life_of(story(*talks))


def ask(
    talk: Talk, message_id: int, *, by: str = "i", length: int = EMPTY, after: float = 1, answer: int = EMPTY
) -> None:
    """An INFORMATIONAL and its answer; an answer of length 0 does not come."""
    other = "r" if by == "i" else "i"
    talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=message_id, length=length, after=after)
    if answer:
        talk.say("INFORMATIONAL", by=other, begun_by=by, message_id=message_id, length=answer, after=0.01)


def on_paths(n: Negotiation, *places: tuple[int, str, int, str, int]) -> None:
    """Say where the messages from these frames on were seen."""
    n.moves = list(places)


__all__ = ["SECOND", "Talk", "ask", "healthy", "life", "on_paths", "one", "recorded", "story", "told"]
