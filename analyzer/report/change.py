"""One difference between two sides of `diff`."""

from typing import Final, NamedTuple

from analyzer.report.snapshot import Shown

NOT_READ: Final = "not-read"
"""The kind of what is no difference: something of a side was not read."""


OUTCOME_CHANGED: Final = "outcome-changed"
UNFINISHED: Final = "incomplete"


class Change(NamedTuple):
    """One difference. `drift`: something new was seen; otherwise something known was only not seen again.

    new: what is new of the subject, each by its name: peers but scanners, versions, modes, suites, SHA-256 of
    certificates, implementations, outcomes. capture, frame_number: the first, by its name, of the captures on the
    current side that show it, and the first frame in it; None: nothing shows it, or that is not known.
    """

    kind: str
    subject: str
    text: str
    drift: bool
    new: tuple[str, ...] = ()
    capture: str | None = None
    frame_number: int | None = None

    @property
    def may_be_drift(self) -> bool:
        """Whether only what was not read keeps it from being drift."""
        return self.kind == OUTCOME_CHANGED and self.new != (UNFINISHED,)

    def shown(self, place: Shown | None) -> "Change":
        """The same with where it is shown."""
        return self if place is None else self._replace(capture=place[0] or None, frame_number=place[1] or None)
