import pytest

from analyzer.isakmp import decode
from analyzer.negotiation.follow.plausible import PLAUSIBLE, trackable
from tests.negotiation.build import datagram, init_request, main_1


def test_minor_version_and_version_flag_do_not_matter() -> None:
    data = init_request()
    message = decode(data[:17] + b"\x21" + data[18:19] + b"\x18" + data[20:])
    assert trackable(message, datagram(data))
    old = main_1()
    assert trackable(decode(old[:19] + b"\x10" + old[20:]), datagram(old)), "an IKEv1 peer that also speaks IKEv2"
    assert not trackable(decode(old[:19] + b"\x08" + old[20:]), datagram(old))


@pytest.mark.parametrize(
    "change",
    [
        (0, bytes(8)),  # no initiator's SPI
        (17, b"\x30"),  # version 3
        (18, b"\x07"),  # no exchange type of version 2
        (19, b"\x49"),  # reserved flags set
        (24, b"\x00\x00\x00\x1b"),  # shorter than its header
        (24, b"\x00\x01\x00\x00"),  # longer than its datagram
    ],
)
def test_noise_is_no_message_of_a_negotiation(change: tuple[int, bytes]) -> None:
    place, other = change
    data = init_request()
    noise = data[:place] + other + data[place + len(other) :]
    assert trackable(decode(data), datagram(data))
    assert not trackable(decode(noise), datagram(noise))


def test_all_exchanges_of_a_version_and_no_reserved_flags() -> None:
    assert {exchange for version, exchange, _ in PLAUSIBLE if version == 1} == {1, 2, 3, 4, 5, 6, 32, 33, 35}
    assert {exchange for version, exchange, _ in PLAUSIBLE if version == 2} == set(range(34, 45))
    assert {flags & ~0x38 for version, _, flags in PLAUSIBLE if version == 2} == {0}
