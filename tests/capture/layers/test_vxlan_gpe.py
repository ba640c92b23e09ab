import pytest

from tests.capture.layers.frames import FRAMES, V4, outer
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "another protocol": (1, outer(4790, bytes.fromhex("0c00000700002a00") + V4)),
}


@pytest.mark.parametrize("name", FRAMES["vxlan_gpe"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("vxlan_gpe", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
