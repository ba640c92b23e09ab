import gzip
import html
import json
import os
import re
import shutil
import struct
from pathlib import Path

import pytest

from tests.cli.running import FAILED, HEALTHY, WEAK, run


def test_no_drift() -> None:
    done = run("diff", HEALTHY, HEALTHY)
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "no drift" in done.stderr


def test_a_side_without_negotiations_is_said(tmp_path: Path) -> None:
    path = tmp_path / "none.pcap"
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    done = run("diff", HEALTHY, path)
    assert done.exit_code == 0
    assert f"{path}: no negotiation in it" in done.stderr
    assert "no drift; 2 not seen again, which proves nothing" in done.stderr


def test_another_suite_between_the_same_hosts_is_drift() -> None:
    done = run("diff", HEALTHY, WEAK)
    assert done.exit_code == 1
    assert "+ suite-changed: 192.0.2.10 and 192.0.2.20 agree on IKEv1 main mode with DES-CBC" in done.stdout


def test_changes_as_json() -> None:
    done = run("diff", HEALTHY, WEAK, "--format", "json")
    assert done.exit_code == 1
    changes = json.loads(done.stdout)
    lines = [f"{'+' if c['drift'] else '-'} {c['kind']}: {c['subject']} {c['text']}" for c in changes]
    assert lines == run("diff", HEALTHY, WEAK).stdout.splitlines()
    assert json.loads(run("diff", HEALTHY, HEALTHY, "--format", "json").stdout) == []


def test_a_page_has_the_same_changes_and_nothing_comes_alive_in_it(tmp_path: Path) -> None:
    hostile = tmp_path / "<b>x"
    hostile.mkdir()
    shutil.copy(WEAK, hostile / "<script>.pcap")
    done = run("diff", HEALTHY, hostile, "--format", "html")
    assert done.exit_code == 1
    shown = [
        html.unescape(re.sub(r"<[^>]*>", "", row))
        for row in re.findall(r"<tr><td class=.*?</tr>", done.stdout.replace("<wbr>", ""))
    ]
    changes = json.loads(run("diff", HEALTHY, hostile, "--format", "json").stdout)
    assert shown == [
        f"{c['kind']}{c['subject']}{c['text']}" + (f"{c['capture']}{c['frame_number']}" if c["drift"] else "")
        for c in changes
    ]
    assert [name for name in ("<b>x", "<script>.pcap") if name in done.stdout] == []
    assert "Content-Security-Policy" in done.stdout
    assert "Nothing that the baseline does not show." in run("diff", HEALTHY, HEALTHY, "--format", "html").stdout


def test_a_page_says_what_was_not_read(tmp_path: Path) -> None:
    (tmp_path / "now").mkdir()
    shutil.copy(HEALTHY, tmp_path / "now" / "a.pcap")
    (tmp_path / "now" / "b.pcap").write_bytes(HEALTHY.read_bytes()[:30])
    done = run("diff", HEALTHY, tmp_path / "now", "--format", "html")
    assert "Current: not all of it was read." in done.stdout
    assert "b.pcap" in done.stdout


def test_saved_reports_stand_for_their_captures(tmp_path: Path) -> None:
    run("report", HEALTHY, "-o", tmp_path)
    direct = run("diff", HEALTHY, WEAK)
    for baseline in (tmp_path, tmp_path / "report.json"):
        done = run("diff", baseline, WEAK)
        assert (done.exit_code, done.stdout) == (1, direct.stdout)
    data = (tmp_path / "report.json").read_bytes()
    (tmp_path / "report.json").unlink()
    (tmp_path / "report.json.gz").write_bytes(gzip.compress(data))  # as that of many negotiations is written
    for baseline in (tmp_path, tmp_path / "report.json.gz"):
        done = run("diff", baseline, WEAK)
        assert (done.exit_code, done.stdout) == (1, direct.stdout)


def test_what_cannot_be_read_is_3(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("{}")
    (tmp_path / "empty").mkdir()
    for baseline in ("gone.pcap", tmp_path / "odd.json", tmp_path / "empty"):
        done = run("diff", baseline, FAILED)
        assert done.exit_code == 3
        assert done.stderr.count("error: ") == 1


def test_an_edited_report_is_an_input_that_cannot_be_read(tmp_path: Path) -> None:
    run("report", FAILED, "-o", tmp_path)
    saved = tmp_path / "report.json"
    text = saved.read_text()
    saved.write_text(text.replace('"ike_version": 2', '"ike_version": "two"'))
    assert saved.read_text() != text
    done = run("diff", saved, FAILED)
    assert done.exit_code == 3
    assert "a damaged report: ike_version is str 'two'" in done.stderr


def test_a_report_of_any_size_and_kind_ends_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("report", FAILED, "-o", tmp_path)
    saved = tmp_path / "report.json"
    monkeypatch.setattr("analyzer.report.json.MOST_BYTES", saved.stat().st_size)
    assert run("diff", saved, FAILED).exit_code == 0
    monkeypatch.setattr("analyzer.report.json.MOST_BYTES", saved.stat().st_size - 1)
    done = run("diff", saved, FAILED)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "report.json: larger than 0 MiB: a report of that size is not read. Compare the captures" in done.stderr
    saved.unlink()
    os.mkfifo(saved)
    for baseline in (tmp_path, saved):
        done = run("diff", baseline, FAILED)
        assert (done.exit_code, done.stdout) == (3, "")
        assert f"{saved}: not a regular file" in done.stderr
    done = run("diff", tmp_path / "gone.json", FAILED)
    assert done.exit_code == 3
    assert "gone.json: cannot be read (No such file or directory)" in done.stderr


def test_an_empty_name_is_not_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run("report", FAILED, "-o", tmp_path)
    monkeypatch.chdir(tmp_path)
    for words in (["", "."], [".", ""]):
        done = run("diff", *words)
        assert done.exit_code == 3
        assert "an empty name is no capture" in done.stderr
