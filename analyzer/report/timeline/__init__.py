"""The timeline of a page, from the tables alone: negotiations, exchanges, ESP and AH on one axis of time."""

from analyzer.report.timeline.picture import Timeline, timeline

__all__ = ["Timeline", "timeline"]
