import json

from analyzer.assessment import policies
from tests.cli.running import run


def test_all_policies() -> None:
    done = run("policies")
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(policies.names())


def test_as_json() -> None:
    rows = json.loads(run("policies", "--format", "json").stdout)
    assert {row["policy"]: row["title"] for row in rows} == policies.titles()
