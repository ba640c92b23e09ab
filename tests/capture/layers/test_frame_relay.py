import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "address without end": (107, bytes(4) + V4),
    "address of one byte": (107, b"\x19\x03\xcc" + V4),
    "another protocol": (107, b"\x18\x41\x03\x81" + V4),
    "another organisation": (107, b"\x18\x41\x03\x80\0\0\x0c\x08\0" + V4),
}


@pytest.mark.parametrize("name", FRAMES["frame_relay"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("frame_relay", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
