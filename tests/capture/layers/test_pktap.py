import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "no packet": (258, b"\x0c\0\0\0\x02\0\0\0\x0c\0\0\0" + V4),
    "in itself": (258, b"\x0c\0\0\0\x01\0\0\0\x02\x01\0\0" * 400 + V4),
    "of length 0": (258, b"\0\0\0\0\x01\0\0\0\x0c\0\0\0" + V4),
}


@pytest.mark.parametrize("name", FRAMES["pktap"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("pktap", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
