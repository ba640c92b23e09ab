import pickle
from pathlib import Path

from analyzer.batch.reporting import report_job
from analyzer.batch.work import work
from analyzer.report.folder import Reporter
from analyzer.report.outputs import OutputFolder
from analyzer.report.provenance import provenance_of
from tests.batch.jobs import HOW
from tests.cli.running import FAILED


def test_the_report_of_a_capture_by_any_process(tmp_path: Path) -> None:
    for number, options in enumerate((None, {})):
        names = {str(FAILED): f"gw-{number}", "/nowhere": "lost"}
        with OutputFolder(tmp_path):
            reporter = Reporter(tmp_path, names, provenance_of(HOW.analysis()), options=options)
            job = pickle.loads(pickle.dumps(report_job(HOW, reporter)))
            reported = work(job, str(FAILED)).value
            assert reported is not None
            assert (tmp_path / f"gw-{number}" / "report.html").is_file()
            assert (tmp_path / f"gw-{number}" / "part.json").is_file() is (options is not None)
            assert work(job, "/nowhere").value is None
