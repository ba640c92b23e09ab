import pytest

from tests.cli.running import FAILED, WEAK, run


def test_findings_one_a_line() -> None:
    done = run("check", WEAK)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{WEAK}: critical ")
    assert all(line.startswith(f"{WEAK}: ") for line in lines)


@pytest.mark.parametrize(("level", "code"), [("critical", 1), ("info", 1), ("never", 0)])
def test_fail_on(level: str, code: int) -> None:
    assert run("check", WEAK, "--fail-on", level).exit_code == code


def test_a_good_suite_passes() -> None:
    assert run("check", FAILED, "--fail-on", "high").exit_code == 0


def test_another_policy_judges_otherwise() -> None:
    assert run("check", FAILED, "--policy", "cnsa1").stdout != run("check", FAILED, "--policy", "ietf").stdout
    done = run("check", FAILED, "--policy", "nonsense")
    assert done.exit_code == 2
    assert "ietf" in done.stderr


def test_an_unreadable_input_outranks_findings() -> None:
    assert run("check", WEAK, "gone.pcap", "--fail-on", "low").exit_code == 3
