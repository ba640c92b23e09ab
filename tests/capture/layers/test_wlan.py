import pytest

from tests.capture.layers.frames import FRAMES, SNAP4, wlan
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "encrypted": (105, wlan(SNAP4, 0x0841)),
    "fragment": (105, wlan(SNAP4, 0x0805)),
    "no data": (105, wlan(SNAP4, 0x4801)),
    "management": (105, wlan(SNAP4, 0x8000)),
    "several MSDUs": (105, wlan(SNAP4, 0x8801, b"\x80\0")),
    "another version": (105, wlan(SNAP4, 0x0901)),
    "later fragment": (105, wlan(SNAP4).replace(b"\0\0\xaa", b"\x01\0\xaa")),
}


@pytest.mark.parametrize("name", FRAMES["wlan"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("wlan", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
