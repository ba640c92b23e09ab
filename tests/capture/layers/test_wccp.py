import pytest

from tests.capture.layers.frames import FRAMES, gre
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "no IP": (1, gre(0x883E, bytes(60))),
}


@pytest.mark.parametrize("name", FRAMES["wccp"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("wccp", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
