"""The buffer that the input passes through."""

from analyzer.capture.window import SLACK, Window
from tests.capture.readers import Bytes

DATA = bytes(range(256)) * 4


def window(size: int, **more: object) -> Window:
    return Window(Bytes(DATA), size, **more)  # type: ignore[arg-type]


def test_all_bytes_pass_in_order() -> None:
    view, out = window(100), b""
    while view.refill() or view.position < view.limit:
        step = min(37, view.limit - view.position)
        out += bytes(view.data[view.position : view.position + step])
        view.position += step
        assert len(view.data) == 100 + SLACK  # never larger than asked
    assert out == DATA
    assert view.ended


def test_unused_bytes_move_to_the_front() -> None:
    view = window(100)
    view.refill()
    view.position = 90
    assert view.refill()
    assert (view.position, view.limit) == (0, 100)
    assert bytes(view.data[:100]) == DATA[90:190]


def test_released_it_holds_and_reads_nothing() -> None:
    view = window(100)
    view.refill()
    view.release()
    assert (len(view.data), view.limit - view.position, view.refill()) == (0, 0, False)


def test_it_grows_when_nothing_can_be_used() -> None:
    view = window(100)
    view.refill()
    view.position = 1
    for _ in range(5):
        view.refill()
    assert bytes(view.data[view.position : view.limit]) == DATA[1:]
    assert view.ended
    assert not view.refill()


def test_grow_keeps_what_is_there() -> None:
    view = window(100)
    view.refill()
    view.position = 60
    view.grow(500)
    assert (view.position, view.limit) == (0, 40)
    assert view.refill()
    assert bytes(view.data[: view.limit]) == DATA[60:560]
    view.grow(10)  # never shrinks
    assert view.limit == 500


def test_progress_is_told_once_per_window() -> None:
    told: list[tuple[int, int | None]] = []
    view = window(300, progress=lambda done, total: told.append((done, total)))
    while view.refill():
        view.position = view.limit
    assert [done for done, _ in told] == [300, 600, 900, 1024]
    assert {total for _, total in told} == {1024}


def test_the_next_file_comes_into_the_same_buffer() -> None:
    told: list[int] = []
    view = window(2000)
    while view.refill():
        pass
    view.begin(Bytes(b"other"), lambda done, _: told.append(done))  # type: ignore[arg-type]
    data = view.data
    assert not view.ended
    view.refill()
    assert (bytes(view.data[: view.limit]), view.ended, len(told)) == (b"other", True, 1)
    assert view.data is data
