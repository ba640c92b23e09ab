import pytest

from tests.capture.layers.frames import FRAMES, V4, outer
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "another version": (1, outer(4754, b"\0\7\x08\0" + V4)),
}


@pytest.mark.parametrize("name", FRAMES["gre_in_udp"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("gre_in_udp", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
