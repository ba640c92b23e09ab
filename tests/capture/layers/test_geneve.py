import pytest

from tests.capture.layers.frames import FRAMES, V4, outer
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "another version": (1, outer(6081, bytes.fromhex("4000655800002a00") + ethernet(V4))),
    "options without end": (1, outer(6081, bytes.fromhex("3f00655800002a00") + ethernet(V4))),
}


@pytest.mark.parametrize("name", FRAMES["geneve"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("geneve", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
