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
