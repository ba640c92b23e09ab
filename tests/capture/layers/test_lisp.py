import pytest

from tests.capture.layers.frames import FRAMES, outer
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "no IP": (1, outer(4341, bytes(60))),
}


@pytest.mark.parametrize("name", FRAMES["lisp"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("lisp", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
