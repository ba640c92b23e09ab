from analyzer.cli.exits import EXIT_HELP, Exit
from tests.cli.running import run


def test_codes_of_the_contract() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "DONE": 0,
        "FOUND": 1,
        "USAGE": 2,
        "UNREADABLE": 3,
        "INTERRUPTED": 130,
    }


def test_the_help_names_every_code() -> None:
    assert all(f"{int(code)} " in EXIT_HELP for code in Exit)
    assert "130 interrupted" in " ".join(run("--help").stdout.split())
