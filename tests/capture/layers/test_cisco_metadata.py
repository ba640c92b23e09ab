import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet

OTHERS = {
    "another version": (1, ethernet(b"\2\1\0\1\0\x64\x08\0" + V4, 0x8909)),
    "options without end": (1, ethernet(b"\1\xff\0\1\0\x64\x08\0" + V4, 0x8909)),
}


@pytest.mark.parametrize("name", FRAMES["cisco_metadata"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("cisco_metadata", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
