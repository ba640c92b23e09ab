"""What a comparison is made of: an answer of each side to the same question, and all questions together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from analyzer.report.words import clip, file_name, frames_text
from analyzer.tables.text import iso_time

SEEN: Final = "seen"
ABSENT: Final = "not-seen"
UNKNOWN: Final = "cannot-be-known"


MOST_TEXT: Final = 400  # of one answer where people read it
NO_CAUSE: Final = (
    "A difference is no cause by itself: causes are what the row Cause by diagnosis says, as sure as it is."
)


class Answer(NamedTuple):
    """What one side shows of an aspect.

    state: seen, not-seen (what would show it is in the capture in clear or decrypted, and does not hold it), or
    cannot-be-known. text: what is seen, or why nothing is. frames: where to look. key: what is compared, where that is
    not the text. span_s: of a span of time its length, of which near ones count as equal.
    """

    state: str
    text: str
    frames: tuple[int, ...] = ()
    key: object = None
    span_s: float | None = None

    @property
    def compared(self) -> object:
        """What has to be equal on both sides."""
        if self.state == ABSENT:
            return None
        return self.text if self.key is None else self.key

    def or_absent(self, text: str) -> "Answer":
        """Itself where it cannot be known, otherwise absent in these words."""
        return self if self.state == UNKNOWN else absent(text)

    @property
    def shown(self) -> str:
        """For a reader: the text, and the frames to look at."""
        frames = f" ({frames_text(self.frames, 3)})" if self.frames else ""
        return clip(self.text, MOST_TEXT) + frames


def seen(text: str, frames: Iterable[int | None] = (), key: object = None) -> Answer:
    """What a side shows, and where."""
    return Answer(SEEN, text, tuple(sorted({frame for frame in frames if frame is not None})), key)


def absent(text: str = "none") -> Answer:
    """What is not there, though it would be seen."""
    return Answer(ABSENT, text)


def unknown(why: str) -> Answer:
    """What cannot be known on a side, and why."""
    return Answer(UNKNOWN, why)


class Aspect(NamedTuple):
    """One question to both sides. matters: another answer can make another outcome; it need not have done so."""

    topic: str
    name: str
    a: Answer
    b: Answer
    matters: bool = True

    @property
    def differs(self) -> bool:
        """Both sides are known, and not the same."""
        return UNKNOWN not in (self.a.state, self.b.state) and self.a.compared != self.b.compared


class Party(NamedTuple):
    """One of the two negotiations. word: A or B."""

    word: str
    capture: str
    negotiation: int
    first_time: int | None
    headline: str
    initiator_spi: str
    responder_spi: str
    decrypted: bool

    def record(self) -> dict[str, Any]:
        """As in JSON: the time in UTC as text."""
        first_time = (iso_time(self.first_time) or None) if self.first_time is not None else None
        return self._asdict() | {"first_time": first_time}


@dataclass(slots=True)
class Compared:
    """Two negotiations side by side.

    remarks: what limits the comparison. differences: what differs, what can matter to the outcome first; equal; and
    unknown: what cannot be known on one side or on both.
    """

    a: Party
    b: Party
    remarks: tuple[str, ...] = ()
    differences: list[Aspect] = field(default_factory=list)
    equal: list[Aspect] = field(default_factory=list)
    unknown: list[Aspect] = field(default_factory=list)

    @property
    def mattering(self) -> list[Aspect]:
        """The differences that can matter to the outcome."""
        return [aspect for aspect in self.differences if aspect.matters]

    @property
    def others(self) -> list[Aspect]:
        """The other differences."""
        return [aspect for aspect in self.differences if not aspect.matters]

    def capture_of(self, party: Party) -> str:
        """The file of a side: its name, or its path where only that keeps both apart."""
        a, b = self.a.capture, self.b.capture
        return party.capture if a != b and file_name(a) == file_name(b) else file_name(party.capture)

    def record(self) -> dict[str, Any]:
        """All of it as what JSON can say."""
        lists = {"differences": self.differences, "equal": self.equal, "cannot_be_known": self.unknown}
        return {
            "a": self.a.record(),
            "b": self.b.record(),
            "remarks": list(self.remarks),
            **{name: [_record(aspect) for aspect in aspects] for name, aspects in lists.items()},
        }

    def __repr__(self) -> str:
        """How much differs, in a line for a notebook."""
        return (
            f"<Comparison of negotiations {self.a.negotiation} and {self.b.negotiation}: {len(self.differences)} "
            f"differences, {len(self.equal)} equal, {len(self.unknown)} cannot be known>"
        )

    def _repr_html_(self) -> str:
        """Both side by side for a notebook, what differs first."""
        from analyzer.report.inline import inline  # noqa: PLC0415  (jinja2: text and JSON do without)

        return inline("compared", ("negotiation", "tables", "compare"), {"c": self, "no_cause": NO_CAUSE})


def _record(aspect: Aspect) -> dict[str, Any]:
    sides = {
        word: {"state": answer.state, "text": answer.text, "frames": list(answer.frames)}
        for word, answer in (("a", aspect.a), ("b", aspect.b))
    }
    return {"topic": aspect.topic, "aspect": aspect.name, "can_matter": aspect.matters, **sides}
