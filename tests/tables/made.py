"""Tables as they stand at the end of a capture, of fixtures and of made-up talk."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analyzer.analysis import Analysis
from analyzer.assessment import Assessment
from analyzer.capture.datagram import CaptureInfo, Flow
from analyzer.negotiation.life import Lives
from analyzer.negotiation.story import Story
from analyzer.notebook import read_pcap
from analyzer.tables import build
from analyzer.tables.run import Run
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.assessment.assessed import assess
from tests.fixtures.cases import case
from tests.negotiation.build import Talk


def read(name: str, *, keys: bool = False) -> Analysis:
    """A fixture."""
    one = case(name)
    return read_pcap(one.capture, keys=one.keys if keys else None)


def rows(analysis: Analysis, table: str) -> list[dict[str, Any]]:
    """All rows of a table, by column name."""
    return list(analysis.tables[table].records())


def run_of(story: Story, *, flows: Sequence[Flow] = (), judged: Assessment | None = None) -> Run:
    """A capture that held this story; without `judged` it is judged when somebody asks."""
    lives = Lives(story)
    return Run(CaptureInfo("x"), flows, [], lives, lambda: judged or assess(story, lives=lives))


def filled(run: Run, tables: Iterable[str] = SCHEMA, keep: Mapping[str, Sequence[str]] | None = None) -> Tables:
    """Those of the tables that are known only now."""
    made = Tables(keep)
    build.finish(made, tuple(tables), run)
    return made


def built(talk: Talk, later: float = 10) -> Tables:
    """All tables that are known at the end of a made-up capture."""
    return filled(run_of(talk.story(later)))
