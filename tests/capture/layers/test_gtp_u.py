import pytest

from tests.capture.layers.frames import FRAMES, V4, gtp, outer
from tests.capture.layers.reading import is_left, leads_to_ike

OTHERS = {
    "an echo": (1, outer(2152, bytes.fromhex("3001000000000007") + V4)),
    "version 2": (1, gtp(V4, 0x50)),
    "an extension of length 0": (1, gtp(V4, 0x34, bytes.fromhex("00000085 00100900"))),
    "no IP": (1, gtp(bytes(40))),
}


@pytest.mark.parametrize("name", FRAMES["gtp_u"])
def test_a_message_behind_it_is_read(name: str) -> None:
    leads_to_ike("gtp_u", name)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is(name: str) -> None:
    is_left(*OTHERS[name])
