import pytest

from tests.capture.layers.frames import FRAMES, MAC, SNAP4
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "a token": (10, b"\x80" + MAC + SNAP4),
}


@pytest.mark.parametrize("name", FRAMES["fddi"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("fddi", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
