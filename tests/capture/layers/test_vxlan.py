import pytest

from tests.capture.layers.frames import FRAMES, V4, outer
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "no network": (1, outer(4789, bytes(8) + ethernet(V4))),
    "reserved bits on another port": (1, outer(12345, bytes.fromhex("0800000100002a00") + ethernet(V4))),
    "ARP on another port": (1, outer(12345, bytes.fromhex("0800000000002a00") + ethernet(bytes(28), 0x0806))),
}


@pytest.mark.parametrize("name", FRAMES["vxlan"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("vxlan", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
