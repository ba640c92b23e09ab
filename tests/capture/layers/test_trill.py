import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "another version": (1, ethernet(bytes.fromhex("400300010002") + ethernet(V4), 0x22F3)),
}


@pytest.mark.parametrize("name", FRAMES["trill"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("trill", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
