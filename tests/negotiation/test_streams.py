"""ESP and AH streams and the children that made them."""

from typing import Any

import pytest

from analyzer.capture.datagram import EspStream
from analyzer.negotiation.model import Negotiation, Story
from analyzer.negotiation.streams import join_streams
from tests.negotiation.build import A, B, C, Talk, established, init_request, main_mode, quick_mode
from tests.negotiation.keyed import authenticated, keys


def stream(spi: str = "c0ffee01", **changes: Any) -> EspStream:
    values: dict[str, Any] = {
        "spi": spi, "src_ip": A[0], "dst_ip": B[0], "encapsulation": "esp", "first_frame": 9, "last_frame": 10,
        "first_time": round(1001e9), "last_time": round(1002e9), "packets": 2,
    }  # fmt: skip
    return EspStream(**{**values, **changes})


def story(negotiations: list[Negotiation], *streams: EspStream) -> Story:
    return Story("x", negotiations, [], list(streams), [], None, None)


def up(**keyed: Any) -> list[Negotiation]:
    talk = Talk(keys()) if keyed else Talk()
    if keyed:
        authenticated(talk)
    else:
        established(talk)
    return talk.negotiations()


def test_by_spi_where_it_was_read() -> None:
    (n,) = up(keyed=True)
    to_initiator, to_responder = join_streams(
        story([n], stream("01010101", src_ip=B[0], dst_ip=A[0]), stream("02020202"))
    )
    assert (to_initiator.negotiation, to_initiator.child, to_initiator.basis, to_initiator.to_initiator) == (
        1,
        1,
        "spi",
        True,
    )
    assert (to_responder.basis, to_responder.to_initiator) == ("spi", False)


def test_another_spi_is_not_of_an_sa_whose_spis_are_all_known() -> None:
    (n,) = up(keyed=True)
    (joined,) = join_streams(story([n], stream("99999999")))
    assert joined[1:5] == (None, None, None, None)


def test_the_same_spi_between_other_hosts_is_another_stream() -> None:
    (n,) = up(keyed=True)
    (joined,) = join_streams(story([n], stream("01010101", src_ip=C[0])))
    assert joined.negotiation is None


def test_by_hosts_and_time_as_likely() -> None:
    (n,) = up()
    there, back = join_streams(story([n], stream(), stream(src_ip=B[0], dst_ip=A[0])))
    assert (there.negotiation, there.child, there.basis, there.to_initiator) == (1, 1, "likely", False)
    assert back.to_initiator is True


def test_traffic_that_ended_before_the_sa_began_is_not_its_own() -> None:
    (n,) = up()
    (joined,) = join_streams(story([n], stream(last_time=round(990e9), first_time=round(980e9))))
    assert joined.negotiation is None


def test_the_newest_sa_that_had_begun_is_the_likely_one() -> None:
    talk = Talk()
    established(talk)
    talk.now += 100
    established(talk, spis=("c1" * 8, "d1" * 8))
    both = talk.negotiations()
    old, new = join_streams(
        story(both, stream(last_time=round(1050e9)), stream("02", first_time=round(1150e9), last_time=round(1200e9)))
    )
    assert (old.negotiation, new.negotiation) == (1, 2)


def test_with_several_children_the_child_is_not_known() -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk, mid=1)
    quick_mode(talk, mid=2)
    (joined,) = join_streams(story(talk.negotiations(), stream()))
    assert (joined.negotiation, joined.child) == (1, None)


def test_an_sa_that_did_not_come_up_has_no_traffic() -> None:
    talk = Talk()
    talk.say(init_request())
    (joined,) = join_streams(story(talk.negotiations(10), stream()))
    assert joined.negotiation is None


@pytest.mark.parametrize(("encapsulation", "nat_t"), [("udp", True), ("esp", False), ("ah", False)])
def test_esp_in_udp_is_nat_t(encapsulation: str, nat_t: bool) -> None:
    negotiations = up()
    join_streams(story(negotiations, stream(encapsulation=encapsulation)))
    assert negotiations[0].nat_t is nat_t


def test_streams_without_times() -> None:
    (n,) = up()
    (joined,) = join_streams(story([n], stream(first_time=None, last_time=None)))
    assert joined.negotiation == 1


def test_after_a_move_traffic_of_the_new_address_is_joined() -> None:
    talk = Talk()
    established(talk)
    from tests.negotiation.build import EMPTY, INFORMATIONAL, sealed

    talk.say(sealed(INFORMATIONAL, EMPTY, mid=2), (C[0], 4500), (B[0], 4500))
    there, back = join_streams(story(talk.negotiations(), stream(src_ip=C[0]), stream(src_ip=B[0], dst_ip=C[0])))
    assert (there.negotiation, there.to_initiator) == (1, False)
    assert (back.negotiation, back.to_initiator) == (1, True)


def test_no_streams_no_work() -> None:
    assert join_streams(story(up())) == []
