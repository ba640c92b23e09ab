"""No command takes packets that were not opened for packets without IKE."""

import json
from pathlib import Path

import pytest

from tests.capture.packets import ethernet, ike_frame, ipv4, isakmp, pcap, udp
from tests.cli.running import HEALTHY, run

GTP_U = ethernet(ipv4(17, udp(2152, 2152, b"\x30\xff" + bytes(60))))
CLOSED = {"tunnel": (GTP_U, 1), "link": (ike_frame(), 189)}


@pytest.fixture(params=CLOSED)
def closed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    frame, link_type = CLOSED[request.param]
    path = tmp_path / "closed.pcap"
    path.write_bytes(pcap([frame, frame], link_type=link_type))
    return path


def test_where_no_packet_could_be_read_every_command_says_so_and_ends_with_3(closed: Path, tmp_path: Path) -> None:
    for words in (
        ("summary", closed),
        ("check", closed),
        ("report", closed, "-o", tmp_path / "report"),
        ("report", closed, HEALTHY, "-o", tmp_path / "both"),
        ("export", closed, "--table", "captures"),
        ("show", closed, "--frame", "2"),
        ("diff", closed, HEALTHY),
        ("diff", HEALTHY, closed),
    ):
        done = run(*words)
        assert done.exit_code == 3, words
        assert "closed.pcap: no packet of it could be read: " in done.stderr, words
    assert "No packet of this capture could be read" in run("summary", closed).stdout
    assert "This frame was not opened: a packet of " in run("show", closed, "--frame", "2").stdout
    page = (tmp_path / "report" / "report.html").read_text()
    assert "No packet of this capture could be read: 2 packets of " in page
    assert "<dt>Not opened</dt>" in page
    assert "No packet of this capture could be read" in (tmp_path / "both" / "index.html").read_text()


def test_where_some_could_be_read_the_others_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "partly.pcap"
    path.write_bytes(pcap([GTP_U, ike_frame(b"none", 53, 53), GTP_U]))
    said = "No IKE message in the 1 packet that could be read; 2 packets of GTP-U were not opened."
    done = run("summary", path)
    assert (done.exit_code, done.stderr) == (0, "")
    assert said in " ".join(done.stdout.split())
    assert said in run("check", path).stderr
    assert "no drift in what could be read" in run("diff", path, path).stderr
    assert "No ISAKMP message ends in this frame." in run("show", path, "--frame", "2").stdout


def test_what_is_not_seen_beside_them_is_not_called_absent(tmp_path: Path) -> None:
    path = tmp_path / "partly.pcap"
    path.write_bytes(pcap([GTP_U, ike_frame()]))
    said = "1 packet of GTP-U was not opened: what is not seen here is not seen in the others."
    assert said in " ".join(run("summary", path).stdout.split())


def test_what_a_cut_capture_does_not_have_is_said_where_nothing_is_found(tmp_path: Path) -> None:
    path, folder = tmp_path / "cut.pcap", tmp_path
    frame = ike_frame(isakmp(bytes(20), initiator=bytes.fromhex("9e3779b97f4a7c15")))
    path.write_bytes(pcap([frame, frame])[:-20])
    done = run("check", path)
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"{path}: not whole: capture-cut, once (frame 2)" in done.stderr
    (ran,) = json.loads(run("check", path, "--format", "sarif").stdout)["runs"][0]["invocations"]
    assert "not whole: capture-cut" in str(ran["toolExecutionNotifications"])
    done = run("diff", folder, folder)
    assert f"{folder}: not whole: capture-cut, once (frame 2)" in done.stderr
    assert "no drift in what could be read" in done.stderr


def test_that_no_packet_could_be_read_is_said_once_by_check(closed: Path) -> None:
    assert run("check", closed).stderr.count(str(closed)) == 1
