"""ESP of a group: one SPI, many directions, or a multicast destination."""

from typing import Any

import pytest

from analyzer.capture.datagram import EspStream
from analyzer.negotiation.life import Lives
from analyzer.negotiation.life.streams import Joined
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import Story
from tests.negotiation.build import Talk, established, sealed, sealed1
from tests.negotiation.groups import GM, GROUP, GSA_REKEY, KS, PUSH, REKEY_SPIS, phase_1, pull, registered

ONE, OTHER = "203.0.113.1", "203.0.113.2"  # hosts behind members: their addresses are preserved


def stream(src: str, dst: str, spi: str = "0badcafe", **changes: Any) -> EspStream:
    values: dict[str, Any] = {
        "spi": spi, "src_ip": src, "dst_ip": dst, "encapsulation": "esp", "first_frame": 9, "last_frame": 10,
        "first_time": round(1010e9), "last_time": round(1020e9), "packets": 20,
    }  # fmt: skip
    return EspStream(**{**values, **changes})


def joined(negotiations: list[Negotiation], *streams: EspStream) -> list[Joined]:
    return Lives(Story("x", negotiations, [], list(streams), [], None, None)).joined


def g_ikev2(talk: Talk) -> None:
    registered(talk)


def gdoi(talk: Talk) -> None:
    phase_1(talk)
    pull(talk)


def rekeys(talk: Talk) -> None:
    talk.say(sealed(GSA_REKEY, 300, mid=0, spis=REKEY_SPIS), KS, GROUP)


def pushes(talk: Talk) -> None:
    talk.say(sealed1(PUSH, 228, spis=REKEY_SPIS), KS, GM)


@pytest.mark.parametrize("keying", [g_ikev2, gdoi, rekeys, pushes])
def test_one_spi_in_two_directions_is_the_groups(keying: Any) -> None:
    talk = Talk()
    keying(talk)
    there, back = joined(talk.negotiations(), stream(ONE, OTHER), stream(OTHER, ONE))
    for one in (there, back):
        assert (one.negotiation, one.child, one.basis, one.returned) == (1, None, "likely", None)


def test_multicast_is_the_groups() -> None:
    talk = Talk()
    registered(talk)
    (one,) = joined(talk.negotiations(), stream(ONE, "239.9.9.9"))
    assert (one.negotiation, one.basis) == (1, "likely")


def test_an_spi_to_one_host_is_nobodys() -> None:
    talk = Talk()
    registered(talk)
    (one,) = joined(talk.negotiations(), stream(ONE, OTHER))
    assert one.negotiation is None


def test_without_group_keying_there_is_no_group() -> None:
    talk = Talk()
    established(talk)
    for one in joined(talk.negotiations(), stream(ONE, OTHER), stream(OTHER, ONE), stream(ONE, "239.9.9.9")):
        assert one.negotiation is None


def test_traffic_before_the_registration_has_other_keys() -> None:
    talk = Talk()
    registered(talk)
    early = {"first_time": round(990e9), "last_time": round(991e9)}
    for one in joined(talk.negotiations(), stream(ONE, OTHER, **early), stream(OTHER, ONE, **early)):
        assert one.negotiation is None


def test_a_member_of_two_key_servers_groups_is_known_by_its_address() -> None:
    talk = Talk()
    registered(talk)
    phase_1(talk, ("192.0.2.99", 848), ("198.51.100.9", 848))
    pull(talk, 4, ("192.0.2.99", 848), ("198.51.100.9", 848))
    ours, theirs, unknown = joined(
        talk.negotiations(), stream(GM[0], OTHER), stream("192.0.2.99", ONE), stream(OTHER, "203.0.113.3")
    )
    assert (ours.negotiation, theirs.negotiation, unknown.negotiation) == (1, 2, None)
