import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "negotiation of a link": (204, b"\x01\xff\x03\xc0\x21" + V4),
}


@pytest.mark.parametrize("name", FRAMES["ppp_with_direction"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("ppp_with_direction", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
