from analyzer.assessment import policies
from tests.cli.running import run


def test_all_policies() -> None:
    done = run("policies")
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(policies.names())
