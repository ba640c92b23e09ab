import pytest

from tests.capture.layers.frames import FRAMES, SNAP4
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "signalling": (123, b"\x06\0\0\x05" + SNAP4),
}


@pytest.mark.parametrize("name", FRAMES["sun_atm"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("sun_atm", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
