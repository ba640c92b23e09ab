import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "encrypted": (1, ethernet(b"\x0c\0\0\0\0\1\x08\0" + V4, 0x88E5)),
    "another version": (1, ethernet(b"\x80\0\0\0\0\1\x08\0" + V4, 0x88E5)),
}


@pytest.mark.parametrize("name", FRAMES["macsec"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("macsec", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
