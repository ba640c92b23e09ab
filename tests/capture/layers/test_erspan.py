import pytest

from tests.capture.layers.frames import FRAMES, V4, gre
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "another version": (1, gre(0x88BE, bytes.fromhex("3001000100000000") + b"x" * 80, 0x1000, bytes(4))),
    "another frame type": (
        1,
        gre(0x22EB, bytes.fromhex("200100010000000000000400") + ethernet(V4), 0x1000, bytes(4)),
    ),
    "IP that is none": (1, gre(0x22EB, bytes.fromhex("200100010000000000000800") + bytes(60), 0x1000, bytes(4))),
}


@pytest.mark.parametrize("name", FRAMES["erspan"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("erspan", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
