import pytest

from tests.capture.layers.frames import FRAMES
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "ARP": (1, ethernet(bytes(4) + ethernet(bytes(28), 0x0806), 0x88E7)),
}


@pytest.mark.parametrize("name", FRAMES["backbone_bridge"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("backbone_bridge", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
