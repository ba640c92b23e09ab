"""ESP and AH streams and the children that made them."""

from dataclasses import replace
from typing import Any

import pytest

from analyzer.capture.datagram import EspStream
from analyzer.negotiation.life import Lives
from analyzer.negotiation.life.streams import Joined, in_udp
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import Story
from tests.fixtures.cases import case
from tests.negotiation.build import (
    IKE_AUTH,
    INFORMATIONAL,
    ZERO,
    A,
    B,
    C,
    Talk,
    established,
    init_answer,
    init_request,
    main_mode,
    notify2,
    quick_mode,
    sealed,
    v2,
)
from tests.negotiation.keyed import authenticated, keys
from tests.negotiation.recorded import read_story


def join_streams(told: Story) -> list[Joined]:
    return Lives(told).joined


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
    found = in_udp(join_streams(story(negotiations, stream(encapsulation=encapsulation))))
    assert found == ({negotiations[0].number} if nat_t else set())


def test_every_address_that_the_initiator_had_is_its_own() -> None:
    """A capture of both sides of an address translation: each packet twice, and the SA seen at both places in turns."""
    talk = Talk()
    for data, near, far in ((init_request(), (A, B), (C, B)), (init_answer(), (B, C), (B, A))):
        talk.say(data, *near, after=0.001)
        talk.say(data, *far, after=0.001)
    for number, length, ends in ((0, 298, ((A, B), (C, B))), (1, 238, ((B, C), (B, A)))):
        for place in ends:
            talk.say(sealed(IKE_AUTH, length, initiator=not number, response=bool(number)), *place, after=0.001)
    told = talk.story(10, [stream(src_ip=B[0], dst_ip=C[0]), stream("0b", src_ip=B[0], dst_ip=A[0])])
    assert [j.to_initiator for j in Lives(told).joined] == [True, True]
    assert [j.to_initiator for j in Lives(talk.story(10, [stream(src_ip=C[0], dst_ip=B[0])])).joined] == [False]


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


def life_of_streams(*streams: EspStream, keyed: bool = True) -> list[Any]:
    (n,) = up(keyed=True) if keyed else up()
    return list(join_streams(story([n], *streams)))


@pytest.mark.parametrize("keyed", [False, True])
def test_traffic_both_ways_and_one_way(keyed: bool) -> None:
    there, back = stream("02020202"), stream("01010101", src_ip=B[0], dst_ip=A[0])
    assert [j.returned for j in life_of_streams(there, back, keyed=keyed)] == [True, True]
    assert [j.returned for j in life_of_streams(there, keyed=keyed)] == [False]


def test_traffic_back_on_another_child_is_an_answer_where_it_replaces_the_first() -> None:
    (n,) = up(keyed=True)
    second = replace(n.children[0], child=2, initiator_spi_in="0a0a0a0a", responder_spi_in="0b0b0b0b")
    n.children = [*n.children, second]
    joined = join_streams(story([n], stream("02020202"), stream("0a0a0a0a", src_ip=B[0], dst_ip=A[0])))
    assert [(j.child, j.returned) for j in joined] == [(1, False), (2, False)]
    n.children[1].created_by, n.children[1].rekeyed_spi = "CREATE_CHILD_SA", "01010101"
    joined = join_streams(story([n], stream("02020202"), stream("0a0a0a0a", src_ip=B[0], dst_ip=A[0])))
    assert [(j.child, j.returned) for j in joined] == [(1, True), (2, True)]


def test_traffic_back_whose_child_is_not_known() -> None:
    """Of a child the SPI of one direction alone was read: what comes back may be its own."""
    (n,) = up(keyed=True)
    n.children[0].initiator_spi_in = None
    n.children.append(replace(n.children[0], child=2, frame_number=9, responder_spi_in=None))
    there, back = stream("02020202"), stream("77777777", src_ip=B[0], dst_ip=A[0])
    assert [(j.child, j.returned) for j in join_streams(story([n], there, back))] == [(1, True), (None, True)]
    assert [j.returned for j in join_streams(story([n], there))] == [False]
    assert [j.returned for j in join_streams(story([n], there, stream("77777777")))] == [False, False]
    n.children[0].initiator_spi_in, n.children[1:] = "01010101", []  # both were read: the other stream is another's
    assert next(j.returned for j in join_streams(story([n], there, back))) is False


def test_streams_of_nobody_are_answered_by_their_hosts() -> None:
    nobody = stream("02", src_ip="203.0.113.1", dst_ip="203.0.113.2")
    other = stream("03", src_ip="203.0.113.2", dst_ip="203.0.113.1")
    assert [j.returned for j in join_streams(story([], nobody, other))] == [True, True]
    assert [j.returned for j in join_streams(story([], nobody))] == [False]
    assert [j.returned for j in join_streams(story([], stream("02", src_ip=B[0], dst_ip=B[0])))] == [None]


def test_traffic_past_the_delete_of_its_child_or_ike_sa() -> None:
    last = round(1002e9)
    for delete, past in ((last - 10, 10), (last, None), (last + 10, None), (None, None)):
        (n,) = up(keyed=True)
        n.children[0].deleted_at = delete
        (joined,) = join_streams(story([n], stream("02020202")))
        assert joined.past_delete_ns == past
        (n,) = up(keyed=True)
        n.deleted_at = delete
        (joined,) = join_streams(story([n], stream("02020202")))
        assert joined.past_delete_ns == past


def test_a_stream_that_began_after_the_delete_is_another_sas() -> None:
    talk = Talk()
    established(talk)
    from tests.negotiation.build import INFORMATIONAL, NOTIFY, sealed

    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=10)
    before, after = join_streams(
        story(talk.negotiations(), stream(first_time=round(1002e9)), stream("2", first_time=round(1100e9)))
    )
    assert (before.negotiation, after.negotiation) == (1, None)


@pytest.mark.parametrize("name", ["ikev2-natt-data", "ikev1-natt-data", "ikev2-raw-esp"])
@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_traffic_goes_both_ways_and_ends_with_its_sa(name: str, keyed: bool) -> None:
    found = case(name)
    joined = join_streams(read_story(found.capture, found.keys if keyed else None))
    assert {(j.negotiation, j.returned, j.past_delete_ns) for j in joined} == {(1, True, None)}
    assert {j.to_initiator for j in joined} == {True, False}


def test_a_stream_that_ended_before_the_first_message_is_of_another_sa() -> None:
    (n,) = up()
    first = n.exchanges[0].first.time_ns
    assert first is not None
    over, ahead = (
        stream(spi, first_time=first - 10**8, last_time=last)
        for spi, last in (("0a0a0a0a", first - 1), ("0b0b0b0b", first + 10**9))
    )
    assert [j.negotiation for j in join_streams(story([n], over, ahead))] == [None, 1]


def test_a_message_outside_of_any_sa_has_no_traffic() -> None:
    """INVALID_SPI in clear, under SPIs of its own: the ESP that it is about belongs to the SA that is up."""
    talk = Talk()
    established(talk)
    talk.answer(v2(INFORMATIONAL, notify2(11, b"\xc0\xff\xee\1"), initiator=False, spis=("1122334455667788", ZERO)))
    told = talk.story(streams=[stream(first_time=round(1000.2e9))])
    assert len(told.negotiations) == 2
    assert [j.negotiation for j in join_streams(told)] == [1]


def clients_behind_a_nat(*ports: int) -> list[Negotiation]:
    """SAs of several clients, whose NAT has one address and gives each a port of its own."""
    talk = Talk()
    for number, port in enumerate(ports, 1):
        spis = f"{number:016x}", f"{number + 100:016x}"
        client = (A[0], port)
        talk.say(init_request(spi=spis[0]), client, B)
        talk.answer(init_answer(spis=spis), B, client)
        talk.say(sealed(IKE_AUTH, 298, spis=spis), client, B)
        talk.answer(sealed(IKE_AUTH, 238, initiator=False, response=True, spis=spis), B, client)
    return talk.negotiations()


def test_clients_behind_one_nat_are_told_apart_by_their_ports() -> None:
    told = clients_behind_a_nat(50001, 50002, 50003)
    streams = []
    for k, port in enumerate((50001, 50002, 50003)):
        streams += [
            stream(f"0a0a0a0{k}", encapsulation="udp", ports=(port, B[1])),
            stream(f"0b0b0b0{k}", encapsulation="udp", src_ip=B[0], dst_ip=A[0], ports=(B[1], port)),
        ]
    joined = join_streams(story(told, *streams))
    assert [(j.negotiation, j.to_initiator) for j in joined] == [(n, back) for n in (1, 2, 3) for back in (False, True)]
    assert {j.basis for j in joined} == {"likely"}


def test_a_port_that_no_sa_has_and_no_port() -> None:
    """A NAT may map ESP apart; ESP without UDP has no ports: the newest SA of the hosts."""
    told = clients_behind_a_nat(50001, 50002)
    joined = join_streams(story(told, stream(encapsulation="udp", ports=(60000, B[1])), stream("0c0c0c0c")))
    assert [j.negotiation for j in joined] == [2, 2]
