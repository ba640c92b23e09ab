from pathlib import Path

from analyzer.report.folder import Batch, folder_names, write_report
from analyzer.tables.schema import SCHEMA
from tests.report.sample import PROVENANCE, sample


def test_one_report(tmp_path: Path) -> None:
    verdict = write_report(sample(), PROVENANCE, tmp_path / "deep" / "out")
    assert verdict.total == 6
    have = {p.relative_to(tmp_path / "deep" / "out").as_posix() for p in (tmp_path / "deep" / "out").rglob("*.*")}
    want = {"report.html", "report.json", "proposals.csv", "failures.csv", "weak_algorithms.csv"}
    assert have == want | {f"tables/{name}.csv" for name in SCHEMA}


def test_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(sample(), PROVENANCE, tmp_path / name)
    for path in (tmp_path / "a").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_folder_names_are_safe_and_new() -> None:
    names = list(
        folder_names(
            [
                "x/gw.pcap",
                "y/gw.pcap.gz",
                "GW.pcapng",
                "../..",
                "a b;c\u202e.pcap",
                "-",
                "tables.pcap",
                "x.y.cap",
                "z/x.pcap",
            ]
        )
    )
    assert names == ["x", "y", "GW", "capture", "a_b_c", "stdin", "tables-2", "x.y", "x-2"]


def test_a_batch_has_an_index_and_common_files(tmp_path: Path) -> None:
    batch = Batch(tmp_path, ["a/gw.pcap", "b/gw.pcap", "gone.pcap"])
    batch.add("a/gw.pcap", sample(), PROVENANCE)
    batch.fail("gone.pcap", "gone.pcap: there is no such file")
    batch.add("b/gw.pcap", sample(), PROVENANCE)
    index = batch.finish(PROVENANCE).read_text("utf-8")
    assert index.index("a/report.html") < index.index("b/report.html")
    assert "gone.pcap: there is no such file" in index
    assert (tmp_path / "b" / "report.html").is_file()
    assert len((tmp_path / "failures.csv").read_text().splitlines()) == 9
