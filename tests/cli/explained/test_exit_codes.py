import pytest

from analyzer.cli.exits import Exit
from tests.cli.explained import only


@pytest.mark.parametrize("words", [("exit", "3"), ("exit-codes", "3"), ("exit", "code", "3")])
def test_by_number(words: tuple[str, ...]) -> None:
    assert "could not be read" in only(*words).sections[0].text


def test_all_are_there() -> None:
    assert all(only("exit", str(code.value)).kind == "exit code" for code in Exit)
