"""The report of several captures as a job: what is made of each, for a command and for Python."""

from functools import partial
from typing import TYPE_CHECKING

from analyzer.batch.reading import Reading
from analyzer.batch.work import Job, Result

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.report.folder import Reporter
    from analyzer.report.parts import Reported


def report_job(how: Reading, reporter: "Reporter") -> "Job[Reported]":
    """Write the report of each capture; one that nothing is wrong with may be taken over by another run."""
    return Job(how, partial(_reported, reporter=reporter), finish=partial(_finished, reporter=reporter))


def _reported(capture: str, analysis: "Analysis", *, reporter: "Reporter") -> "Reported":
    return reporter.write(capture, analysis.tables, analysis.dissected, analysis.jobs)


def _finished(result: "Result[Reported]", *, reporter: "Reporter") -> "Result[Reported]":
    """The report of a capture that is worked on to its end."""
    if result.value is None:
        return result
    reported = result.value._replace(stopped=result.stopped, unopened=result.unopened, broken=result.broken)
    return result._replace(value=reporter.finish(reported))
