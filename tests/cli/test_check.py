import pytest

from analyzer import read_pcap
from analyzer.report.checklist import check_lines
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


def test_a_good_suite_passes_and_says_so() -> None:
    done = run("check", FAILED, "--fail-on", "high")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "0 findings in 1 capture by policy ietf; 0 at or above high\n"


def test_another_policy_judges_otherwise() -> None:
    assert run("check", FAILED, "--policy", "cnsa1").stdout != run("check", FAILED, "--policy", "ietf").stdout
    done = run("check", FAILED, "--policy", "nonsense")
    assert done.exit_code == 2
    assert "ietf" in done.stderr


def test_an_unreadable_input_outranks_findings() -> None:
    assert run("check", WEAK, "gone.pcap", "--fail-on", "low").exit_code == 3


def test_the_tables_it_does_without_change_no_word() -> None:
    whole = [line.text for line in check_lines(read_pcap(WEAK).tables)]
    assert run("check", WEAK).stdout.splitlines() == whole
