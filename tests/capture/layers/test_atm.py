import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "another bridged network": (100, b"\xaa\xaa\x03\0\x80\xc2\0\x09\0\0" + V4),
    "another protocol": (100, b"\xfe\xfe\x03\x83" + V4),
}


@pytest.mark.parametrize("name", FRAMES["atm"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("atm", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
