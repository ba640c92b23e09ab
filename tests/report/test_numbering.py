from typing import Any

from analyzer.report.numbering import message_numbers

MAIN = "IDENTITY_PROTECTION"


def row(frame: int, out: bool, fragment: tuple[int, int | None] | None = None, **fields: Any) -> dict[str, Any]:
    number, total = fragment or (None, None)
    given = {"exchange": MAIN, "message_id": 0, "retransmission_of": None, "duplicate": False, **fields}
    return {"frame_number": frame, "from_initiator": out, "fragment_number": number, "fragment_total": total, **given}


def numbers(*rows: dict[str, Any]) -> list[tuple[int, int | None]]:
    found = message_numbers(rows)
    return [(found[frame].number, found[frame].total) for frame in sorted(found)]


def test_fragments_of_a_message_are_one_message() -> None:
    four = [row(frame, frame % 2 == 1) for frame in (1, 2, 3, 4)]
    fifth = [row(5, True, (1, None)), row(6, True, (2, None)), row(7, True, (3, 3))]
    sixth = [row(8, False, (1, None)), row(9, False, (2, 2))]
    assert numbers(*four, *fifth, *sixth) == [
        *((n, None) for n in (1, 2, 3, 4)), *[(5, 3)] * 3, *[(6, 2)] * 2,
    ]  # fmt: skip


def test_a_fragment_that_is_there_already_begins_another_message() -> None:
    assert numbers(row(1, True, (1, 2)), row(2, True, (2, 2)), row(3, True, (1, 2))) == [(1, 2), (1, 2), (2, 2)]
    assert numbers(row(1, True, (1, 2)), row(2, True, (2, 3))) == [(1, 2), (2, 3)], "it is cut otherwise"
    assert numbers(row(1, True), row(2, True, (1, 2))) == [(1, None), (2, 2)], "it comes whole before"


def test_the_sides_and_exchanges_are_apart() -> None:
    other = {"message_id": 7}
    rows = row(1, True, (1, 2)), row(2, False, (1, 2)), row(3, True, (2, 2)), row(4, True, (2, 2), **other)
    assert numbers(*rows) == [(1, 2), (2, 2), (1, 2), (1, 2)]


def test_repetitions_and_copies_have_no_number_of_their_own() -> None:
    again, copy = row(2, True, (1, 2), retransmission_of=1), row(3, True, (1, 2), duplicate=True)
    assert numbers(row(1, True, (1, 2)), again, copy, row(4, True, (2, 2))) == [(1, 2), (1, 2)]
