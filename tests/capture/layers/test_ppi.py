import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "in itself": (192, b"\0\0\x08\0\xc0\0\0\0" * 400 + V4),
    "another version": (192, b"\x01\0\x08\0\x0c\0\0\0" + V4),
    "of length 0": (192, b"\0\0\0\0\x0c\0\0\0" + V4),
    "link type not read": (192, b"\0\0\x08\0\xff\0\0\0" + V4),
}


@pytest.mark.parametrize("name", FRAMES["ppi"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("ppi", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
