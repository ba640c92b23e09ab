import pytest

from tests.capture.layers.frames import FRAMES, V4, tzsp
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "a keepalive": (1, tzsp(ethernet(V4), 1, kind=4)),
    "tags without end": (1, tzsp(b"", 1, bytes(90))),
    "a tag longer than the rest": (1, tzsp(ethernet(V4), 1, b"\x0a\xff")),
    "another link layer": (1, tzsp(V4, 9)),
}


@pytest.mark.parametrize("name", FRAMES["tzsp"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("tzsp", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
