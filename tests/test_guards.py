"""No layer does more work for a thing than guards.csv says, and no bound is so wide that twice as much fits."""

from pathlib import Path

import pytest

from tests.guards import COSTS, LAYERS, ROWS, THINGS, bounds, each, exceeded, prepared

pytestmark = pytest.mark.no_cover  # it counts lines itself

LOWER = "it has become cheaper: run python -m tests.guards --write"


@pytest.mark.sweep
@pytest.mark.parametrize(("thing", "run"), ROWS, ids=lambda part: part.replace(" ", "-"))
def test_one_more_costs_no_more_than_its_bound(thing: str, run: str, tmp_path: Path) -> None:
    cost, bound = each(thing, run, tmp_path), bounds()[thing, run]
    assert cost.keys() == bound.keys()
    assert not exceeded(cost, bound), (cost, bound)
    slack = [name for name in cost if bound[name] > 10 and name not in exceeded({name: 2 * cost[name]}, bound)]
    assert not slack, (LOWER, slack, cost)


@pytest.mark.parametrize(("thing", "run"), [("sealed message", "negotiations"), ("first message", "all tables")])
def test_work_that_is_done_twice_is_found_in_every_layer(thing: str, run: str, tmp_path: Path) -> None:
    bound = bounds()[thing, run]
    cost = each(thing, run, tmp_path, times=2)
    found = exceeded(cost, bound)
    assert set(found) >= {name for name in ("objects", *LAYERS) if bound[name] > 2}


def test_the_table_has_the_rows_that_are_measured_and_some_cost_in_every_column() -> None:
    known = bounds()
    assert list(known) == ROWS
    for name in COSTS:
        assert name == "rest" or any(bound.get(name) for bound in known.values()), name
    assert not any(bound["rest"] for bound in known.values())


@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_is_what_it_says(thing: str, tmp_path: Path) -> None:
    """Twice as many of it are in the tables."""
    counts = []
    for n in (20, 40):
        with prepared(thing, "all tables", tmp_path, n) as do:
            do()
            tables = do.func.__self__.tables  # type: ignore[attr-defined]
        (capture,) = tables["captures"].records()
        counts.append((len(tables["messages"]), len(tables["negotiations"]), capture["packets"]))
    grown = tuple(many - few for few, many in zip(*counts, strict=True))
    assert (
        grown
        == {
            "ordinary packet": (0, 0, 20),
            "100 generated packets": (*grown[:2], 2000),
            "ESP packet": (0, 0, 20),
            "sealed message": (20, 0, 20),
            "sealed IKEv1 message": (20, 0, 20),
            "clear message": (20, 0, 20),
            "first message": (20, 20, 20),
            "refused SA": (40, 20, 40),
            "IKEv1 SA": (120, 20, 120),
            "IKEv2 SA": (80, 20, 80),
            "10 generated messages": (200, *grown[1:]),
        }[thing]
    )
