import pytest

from tests.capture.layers.frames import FRAMES, V4, outer
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "control": (1, outer(1701, bytes.fromhex("c802001400010001") + V4)),
    "version 3": (1, outer(1701, bytes.fromhex("000300010001") + b"\0\x21" + V4)),
    "offset without end": (1, outer(1701, bytes.fromhex("020200010001ffff") + b"\0\x21" + V4)),
}


@pytest.mark.parametrize("name", FRAMES["l2tp"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("l2tp", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
