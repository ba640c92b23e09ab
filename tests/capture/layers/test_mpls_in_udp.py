import pytest

from tests.capture.layers.frames import FRAMES, V4, outer
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "a stack without end": (1, outer(6635, bytes(12) + V4[:0])),
}


@pytest.mark.parametrize("name", FRAMES["mpls_in_udp"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("mpls_in_udp", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
