import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import FAILED, HEALTHY, run
from tests.conftest import FIXTURES

MANY = FIXTURES / "ikev2-many-sas" / "capture.pcap"


def test_a_case(tmp_path: Path) -> None:
    part = tmp_path / "case.pcapng"
    done = run("extract", FAILED, "--negotiation", "1", "-o", part)
    assert done.exit_code == 0
    assert done.stdout == ""
    assert done.stderr == f"{part}: negotiation 1: 4 packets of 11, 4 messages\n"
    again = run("summary", part)
    assert again.exit_code == 0
    assert "failed in IKE_AUTH, refused by the responder: authentication" in again.stdout


def test_several_negotiations(tmp_path: Path) -> None:
    done = run("extract", MANY, "--negotiation", "2", "--negotiation", "4", "-o", tmp_path / "case.pcapng")
    assert "negotiations 2, 4: " in done.stderr
    assert "2 IKE SAs: " in run("summary", tmp_path / "case.pcapng").stdout


def test_what_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    part = tmp_path / "case.pcapng"
    done = run("extract", FAILED, "--negotiation", "7", "-o", part)
    assert done.exit_code == 2
    assert "There is no negotiation 7: this capture has 1." in done.stderr
    assert run("extract", FAILED, "-o", part).exit_code == 2
    assert run("extract", FAILED, "--negotiation", "1").exit_code == 2
    assert run("extract", "-", "--negotiation", "1", "-o", part).exit_code == 2
    assert run("extract", "gone.pcap", "--negotiation", "1", "-o", part).exit_code == 3
    assert not part.exists()


def test_all_that_match_a_filter(tmp_path: Path) -> None:
    part = tmp_path / "case.pcapng"
    done = run("extract", MANY, "--where", "negotiation in (2, 4)", "--host", "192.0.2.10", "-o", part)
    assert done.exit_code == 0
    assert "negotiations 2, 4: " in done.stderr
    assert b"chosen by " in part.read_bytes()
    done = run("extract", MANY, "--outcome", "failed", "-o", tmp_path / "none.pcapng")
    assert done.exit_code == 2
    assert "matches outcome == failed" in done.stderr
    assert not (tmp_path / "none.pcapng").exists()
    both = run("extract", MANY, "--outcome", "established", "--negotiation", "1", "-o", part)
    assert "Give either --negotiation N, once or more, or a filter" in both.stderr
    assert run("extract", MANY, "--where", "outcome ===", "-o", part).exit_code == 2


def test_it_overwrites_no_input_and_says_what_cannot_be_written(tmp_path: Path) -> None:
    capture = tmp_path / "capture.pcap"
    capture.write_bytes(FAILED.read_bytes())
    assert run("extract", capture, "--negotiation", "1", "-o", capture).exit_code == 2
    assert capture.read_bytes() == FAILED.read_bytes()
    assert run("extract", capture, "--negotiation", "1", "-o", tmp_path / "no" / "case.pcapng").exit_code == 4


def test_with_keys_it_is_for_its_owner(tmp_path: Path) -> None:
    part = tmp_path / "case.pcapng"
    run("extract", HEALTHY, "--negotiation", "1", "--keys", HEALTHY.with_name("capture.keys"), "-o", part)
    assert part.stat().st_mode & 0o077 == 0


def isakmp(path: Path) -> list[list[str]]:
    """Of each packet, as tshark reads it: length, message ID if it is ISAKMP, comment. No complaint of it."""
    fields = [word for name in ("frame.len", "isakmp.messageid", "frame.comment") for word in ("-e", name)]
    done = subprocess.run(["tshark", "-r", path, "-T", "fields", *fields], capture_output=True, text=True, check=True)
    assert not [line for line in done.stderr.splitlines() if "cut short" in line or "appears" in line]
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
@pytest.mark.parametrize("name", ["ikev2-cert-ipfrag", "libreswan-tcp-encap", "ikev2-pcapng", "ikev2-nano-gz"])
def test_tshark_reads_as_many_packets_and_the_same_messages(tmp_path: Path, name: str) -> None:
    capture = next(path for path in (FIXTURES / name).iterdir() if path.name.startswith("capture.pcap"))
    part = tmp_path / "case.pcapng"
    done = run("extract", capture, "--negotiation", "1", "-o", part)
    rows = isakmp(part)
    assert f": {len(rows)} packets of " in done.stderr
    assert all(row[2].startswith("Frame ") for row in rows)
    assert [row[:2] for row in rows if row[1]] == [row[:2] for row in isakmp(capture) if row[1]]
