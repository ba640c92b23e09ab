import pytest

from tests.capture.layers.frames import FRAMES, SNAP4, radiotap, wlan
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "another version": (127, b"\x01" + radiotap(wlan(SNAP4))[1:]),
    "longer than the frame": (127, b"\0\0\xff\xff" + radiotap(wlan(SNAP4))[4:]),
    "shorter than itself": (127, b"\0\0\x04\0" + radiotap(wlan(SNAP4))[4:]),
    "words without end": (127, radiotap(wlan(SNAP4), b"\xff" * 8, 0xFFFFFFFF)),
}


@pytest.mark.parametrize("name", FRAMES["radiotap"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("radiotap", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
