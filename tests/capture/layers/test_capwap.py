import pytest

from tests.capture.layers.frames import FRAMES, SNAP4, V4, capwap, wlan
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "in DTLS": (1, capwap(ethernet(V4), "0110020000000000")),
    "a fragment": (1, capwap(ethernet(V4), "0010028000000000")),
    "a keepalive": (1, capwap(ethernet(V4), "0010020800000000")),
    "no header": (1, capwap(ethernet(V4), "0000020000000000")),
    "another radio": (1, capwap(wlan(SNAP4), "0010050000000000")),
}


@pytest.mark.parametrize("name", FRAMES["capwap"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("capwap", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
