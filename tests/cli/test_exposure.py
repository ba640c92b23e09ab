"""`exposure`."""

from pathlib import Path

from tests.cli.running import HEALTHY, run


def test_rules_for_a_host_inside() -> None:
    done = run("exposure", HEALTHY, "--internal", "192.0.2.20")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "192.0.2.20 (inside)" in done.stdout
    assert "    iptables -I IKE-PEERS -s 192.0.2.10 -j RETURN" in done.stdout.splitlines()
    assert "Nothing was run." in done.stdout


def test_without_networks_public_addresses_lie_outside() -> None:
    done = run("exposure", HEALTHY)
    assert "No rules: It does not lie inside" in done.stdout
    assert "iptables" not in done.stdout


def test_several_captures_and_none_that_answers(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(HEALTHY.read_bytes()[:24])
    done = run("exposure", HEALTHY, empty)
    assert f"{HEALTHY}:" in done.stdout.splitlines()
    assert f"{empty}: no host answers IKE or accepts TCP connections on its ports in this capture" in done.stderr


def test_a_capture_that_is_not_whole_says_so(tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(HEALTHY.read_bytes()[:-20])
    done = run("exposure", cut)
    assert f"{cut}: not whole: " in done.stderr
    assert "192.0.2.20 (not inside)" in done.stdout


def test_what_is_no_network_is_refused() -> None:
    done = run("exposure", HEALTHY, "--internal", "192.0.2.20/24")
    assert done.exit_code == 2
    assert "'192.0.2.20/24' is no network: is 192.0.2.0/24 meant?" in done.stderr
