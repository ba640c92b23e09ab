import csv
import hashlib
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer.cli.redaction import Redacting, sentences
from analyzer.redact.capture import Redaction
from tests.cli.running import run
from tests.conftest import FIXTURES

AGGRESSIVE = FIXTURES / "ikev1-aggr-psk" / "capture.pcap"
NAT = FIXTURES / "ikev2-natt-data" / "capture.pcap"
NAMES = (
    b"192.0.2.10",
    b"192.0.2.20",
    b"203.0.113.",
    b"responder.example",
    b"initiator.example",
    b"ikev1-aggr",
    b"natt-data",
    b"redacted-",
)


def test_a_report_of_copies_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.pcap").write_text("no capture\n")
    done = run("report", AGGRESSIVE, NAT, "text.pcap", "--redact", "-o", "out", "--mapping", "names.csv", "--jobs", "1")
    assert done.exit_code == 3
    assert f"{AGGRESSIVE}, now capture-1.pcapng: 9 packets of 18 written" in done.stderr
    assert "error: text.pcap: is a text file" in done.stderr
    written = [path for path in Path("out").rglob("*") if path.is_file()]
    assert len(written) > 20
    assert [(path, name) for path in written for name in (*NAMES, b"text.pcap") if name in path.read_bytes()] == []
    assert b"capture-3.pcapng" in Path("out/index.html").read_bytes()
    assert analyzer.open_dataset("out").captures["capture"].tolist() == ["capture-1.pcapng", "capture-2.pcapng"]
    assert [path for path in written if any(name.decode() in str(path) for name in NAMES)] == []
    rows = [*csv.reader(Path("names.csv").read_text().splitlines())]
    assert ["capture", str(NAT), "capture-2.pcapng"] in rows
    assert Path.cwd() == tmp_path


def test_a_policy_of_ones_own_is_named_by_its_name_and_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bank-of-oz.toml").write_text('name = "acme"\nextends = "bsi"\n')
    done = run("report", AGGRESSIVE, "--redact", "--policy", "bank-of-oz.toml:date=2031", "-o", "out")
    assert done.exit_code == 0, done.stderr
    written = [path for path in Path("out").rglob("*") if path.is_file()]
    assert [path for path in written if b"bank-of-oz" in path.read_bytes()] == []
    report = Path("out/report.json").read_text()
    assert hashlib.sha256(Path("bank-of-oz.toml").read_bytes()).hexdigest() in report
    assert "policy-1.toml:date=2031" in report
    assert "acme:date=2031" in report


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--redact", "--keys", AGGRESSIVE.with_suffix(".keys")), "what keys decrypt would stand"),
        (("--redact", "--peer-config", "peers.toml"), "addresses that the report does not have"),
        (("--redact", "--host", "192.0.2.10"), "its words would stand in the report"),
        (("--mapping", "names.csv"), "go with --redact"),
        (("--secret", "my.secret"), "go with --redact"),
    ],
)
def test_what_would_show_originals_is_refused(tmp_path: Path, words: tuple[str | Path, ...], why: str) -> None:
    done = run("report", AGGRESSIVE, "-o", tmp_path / "out", *words)
    assert done.exit_code == 2
    assert why in " ".join(done.stderr.split())
    assert not (tmp_path / "out").exists()


def test_all_that_was_done_is_said() -> None:
    done = Redaction(3, 9, esp=2, sealed=1, unequal_hashes=1, hashes=4, unread=1, lost=7, without_time=1, others=1)
    done.left_out["GRE"] = 6
    assert [*sentences(done)] == [
        "3 packets of 9 written, 0 IKE messages",
        "left out: 6 packets of GRE",
        "1 packet without IKE, ESP or AH: headers only, zeros behind them",
        "bodies that are zeros now: 2 of ESP, 0 of AH",
        "not redacted: 1 encrypted IKE body, as captured. Who has the keys can decrypt them",
        "NAT detection hashes of the new addresses: 4, 1 of no address in the capture",
        "1 message with bytes that are not understood: zeros now",
        "7 bytes or fragments of messages in several packets could not be put back: zeros now",
        "1 packet without a time: 1970 now",
    ]
    assert [*sentences(Redaction(1, 1, stand_ins=((1680, "no year"),)))][1:] == [
        "times in the log have no year: 1680 stands for it"
    ]


def test_a_fault_of_ours_costs_the_capture_and_names_it_on_standard_error_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Redacting.write

    def write(self: Redacting, capture: str, *known: Any, **more: Any) -> Redaction:
        if capture == str(NAT):
            raise KeyError(capture)
        return whole(self, capture, *known, **more)

    monkeypatch.setattr(Redacting, "write", write)
    done = run("report", AGGRESSIVE, NAT, "--redact", "-o", tmp_path / "out", "--jobs", "1")
    assert done.exit_code == 4
    assert f"error: {NAT}: the analyzer failed" in done.stderr
    index = (tmp_path / "out" / "index.html").read_bytes()
    assert b"capture-2.pcapng" in index
    assert b"natt-data" not in index
