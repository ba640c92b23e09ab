import pytest

from tests.capture.layers.frames import FRAMES, V4
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "another family": (117, b"\x3d\x07" + bytes(62) + V4),
    "too short": (117, b"\x04\x02" + bytes(2) + V4),
}


@pytest.mark.parametrize("name", FRAMES["pflog"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("pflog", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
