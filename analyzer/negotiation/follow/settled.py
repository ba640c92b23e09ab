"""An exchange to which nothing more comes: what is asked of it again and again is read from the log at once."""

from collections.abc import Iterator

from analyzer import vocabulary as words
from analyzer.negotiation.figure import Figure
from analyzer.negotiation.model import NONE, Exchange, Log, Step, StepRow


class Settled(Exchange):
    """The same as the exchange says of itself, worked out when it is made; there is one message in it at least."""

    __slots__ = (
        "ends",
        "figure",
        "first",
        "first_frame",
        "first_time",
        "frames",
        "outcome",
        "request",
        "response",
        "rows",
        "steps",
        "times",
    )

    ends: tuple[int | None, int | None]
    figure: Figure
    first: Step
    first_frame: int
    first_time: int | None
    frames: list[int]
    outcome: words.ExchangeOutcome
    request: Step | None
    response: Step | None
    rows: list[StepRow]
    steps: list[Step]
    times: list[int | None]

    def __init__(self, log: Log, index: int) -> None:
        super().__init__(log, index)
        self.rows = rows = log.rows(index)
        self.steps = steps = log.read(rows)
        self.first = steps[0]
        self.frames = [row[1] for row in rows]
        self.times = [step.time_ns for step in steps]
        self.first_frame, self.first_time = self.first.frame_number, self.first.time_ns
        places = [row[0] for row in rows]
        _, _, _, _, asked, answered = self._row
        self.request = request = None if asked == NONE else steps[places.index(asked)]
        self.response = response = None if answered == NONE else steps[places.index(answered)]
        self.ends = request and request.frame_number, response and response.frame_number
        self.outcome = super().outcome
        self.figure = log.figures.of(self)

    def newest_steps(self) -> Iterator[Step]:
        """From the last one back."""
        return reversed(self.steps)
