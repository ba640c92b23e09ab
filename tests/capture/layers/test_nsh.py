import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "another version": (1, ethernet(bytes.fromhex("4fc20201 00000101") + V4, 0x894F)),
    "of length 0": (1, ethernet(bytes.fromhex("0fc00201 00000101") + V4, 0x894F)),
    "in itself": (1, ethernet(bytes.fromhex("0fc20204 00000101") * 60 + V4, 0x894F)),
}


@pytest.mark.parametrize("name", FRAMES["nsh"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("nsh", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
