import pytest

from tests.assessment.lives import fixtures_with, judged, stream, with_child

ID = "packets-missing"


def test_missing_numbers() -> None:
    (finding,) = judged(ID, with_child(), streams=(stream(missing=25),))
    assert (finding.severity, finding.confidence, finding.negotiation) == ("info", "certain", 1)
    assert finding.detail.endswith("25 of 125 numbers are missing (20.0 %).")


@pytest.mark.parametrize(("packets", "missing"), [(100, 0), (100, 9), (10_000, 50), (100, None)])
def test_few_none_or_not_known(packets: int, missing: int | None) -> None:
    assert judged(ID, with_child(), streams=(stream(packets=packets, missing=missing),)) == []


def test_no_recording() -> None:
    assert fixtures_with(ID) == set()


def test_numbers_that_came_twice_count_once() -> None:
    (finding,) = judged(ID, with_child(), streams=(stream(packets=120, duplicates=20, missing=25),))
    assert finding.detail.endswith("25 of 125 numbers are missing (20.0 %).")
