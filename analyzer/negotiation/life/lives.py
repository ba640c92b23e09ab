"""What is worked out of a whole story, each once and only when somebody asks: lives of SAs, and their streams."""

from functools import cached_property

from analyzer.capture.datagram import IcmpError
from analyzer.negotiation.life.model import Life
from analyzer.negotiation.life.reader import life_of
from analyzer.negotiation.life.reported import sa_of_errors
from analyzer.negotiation.life.streams import Joined, join_streams
from analyzer.negotiation.story import Story


class Lives:
    """A story and what it says of its SAs once they are up. The story is complete: nothing of it changes any more."""

    def __init__(self, story: Story) -> None:
        self.story = story

    @cached_property
    def life(self) -> Life:
        """Moves, rekeys, liveness, deletes."""
        return life_of(self.story)

    @cached_property
    def joined(self) -> list[Joined]:
        """ESP and AH streams with the SAs that they belong to, in the order of the story's streams."""
        return join_streams(self.story, self.life) if self.story.streams else []

    @cached_property
    def reported(self) -> dict[int, list[IcmpError]]:
        """ICMP errors that quote ESP or AH, by the number of the SA whose traffic they are about."""
        return sa_of_errors(self.story, self.joined) if self.story.icmp_errors else {}
