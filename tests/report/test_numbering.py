from typing import Any

from analyzer.report.numbering import message_numbers

MAIN, QUICK = "IDENTITY_PROTECTION", {"exchange": "QUICK_MODE", "message_id": 7}
CLEAR = (1, 13), (1,), (4, 10), (4, 10)  # payloads of main mode's first four messages


def row(frame: int, out: bool, fragment: tuple[int, int | None] | None = None, **fields: Any) -> dict[str, Any]:
    number, total = fragment or (None, None)
    given = {"exchange": MAIN, "message_id": 0, "retransmission_of": None, "duplicate": False, "encrypted": False}
    given |= {"payload_types": (), **fields}
    return {"frame_number": frame, "from_initiator": out, "fragment_number": number, "fragment_total": total, **given}


def numbers(*rows: dict[str, Any]) -> list[tuple[int, int | None]]:
    found = message_numbers(rows)
    return [(found[frame].number, found[frame].total) for frame in sorted(found)]


def test_fragments_of_a_message_are_one_message() -> None:
    four = [row(k, k % 2 == 1, payload_types=types) for k, types in enumerate(CLEAR, 1)]
    fifth = [row(5, True, (1, None)), row(6, True, (2, None)), row(7, True, (3, 3))]
    sixth = [row(8, False, (1, None)), row(9, False, (2, 2))]
    assert numbers(*four, *fifth, *sixth) == [
        *((n, None) for n in (1, 2, 3, 4)), *[(5, 3)] * 3, *[(6, 2)] * 2,
    ]  # fmt: skip


def test_a_fragment_that_is_there_already_begins_another_message() -> None:
    one, two = (row(1, True, (1, 2), **QUICK), row(2, True, (2, 2), **QUICK)), row(3, True, (1, 2), **QUICK)
    assert numbers(*one, two) == [(1, 2), (1, 2), (3, 2)]
    assert numbers(row(1, True, (1, 2), **QUICK), row(2, True, (2, 3), **QUICK)) == [(1, 2), (3, 3)], "cut otherwise"
    assert numbers(row(1, True, **QUICK), row(2, True, (1, 2), **QUICK)) == [(1, None), (3, 2)], "it comes whole before"


def test_the_sides_and_exchanges_are_apart() -> None:
    other = {"exchange": "QUICK_MODE", "message_id": 8}
    rows = row(1, True, (1, 2), **QUICK), row(2, False, (1, 2), **QUICK), row(3, True, (2, 2), **QUICK)
    assert numbers(*rows, row(4, True, (2, 2), **other)) == [(1, 2), (2, 2), (1, 2), (1, 2)]


def main_mode(*kept: int) -> list[int]:
    """The numbers that these messages of main mode get, in this order."""
    rows = []
    for frame, number in enumerate(kept, 1):
        types = CLEAR[number - 1] if number < 5 else ()
        rows.append(row(frame, number % 2 == 1, payload_types=types, encrypted=number > 4))
    return [number for number, _ in numbers(*rows)]


def test_main_mode_messages_have_their_own_numbers_whatever_is_missing() -> None:
    for kept in ((1, 2, 3, 4, 5, 6), (1, 3, 5), (2, 4, 6), (5, 6), (4, 5, 6), (2, 1, 4, 3, 6, 5)):
        assert main_mode(*kept) == list(kept)


def test_fragments_alone_are_the_proofs() -> None:
    assert numbers(row(1, True, (1, 2)), row(2, True, (2, 2)), row(3, False, (1, 1))) == [(5, 2), (5, 2), (6, 1)]


def test_aggressive_mode_without_the_answer() -> None:
    first, third = row(1, True, exchange="AGGRESSIVE", payload_types=(1, 4)), row(2, True, exchange="AGGRESSIVE")
    answer = row(3, False, exchange="AGGRESSIVE", payload_types=(1, 4, 8))
    assert [n for n, _ in numbers(first, third, answer)] == [1, 3, 2]


def test_quick_mode_of_one_side() -> None:
    own = [row(frame, True, **QUICK) for frame in (1, 2)]
    assert [n for n, _ in numbers(*own)] == [1, 3], "whoever sends the third message has read an answer"
    assert [n for n, _ in numbers(row(1, True, **QUICK), row(2, False, **QUICK), row(3, True, **QUICK))] == [1, 2, 3]
    assert [n for n, _ in numbers(row(1, False, **QUICK), row(2, True, **QUICK), row(3, True, **QUICK))] == [1, 2, 3]


def test_repetitions_and_copies_have_no_number_of_their_own() -> None:
    again, copy = row(2, True, (1, 2), retransmission_of=1), row(3, True, (1, 2), duplicate=True)
    assert numbers(row(1, True, (1, 2)), again, copy, row(4, True, (2, 2))) == [(5, 2), (5, 2)]
