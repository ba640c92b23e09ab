from itertools import permutations

from analyzer.cli.exits import EXIT_HELP, Exit, foremost
from tests.cli.running import run


def test_codes_of_the_contract() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "DONE": 0,
        "FOUND": 1,
        "USAGE": 2,
        "UNREADABLE": 3,
        "FAILED": 4,
        "INTERRUPTED": 130,
    }


def test_the_help_names_every_code() -> None:
    assert all(f"{int(code)} " in EXIT_HELP for code in Exit)
    assert "130 interrupted" in " ".join(run("--help").stdout.split())


def test_of_several_codes_the_foremost_in_any_order() -> None:
    order = [Exit(code) for code in (130, 2, 4, 3, 1, 0)]
    for place, code in enumerate(order):
        rest = order[place:]
        assert foremost(*rest) == foremost(*reversed(rest)) == code
    assert {foremost(*some) for some in permutations((Exit.FOUND, Exit.FAILED, Exit.UNREADABLE))} == {Exit.FAILED}
    assert foremost() == Exit.DONE
