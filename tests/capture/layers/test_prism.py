import pytest

from tests.capture.layers.frames import FRAMES, SNAP4, wlan
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "too short": (119, bytes(8) + wlan(SNAP4)),
    "longer than the frame": (163, b"\x80\x21\x10\x01\xff\xff\xff\xff" + wlan(SNAP4)),
}


@pytest.mark.parametrize("name", FRAMES["prism"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("prism", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
