from pathlib import Path

from tests.cli.running import FAILED, HEALTHY, run


def test_one_capture(tmp_path: Path) -> None:
    done = run("report", FAILED, "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert f"{FAILED}: IKEv2 from 192.0.2.10 to 192.0.2.20 failed in IKE_AUTH" in done.stderr
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "failed in IKE_AUTH" in page
    assert (tmp_path / "out" / "failures.csv").read_text().count("IKE_AUTH") >= 1


def test_several_with_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad.pcap").write_text("no capture")
    done = run("report", FAILED, tmp_path / "bad.pcap", HEALTHY, "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert f"error: {tmp_path / 'bad.pcap'}" in done.stderr
    index = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert f"{FAILED.parent.name}/report.html" in index
    assert f"{HEALTHY.parent.name}/report.html" in index
    assert "1 input could not be read" in index


def test_the_bytes_of_the_evidence_are_in_the_page_where_the_file_can_be_read_again(tmp_path: Path) -> None:
    run("report", FAILED, "-o", tmp_path / "file")
    run("report", FAILED, HEALTHY, "-o", tmp_path / "both")
    pages = [tmp_path / "file" / "report.html", tmp_path / "both" / FAILED.parent.name / "report.html"]
    for page in pages:
        assert '<details class="frame" id="n1-f' in page.read_text("utf-8")
    run("report", "-", "-o", tmp_path / "pipe", stdin=FAILED.read_bytes())
    piped = (tmp_path / "pipe" / "report.html").read_text("utf-8")
    assert '<details class="frame"' not in piped
    assert "standard input cannot be read again" in piped


def test_only_an_unreadable_one(tmp_path: Path) -> None:
    done = run("report", tmp_path / "gone.pcap", "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert not (tmp_path / "out").exists()


def test_the_output_cannot_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert run("report", FAILED, "-o", tmp_path / "file").exit_code == 2


def test_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("report", FAILED, "-o", tmp_path / name)
    for path in (tmp_path / "a").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes(), path.name


def test_a_file_of_peers_is_in_the_provenance_and_must_be_readable(tmp_path: Path) -> None:
    config = tmp_path / "peers.toml"
    config.write_text('[peer."192.0.2.20"]\nike = ["aes256-sha256-modp2048"]\n')
    done = run("report", HEALTHY, "-o", tmp_path / "out", "--peer-config", config)
    assert done.exit_code == 0
    assert str(config) in (tmp_path / "out" / "report.html").read_text("utf-8")
    config.write_text("[peer")
    done = run("report", HEALTHY, "-o", tmp_path / "out", "--peer-config", config)
    assert done.exit_code == 3
    assert "not TOML" in done.stderr


def test_policy_and_keys_are_in_the_provenance(tmp_path: Path) -> None:
    keys = HEALTHY.with_name("capture.keys")
    done = run("report", HEALTHY, "-o", tmp_path, "--policy", "nist", "--keys", keys, "--port", "5500")
    assert done.exit_code == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<code>nist</code>" in page
    assert str(keys) in page
    assert "500, 4500, 5500" in page
    assert run("report", HEALTHY, "-o", tmp_path, "--policy", "nonsense").exit_code == 2
    assert run("report", HEALTHY, "-o", tmp_path, "--keys", "nowhere").exit_code == 3


def test_file_names_that_want_to_be_more_stay_text(tmp_path: Path) -> None:
    names = [
        'a"><img src=x onerror=alert(1)>.pcap',
        "\x1b]0;owned\x07.pcap",
        "\u202egpj.pcap",
        "=1+1.pcap",
        "x\ny.pcap",
    ]
    for name in names:
        (tmp_path / name).write_bytes(FAILED.read_bytes())
    out = tmp_path / "out"
    done = run("report", tmp_path, "-o", out)
    assert done.exit_code == 0
    assert all(line.isprintable() for line in done.stderr.splitlines())
    assert len(done.stderr.splitlines()) == len(names) + 1
    for page in out.rglob("*.html"):
        text = page.read_text("utf-8")
        assert "<img" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert len((out / "failures.csv").read_text("utf-8").splitlines()) == len(names) + 1
