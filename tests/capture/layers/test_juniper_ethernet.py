import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "no magic": (178, b"MGD\x01" + ethernet(V4)),
    "extensions without end": (178, b"MGC\x81\xff\xff" + ethernet(V4)),
    "another protocol": (178, b"MGC\x02\x63\0\0\0" + V4),
}


@pytest.mark.parametrize("name", FRAMES["juniper_ethernet"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("juniper_ethernet", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
