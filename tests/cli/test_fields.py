import json

from analyzer.tables.schema import SCHEMA
from tests.cli.running import run


def test_all_tables() -> None:
    done = run("fields")
    assert done.exit_code == 0
    assert all(f"{name}: " in done.stdout for name in SCHEMA)


def test_one_table() -> None:
    done = run("fields", "negotiations")
    assert "failed_at" in done.stdout
    assert "messages: One row" not in done.stdout
    assert run("fields", "nonsense").exit_code == 2


def test_as_json() -> None:
    rows = json.loads(run("fields", "--format", "json").stdout)
    assert len(rows) == sum(len(schema.columns) for schema in SCHEMA.values())
    (outcome,) = [row for row in rows if (row["table"], row["column"]) == ("child_sas", "outcome")]
    assert outcome["values"] == ["established", "failed", "unknown"]
    assert json.loads(run("fields", "events", "--format", "json").stdout) == [r for r in rows if r["table"] == "events"]
