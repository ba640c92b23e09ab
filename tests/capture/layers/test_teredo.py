import pytest

from tests.capture.layers.frames import FRAMES, V4, outer
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "IPv4": (1, outer(3544, V4)),
    "no IP": (1, outer(3544, bytes(40))),
}


@pytest.mark.parametrize("name", FRAMES["teredo"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("teredo", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
