import re
import struct
from pathlib import Path

import pytest

from analyzer import read_pcap
from analyzer.report.capture_story import capture_story
from tests.cli.running import FAILED, HEALTHY, run
from tests.conftest import FIXTURES

NAMES = ("ikev2-rekey", "ikev1-natt-data", "noise-on-ike-ports", "ikev2-no-proposal-ike")
EMPTY_PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def test_the_story_on_stdout() -> None:
    done = run("summary", FAILED)
    assert done.exit_code == 0
    assert "failed in IKE_AUTH" in done.stdout
    assert "Why " in done.stdout
    assert "Next " in done.stdout
    assert done.stderr == ""


def test_standard_input() -> None:
    done = run("summary", "-", stdin=FAILED.read_bytes())
    assert done.exit_code == 0
    assert "failed in IKE_AUTH" in done.stdout


def test_several_captures_one_after_the_other(tmp_path: Path) -> None:
    done = run("summary", FAILED, tmp_path / "gone.pcap", HEALTHY)
    assert done.exit_code == 3
    assert "2 captures (1 more could not be read): 2 IKE SAs: 1 established and 1 failed." in done.stdout
    assert done.stdout.index("failed in IKE_AUTH") < done.stdout.index("established an IKEv1")


def test_many_captures_have_a_few_lines_each_and_a_sum() -> None:
    done = run("summary", *[FAILED.parent.parent / name / "capture.pcap" for name in NAMES])
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert len(lines) < 6 * len(NAMES)
    assert [Path(line).parent.name for line in lines if line.endswith("capture.pcap")] == list(NAMES)
    assert "4 captures: 8 IKE SAs: " in done.stdout
    assert "Why " not in done.stdout


def test_a_terminal_says_how_many_lines_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    many = FIXTURES / "noise-on-ike-ports" / "capture.pcap"
    assert 23 < len(run("summary", many).stdout.splitlines()) <= 50
    monkeypatch.setattr("analyzer.cli.summary.height", lambda: 23)
    assert len(run("summary", many).stdout.splitlines()) <= 23


def test_a_capture_without_ike_says_so(tmp_path: Path) -> None:
    path = tmp_path / "none.pcap"
    path.write_bytes(EMPTY_PCAP)
    done = run("summary", path)
    assert done.exit_code == 0
    assert "No IKE message in this capture." in done.stdout


def test_the_tables_it_does_without_change_no_word() -> None:
    for name in NAMES:
        path = FIXTURES / name / "capture.pcap"
        whole = "\n".join(line.text for line in capture_story(read_pcap(path).tables, 100))
        assert run("summary", path).stdout.rstrip() == whole


def test_keys_that_do_not_open_everything_are_told() -> None:
    name = FIXTURES / "ikev2-psk-gcm"
    done = run("summary", name / "capture.pcap", "--keys", name / "capture.keys")
    assert done.stderr == ""
    other = FIXTURES / "ikev2-ts-unacceptable" / "capture.keys"
    done = run("summary", name / "capture.pcap", "--keys", other)
    assert done.exit_code == 0
    assert (
        done.stderr
        == f"{other} decrypted 0 of 4 encrypted messages; `show --frame 5 --keys ...` says why not the others\n"
    )


def test_times_are_in_the_chosen_zone_for_every_number_of_processes() -> None:
    words = ("summary", FAILED, HEALTHY, "--tz", "+05:30")
    done = run(*words, "--jobs", "2").stdout
    assert "2026-11-23 17:19:22.804+05:30" in " ".join(done.split())
    assert done == run(*words, "--jobs", "1").stdout
    assert " UTC" not in done


def test_verbose_says_why_on_standard_error_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("summary", FAILED, HEALTHY)
    done = run("summary", FAILED, "-v", HEALTHY, "--jobs", "4")
    assert done.stdout == plain.stdout
    assert plain.stderr == ""
    lines = done.stderr.splitlines()
    assert any(
        line.startswith("frame 6: 192.0.2.10:4500 to 192.0.2.20:4500 (udp-4500): IKE_AUTH request 1: ")
        for line in lines
    )
    names = [line.partition(": read; ")[0] for line in lines if ": read; " in line]
    assert names == [str(FAILED), str(HEALTHY)]
    begins = [lines.index(f"{name}: reading begins") for name in names]
    assert begins[0] == 0
    assert lines[begins[1] + 1].startswith("frame ")
    assert not [line for line in lines[begins[1] + 1 :] if str(FAILED) in line]
    assert run("summary", FAILED).stderr == "", "not from then on"
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert "left" not in run("summary", FAILED, "-v").stderr


def test_verbose_shows_no_key() -> None:
    folder = FIXTURES / "ikev2-psk-gcm"
    done = run("summary", folder / "capture.pcap", "-v", "--keys", folder / "capture.keys")
    assert "decrypted, 1 row of the keys with its SPIs" in done.stderr
    keys = re.findall(r"[0-9a-f]{20,}", (folder / "capture.keys").read_text())
    assert keys
    assert not [key for key in keys if key in done.output]
