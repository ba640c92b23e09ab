import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "ARP": (242, bytes(40) + b"\x08\x06\0\0" + V4),
}


@pytest.mark.parametrize("name", FRAMES["ipoib"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("ipoib", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
