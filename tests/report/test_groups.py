from analyzer.report.groups import Group, groups, kinds, spread
from analyzer.tables.store import Tables
from tests.report.sample import put, sample


def many() -> Tables:
    """A hundred negotiations that end alike, from two initiators, between one that failed and one that has a cause."""
    tables = Tables()
    for number in range(1, 103):
        cells = {"outcome": "failed" if number == 50 else "established", "initiator_ip": f"10.0.0.{number % 2}"}
        put(tables, "negotiations", negotiation=number, ike_version=2, responder_ip="10.9.9.9", **cells)
    put(tables, "diagnoses", negotiation=70, rank=1, diagnosis="peer-dead", confidence="likely")
    return tables


def test_equal_stories_are_one_group_the_worst_first() -> None:
    found = groups(many())
    assert [len(group.numbers) for group in found] == [1, 1, 100]
    assert found[0] == Group((50,), 1)
    assert found[1].numbers == (70,)  # established, but something went wrong later
    assert found[2].initiators == 2
    assert found[2].numbers[:2] == (1, 2)


def test_of_what_is_equally_bad_the_most_frequent_first() -> None:
    tables = many()
    for number in (200, 201):
        put(tables, "negotiations", negotiation=number, outcome="failed", ike_version=1)
    assert [group.numbers for group in groups(tables)[:2]] == [(200, 201), (50,)]


def test_different_stories_stay_apart() -> None:
    assert sorted(group.numbers for group in groups(sample())) == [(n,) for n in range(1, 7)]
    assert groups(Tables()) == []


def test_phase_1_that_failed_in_another_message_is_another_story() -> None:
    tables = Tables()
    for number, state in enumerate(("proved", "proved", "chosen"), 1):
        cells = {"outcome": "failed", "failed_at": "IDENTITY_PROTECTION", "ike_version": 1, "mode": "main"}
        put(tables, "negotiations", negotiation=number, **cells)
        put(tables, "exchanges", negotiation=number, exchange="IDENTITY_PROTECTION", state=state)
    assert [group.numbers for group in groups(tables)] == [(1, 2), (3,)]


def test_a_kind_is_what_happened_to_whomever() -> None:
    tables = Tables()
    for number in range(1, 7):
        cells = {"responder_ip": f"10.9.9.{number}", "initiator_ip": "10.0.0.1", "encryption": f"cipher {number}"}
        put(tables, "negotiations", negotiation=number, ike_version=2, outcome="failed", **cells)
    put(tables, "diagnoses", negotiation=5, rank=1, diagnosis="peer-dead", confidence="likely")
    assert len(groups(tables)) == 6
    assert kinds(tables) == [Group((1, 2, 3, 4, 6), 1, 5, kind=True), Group((5,), 1, 1, kind=True)]


def test_a_few_show_as_many_kinds_as_possible() -> None:
    found = groups(many())
    assert spread(found, 4) == [50, 70, 1, 2]
    assert len(spread(found, 1000)) == 102
    assert spread([], 10) == []
