"""Which SA a message belongs to, by what is on the wire."""

import pytest

from analyzer.isakmp import decode
from analyzer.negotiation.follow.sa_index import begins_negotiation, hosts_of
from tests.negotiation.build import (
    A_4500,
    B_4500,
    CBC,
    GCM,
    IKE_AUTH,
    INFORMATIONAL,
    MAIN,
    NOTIFY,
    SPI_I,
    SPI_R,
    V1_INFORMATIONAL,
    ZERO,
    A,
    B,
    C,
    Talk,
    datagram,
    established,
    init_answer,
    init_done,
    init_notify,
    init_request,
    main_1,
    main_2,
    main_mode,
    nat2,
    notify1,
    notify2,
    sealed,
    v1,
    v2,
)

OTHER_I, OTHER_R = "c1" * 8, "d1" * 8
COOKIE = b"\x07" * 20


def auth(talk: Talk, spis: tuple[str, str], source: tuple[str, int] = A, target: tuple[str, int] = B) -> None:
    talk.say(sealed(IKE_AUTH, 298, spis=spis), source, target)
    talk.answer(sealed(IKE_AUTH, 238, initiator=False, response=True, spis=spis), target, source)


def test_500_and_4500_are_one_story() -> None:
    talk = Talk()
    init_done(talk)
    auth(talk, (SPI_I, SPI_R), A_4500, B_4500)
    n = talk.only()
    assert n.outcome == "established"
    assert n.nat_t
    assert [e.exchange for e in n.exchanges] == ["IKE_SA_INIT", "IKE_AUTH"]
    assert (n.initiator_port, n.responder_port) == (500, 500)
    assert [a[1:] for a in n.addresses] == [(*A, *B), (*A_4500, *B_4500)]


def test_a_nat_in_between_may_map_both_legs_to_other_ports() -> None:
    talk = Talk()
    talk.say(init_request(), (C[0], 1024), B)
    talk.answer(init_answer(), B, (C[0], 1024))
    auth(talk, (SPI_I, SPI_R), (C[0], 33000), B_4500)
    assert talk.only().outcome == "established"


def test_mobike_moves_an_sa_to_another_address() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(INFORMATIONAL, 120, mid=2), (C[0], 4500), B_4500)
    talk.answer(sealed(INFORMATIONAL, 120, initiator=False, response=True, mid=2), B_4500, (C[0], 4500))
    n = talk.only()
    assert [a[1] for a in n.addresses] == [A[0], C[0]]
    assert n.initiator_ip == A[0]


@pytest.mark.parametrize("spi", [SPI_I, OTHER_I])
@pytest.mark.parametrize("answer_spi", [ZERO, SPI_R])
def test_cookie_round_with_the_same_and_with_a_new_spi(spi: str, answer_spi: str) -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(16390, COOKIE, spis=(SPI_I, answer_spi)))
    talk.say(init_request(spi=spi, before=[notify2(16390, COOKIE)]))
    talk.answer(init_answer(spis=(spi, OTHER_R)))
    auth(talk, (spi, OTHER_R))
    n = talk.only()
    assert n.outcome == "established"
    assert (n.initiator_spi, n.responder_spi) == (spi, OTHER_R)
    assert [e.exchange for e in n.exchanges] == ["IKE_SA_INIT", "IKE_SA_INIT", "IKE_AUTH"]


@pytest.mark.parametrize("spi", [SPI_I, OTHER_I])
@pytest.mark.parametrize("answer_spi", [ZERO, SPI_R])
def test_invalid_ke_round_with_the_same_and_with_a_new_spi(spi: str, answer_spi: str) -> None:
    talk = Talk()
    talk.say(init_request(CBC, group=19))
    talk.answer(init_notify(17, b"\0\x0e", spis=(SPI_I, answer_spi)))
    talk.say(init_request(CBC, spi=spi, group=14))
    talk.answer(init_answer(CBC, spis=(spi, OTHER_R), group=14))
    auth(talk, (spi, OTHER_R))
    n = talk.only()
    assert n.outcome == "established"
    assert (n.initiator_spi, n.responder_spi) == (spi, OTHER_R)


def test_a_new_spi_with_another_cookie_is_another_negotiation() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(16390, COOKIE))
    talk.say(init_request(spi=OTHER_I, before=[notify2(16390, b"another")]))
    assert len(talk.negotiations()) == 2


def test_a_new_spi_with_another_group_is_another_negotiation() -> None:
    talk = Talk()
    talk.say(init_request(CBC, group=19))
    talk.answer(init_notify(17, b"\0\x0e"))
    talk.say(init_request(CBC, spi=OTHER_I, group=2))
    assert len(talk.negotiations()) == 2


def test_a_new_spi_much_later_is_another_negotiation() -> None:
    talk = Talk()
    talk.say(init_request(CBC, group=19))
    talk.answer(init_notify(17, b"\0\x0e"))
    talk.say(init_request(CBC, spi=OTHER_I, group=14), after=40)
    assert len(talk.negotiations()) == 2


def test_a_new_spi_of_another_host_is_another_negotiation() -> None:
    talk = Talk()
    talk.say(init_request(CBC, group=19))
    talk.answer(init_notify(17, b"\0\x0e"))
    talk.say(init_request(CBC, spi=OTHER_I, group=14), C, B)
    assert len(talk.negotiations()) == 2


@pytest.mark.parametrize("refusal_spi", [ZERO, SPI_R])
def test_a_clear_error_followed_by_a_success(refusal_spi: str) -> None:
    """Anybody can send a clear-text error; the real answer comes later and with another responder SPI."""
    talk = Talk()
    request = init_request()
    talk.say(request)
    talk.answer(init_notify(14, spis=(SPI_I, refusal_spi)))
    talk.say(request, after=0.5)
    talk.answer(init_answer(spis=(SPI_I, OTHER_R)))
    auth(talk, (SPI_I, OTHER_R))
    n = talk.only()
    assert (n.outcome, n.failed_at, n.responder_spi) == ("established", None, OTHER_R)


def test_two_responders_under_one_initiator_spi_are_told_apart() -> None:
    """An anycast address, a responder that restarted, or a reflection: only the chosen one goes on."""
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_answer(spis=(SPI_I, SPI_R)))
    talk.answer(init_answer(spis=(SPI_I, OTHER_R)))
    auth(talk, (SPI_I, OTHER_R))
    first, second = talk.negotiations()
    assert (first.responder_spi, first.outcome) == (SPI_R, "incomplete")
    assert (second.responder_spi, second.outcome) == (OTHER_R, "established")


def test_reflection_responses_of_many_sources_with_one_initiator_spi() -> None:
    talk = Talk()
    for i in range(1, 200):
        talk.say(init_answer(spis=(SPI_I, f"{i:016x}")), (f"198.51.100.{i}", 500), A)
    found = talk.negotiations(100)
    assert len(found) == 199
    assert {n.outcome for n in found} == {"incomplete"}
    assert {n.initiator_ip for n in found} == {A[0]}, "flag I is clear: the sender is the responder"


def test_reflection_of_one_source_with_many_responder_spis() -> None:
    talk = Talk()
    for i in range(1, 200):
        talk.answer(init_answer(spis=(SPI_I, f"{i:016x}")))
    found = talk.negotiations(100)
    assert len({n.responder_spi for n in found}) == len(found)
    assert {n.outcome for n in found} == {"incomplete"}


def test_several_sas_interleaved_on_one_flow() -> None:
    talk = Talk()
    pairs = [(f"{i:016x}", f"{i + 1000:016x}") for i in range(1, 71)]
    for spis in pairs:
        talk.say(init_request(spi=spis[0]), after=0.0001)
    for spis in reversed(pairs):
        talk.answer(init_answer(spis=spis), after=0.0001)
    for spis in pairs:
        talk.say(sealed(IKE_AUTH, 298, spis=spis), A_4500, B_4500, after=0.0001)
    for spis in pairs[::2]:
        talk.answer(sealed(IKE_AUTH, 238, initiator=False, response=True, spis=spis), B_4500, A_4500, after=0.0001)
    for spis in pairs[1::2]:
        talk.answer(sealed(IKE_AUTH, NOTIFY, initiator=False, response=True, spis=spis), B_4500, A_4500, after=0.0001)
    found = talk.negotiations()
    assert [(n.initiator_spi, n.responder_spi) for n in found] == pairs
    assert [n.outcome for n in found] == ["established", "failed"] * 35
    assert all(len(list(n.steps())) == 4 for n in found)


def test_both_versions_with_the_same_spis() -> None:
    talk = Talk()
    established(talk)
    main_mode(talk)
    second, first = talk.negotiations()[::-1]
    assert (first.ike_version, second.ike_version) == (2, 1)
    assert [len(list(n.steps())) for n in (first, second)] == [4, 6]


def test_a_message_of_the_other_version_that_is_no_error_is_not_mixed_in() -> None:
    """What refuses the version: tests/negotiation/conclude/test_other_version.py."""
    talk = Talk()
    talk.say(init_request())
    talk.answer(v1(V1_INFORMATIONAL, notify1(24578), mid=1, spis=(SPI_I, ZERO)))
    versions = [n.ike_version for n in talk.negotiations(10)]
    assert sorted(versions) == [1, 2]


def test_an_initiator_spi_used_again_after_its_sa_is_another_sa() -> None:
    talk = Talk()
    established(talk)
    talk.say(init_request(CBC))
    talk.answer(init_answer(CBC, spis=(SPI_I, OTHER_R)))
    first, second = talk.negotiations()
    assert (first.responder_spi, second.responder_spi) == (SPI_R, OTHER_R)
    assert first.outcome == "established"


def test_a_beginning_with_a_cookie_round_that_comes_behind_the_rest() -> None:
    """As in captures that were put together without a look at the clock."""
    talk = Talk()
    talk.say(sealed(IKE_AUTH, 298))
    talk.answer(sealed(IKE_AUTH, 238, initiator=False, response=True))
    talk.say(init_request())
    talk.answer(init_notify(16390, COOKIE))
    talk.say(init_request(before=[notify2(16390, COOKIE)]))
    talk.answer(init_answer())
    assert {p.negotiation for p in talk.placed} == {1}
    assert talk.say(init_request(CBC)).negotiation == 2  # now the same SPI begins another SA
    first = talk.negotiations()[0]
    assert (first.starts_late, first.responder_spi, first.chosen_frame) == (False, SPI_R, 6)


def test_a_late_retransmission_of_the_first_message_stays_with_its_sa() -> None:
    talk = Talk()
    established(talk)
    talk.say(init_request())
    assert len(talk.only().exchanges) == 2


def test_the_same_datagrams_before_and_after_a_source_nat() -> None:
    """Both sides of a NAT in one capture: every datagram twice, with another source or destination."""
    inside, outside = ("10.0.0.5", 500), (C[0], 1024)
    open_, spis = (SPI_I, ZERO), (SPI_I, SPI_R)
    talk = Talk()

    def both(data: bytes, response: bool) -> None:
        legs = [(inside, B), (outside, B)]
        for source, target in [(t, s) for s, t in legs[::-1]] if response else legs:
            talk.say(data, source, target, after=0.0005)

    both(init_request(extra=nat2(open_, inside, B)), False)
    both(init_answer(extra=nat2(spis, B, outside)), True)
    both(sealed(IKE_AUTH, 298), False)
    both(sealed(IKE_AUTH, 238, initiator=False, response=True), True)
    n = talk.only()
    assert n.outcome == "established"
    assert n.initiator_ip == inside[0]
    assert [s.duplicate for s in n.steps()] == [False, True] * 4
    assert n.nat == "initiator", "what one side of the NAT alone would not show"


def test_a_nat_copy_must_be_of_the_same_moment() -> None:
    talk = Talk()
    talk.say(init_request(), ("10.0.0.5", 500), B)
    talk.say(init_request(), C, B, after=5)
    assert len(talk.negotiations()) == 2


def test_many_forged_sources_of_one_message_are_no_nat() -> None:
    """A flood of the same bytes: three sights at most are of one message."""
    talk = Talk()
    for k in range(40):
        talk.say(init_request(), (f"198.51.100.{k}", 500), B, after=0.001)
    assert len(talk.negotiations()) == 38


def test_ikev1_answered_between_the_two_sights_of_its_request() -> None:
    inside, outside = ("10.0.0.5", 500), (C[0], 1024)
    talk = Talk()
    talk.say(main_1(), inside, B)
    talk.answer(main_2(), B, outside, after=0.0005)
    talk.answer(main_2(), B, inside, after=0.0005)
    n = talk.only()
    assert (n.initiator_ip, n.responder_spi, len(n.exchanges)) == (inside[0], SPI_R, 1)


def test_an_answer_between_the_two_sights_of_its_request() -> None:
    """The capture on the NAT has them in another order than they were sent."""
    inside, outside = ("10.0.0.5", 500), (C[0], 1024)
    talk = Talk()
    talk.say(init_request(), inside, B)
    talk.answer(init_answer(), B, outside, after=0.0005)
    talk.say(init_request(), outside, B, after=0.0005)
    talk.answer(init_answer(), B, inside, after=0.0005)
    auth(talk, (SPI_I, SPI_R), inside)
    n = talk.only()
    assert (n.outcome, n.initiator_ip, n.responder_spi) == ("established", inside[0], SPI_R)
    assert [s.duplicate for s in n.steps()] == [False, False, True, True, False, False]


@pytest.mark.parametrize(
    ("after", "answering", "spis"),
    [(5, B, (SPI_I, SPI_R)), (0.0005, A_4500, (SPI_I, SPI_R)), (0.0005, B, (OTHER_I, SPI_R))],
)
def test_an_answer_to_somebody_else(after: float, answering: tuple[str, int], spis: tuple[str, str]) -> None:
    """Later, from another host, or under another SPI: the address that it goes to asked for itself."""
    talk = Talk()
    talk.say(init_request(), ("10.0.0.5", 500), B)
    talk.answer(init_answer(spis=spis), answering, C, after=after)
    assert len(talk.negotiations()) == 2


def test_a_second_answer_to_another_address_is_another_sa() -> None:
    talk = Talk()
    talk.say(init_request(), ("10.0.0.5", 500), B)
    talk.answer(init_answer(), B, ("10.0.0.5", 500), after=0.0005)
    talk.answer(init_answer(spis=(SPI_I, OTHER_R)), B, C, after=0.0005)
    assert len(talk.negotiations()) == 2


@pytest.mark.parametrize(
    ("request_", "answer", "version"), [(init_request(), init_answer(), 2), (main_1(), main_2(), 1)]
)
def test_an_answer_from_an_address_that_was_not_asked(request_: bytes, answer: bytes, version: int) -> None:
    talk = Talk()
    talk.say(request_)
    talk.answer(answer, C)
    n = talk.only(10)
    assert (n.ike_version, n.responder_ip, n.responder_spi) == (version, B[0], SPI_R)
    assert [p.from_initiator for p in talk.placed] == [True, False]


@pytest.mark.parametrize("error", [True, False])
def test_the_address_that_was_asked_answers_later(error: bool) -> None:
    """Anybody can send the first one: it does not keep the SA from the true answer, nor its choice."""
    talk = Talk()
    talk.say(init_request(CBC))
    talk.answer(init_notify(14, spis=(SPI_I, OTHER_R)) if error else init_answer(CBC, spis=(SPI_I, OTHER_R)), C)
    talk.answer(init_answer(GCM))
    auth(talk, (SPI_I, SPI_R))
    n = talk.only()
    assert (n.outcome, n.responder_spi, n.chosen_frame) == ("established", SPI_R, 3)
    assert n.suite is not None
    assert n.suite.encryption_id == 20
    assert [o.frame_number for o in n.offers] == [1, 3]


def test_the_address_that_was_asked_answers_main_mode_later() -> None:
    talk = Talk()
    talk.say(main_1())
    talk.answer(main_2(spis=(SPI_I, OTHER_R)), C)
    main_mode(talk)
    n = talk.only()
    assert (n.outcome, n.responder_spi) == ("established", SPI_R)


def test_an_answer_that_the_initiator_has_taken_stays() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_answer(spis=(SPI_I, OTHER_R)), C)
    auth(talk, (SPI_I, OTHER_R))
    talk.answer(init_answer())
    first, second = talk.negotiations()
    assert (first.outcome, first.responder_spi) == ("established", OTHER_R)
    assert (second.outcome, second.responder_spi) == ("incomplete", SPI_R)


def test_the_address_that_was_asked_has_answered_before() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_answer())
    talk.answer(init_answer(spis=(SPI_I, OTHER_R)), C)
    assert [n.responder_spi for n in talk.negotiations()] == [SPI_R, OTHER_R]


def test_a_scanner_asks_many_under_one_spi_and_nobody_answers_for_another() -> None:
    talk = Talk()
    for k in range(5):
        talk.say(init_request(), A, (f"198.51.100.{k}", 500), after=1)
    talk.answer(init_answer(), ("203.0.113.9", 500))
    talk.answer(init_answer(spis=(SPI_I, OTHER_R)), ("198.51.100.3", 500))
    found = talk.negotiations(10)
    assert len(found) == 6
    assert [n.responder_spi for n in found] == [ZERO, ZERO, ZERO, OTHER_R, ZERO, SPI_R]


def test_an_answer_from_elsewhere_to_somebody_else_or_under_another_spi() -> None:
    for target, spi in ((("192.0.2.99", 500), SPI_I), (A, OTHER_I)):
        talk = Talk()
        talk.say(init_request())
        talk.say(init_answer(spis=(spi, SPI_R)), C, target)
        assert len(talk.negotiations()) == 2


def test_icmp_errors_find_the_sa_by_the_quoted_spi() -> None:
    talk = Talk()
    requests = [init_request(spi=f"{i:016x}") for i in range(1, 41)]
    for data in requests:
        talk.say(data)
    talk.icmp(requests[3][:8])
    talk.icmp(requests[39])
    found = talk.negotiations()
    assert [len(n.icmp_errors) for n in found] == [0, 0, 0, 1] + [0] * 35 + [1]


def test_icmp_errors_that_quote_too_little_go_to_the_newest_sa_of_the_hosts() -> None:
    talk = Talk()
    talk.say(init_request(spi="01" * 8))
    talk.say(init_request(spi="02" * 8))
    talk.icmp(b"\x01\x01\x01\x01")
    talk.icmp(b"")
    talk.icmp(b"", C, B)
    story = talk.story()
    assert [len(n.icmp_errors) for n in story.negotiations] == [0, 2]
    assert len(story.icmp_errors) == 3


def test_what_begins_a_negotiation() -> None:
    begins = {
        "v2 request": init_request(),
        "v1 main": main_1(),
    }
    others = {
        "answer": init_answer(),
        "cookie answer": init_notify(16390, COOKIE),
        "v1 answer": main_2(),
        "v1 error": v1(V1_INFORMATIONAL, notify1(14), spis=(SPI_I, ZERO)),
        "auth": sealed(IKE_AUTH, 298),
    }
    assert all(begins_negotiation(decode(data)) for data in begins.values())
    assert not any(begins_negotiation(decode(data)) for data in others.values())
    assert begins_negotiation(decode(v2(38, (40, bytes(16)), spis=(SPI_I, ZERO)))), "session resumption"
    assert not begins_negotiation(decode(v1(MAIN, notify1(14))))


def test_hosts_are_the_same_both_ways() -> None:
    data = init_request(GCM)
    assert hosts_of(datagram(data, A, C)) == hosts_of(datagram(data, C, A)) == (A[0], C[0])


V6_CLIENT, V6_SERVER = ("2001:db8:1::5", 500), ("64:ff9b::c000:214", 500)  # 192.0.2.20 behind the prefix of a NAT64
NAT64 = (C[0], 1024)


@pytest.mark.parametrize("ikev1", [False, True])
@pytest.mark.parametrize("client_first", [True, False], ids=["NAT64", "CLAT"])
@pytest.mark.parametrize("prefix", ["64:ff9b::c000:214", "2001:db8:64::c000:214"])
def test_both_sides_of_a_nat64_are_one_story(ikev1: bool, client_first: bool, prefix: str) -> None:
    """Addresses of both sides change, and their family; the server's IPv4 address stands in its IPv6 address."""
    legs = [(V6_CLIENT, (prefix, 500)), (NAT64, B)][:: 1 if client_first else -1]
    talk = Talk()
    said = [
        (main_1() if ikev1 else init_request(), False),
        (main_2() if ikev1 else init_answer(), True),
    ]
    if not ikev1:
        said += [(sealed(IKE_AUTH, 298), False), (sealed(IKE_AUTH, 238, initiator=False, response=True), True)]
    for data, response in said:
        for client, server in legs[::-1] if response else legs:
            talk.say(data, *((server, client) if response else (client, server)), after=0.003)
    n = talk.only(1)
    assert [s.duplicate for s in n.steps()] == [False, True] * len(said)
    assert n.initiator_ip == legs[0][0][0]
    assert n.outcome == ("incomplete" if ikev1 else "established")


def test_the_answer_comes_back_before_the_second_sight_of_a_nat64() -> None:
    talk = Talk()
    talk.say(init_request(), V6_CLIENT, V6_SERVER)
    talk.answer(init_answer(), B, NAT64, after=0.001)
    talk.answer(init_answer(), V6_SERVER, V6_CLIENT, after=0.001)
    assert talk.only().responder_spi == SPI_R


@pytest.mark.parametrize(
    ("data", "target", "after"),
    [(init_request(), ("192.0.2.99", 500), 0.001), (init_request(CBC), B, 0.001), (init_request(), B, 5)],
    ids=["another server", "other bytes", "later"],
)
def test_what_is_no_second_sight_of_a_nat64(data: bytes, target: tuple[str, int], after: float) -> None:
    talk = Talk()
    talk.say(init_request(), V6_CLIENT, V6_SERVER)
    talk.say(data, NAT64, target, after=after)
    assert len(talk.negotiations()) == 2
