"""Answers between other ends than their requests, by what is on the wire."""

import pytest

from analyzer.negotiation.conclude.astray import Astray, Places, astray_exchanges, lost_astray
from analyzer.negotiation.conclude.lost_answers import lost_answers_at_end
from tests.negotiation.build import (
    A_4500,
    B_4500,
    IKE_AUTH,
    INFORMATIONAL,
    MAIN,
    SPI_R,
    A,
    B,
    C,
    Talk,
    established,
    init_answer,
    init_request,
    main_1,
    main_2,
    main_ke,
    main_mode,
    sealed,
    sealed1,
)

V6 = ("2001:db8::10", 500), ("2001:db8::20", 500), ("2001:db8::21", 500)
End = tuple[str, int]


def asked_in_vain(request: bytes, answer: bytes, came: tuple[End, End], went: tuple[End, End] = (A, B)) -> Talk:
    """Four times, and answered from and to the ends `came`."""
    talk = Talk()
    for _ in range(4):
        talk.say(request, *went, after=3)
        talk.say(answer, *came)
    return talk


@pytest.mark.parametrize(("request_", "answer"), [(init_request(), init_answer()), (main_1(), main_2())])
@pytest.mark.parametrize(
    ("asks", "asked", "answers"), [(A, B, C), V6, (A_4500, B_4500, (C[0], 4500))], ids=["500", "IPv6", "4500"]
)
def test_an_address_that_nobody_asked(request_: bytes, answer: bytes, asks: End, asked: End, answers: End) -> None:
    n = asked_in_vain(request_, answer, (answers, asks), (asks, asked)).only(10)
    text = f"the answers come from {answers[0]}, another address than the one asked ({asked[0]})"
    ((_, astray),) = astray_exchanges(n)
    assert astray == Astray((*asks, *asked), (*asks, *answers), 1, 2)
    assert (astray.text, astray.elsewhere) == (text, True)
    assert astray.ends == f"{asked[0]} asked, {answers[0]} answers"
    assert astray.sentence.startswith("The answers come")
    assert (n.outcome, n.failed_by, n.failure, n.outcome_confidence) == (
        "failed", "none", "answer not received", "likely",
    )  # fmt: skip
    assert text in n.outcome_basis
    assert (n.responder_ip, n.responder_spi) == (asked[0], SPI_R)


@pytest.mark.parametrize(("request_", "answer"), [(init_request(), init_answer()), (main_1(), main_2())])
@pytest.mark.parametrize(
    ("came", "text", "ends"),
    [
        ((B, (A[0], 500)), "the answers go to port 500 though the request came from port 264", "port 264 asks, "),
        (((B[0], 1500), (A[0], 264)), "the answers come from port 1500 though port 500 was asked", "port 500 asked, "),
        (((B[0], 1500), A), "from port 1500 though port 500 was asked and go to port 500 though", "port 500 asked, "),
    ],
)
def test_another_port(request_: bytes, answer: bytes, came: tuple[End, End], text: str, ends: str) -> None:
    talk = asked_in_vain(request_, answer, came, ((A[0], 264), B))
    n = talk.only(10)
    assert text in n.outcome_basis
    ((_, astray),) = astray_exchanges(n)
    assert (text in astray.text, astray.ends.startswith(ends), astray.elsewhere) == (True, True, False)


def test_an_sa_that_takes_them_comes_up() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.say(init_answer(), C, A)
    talk.say(sealed(IKE_AUTH, 298))
    talk.say(sealed(IKE_AUTH, 238, initiator=False, response=True), C, A)
    n = talk.only()
    assert (n.outcome, n.responder_ip) == ("established", B[0])
    assert [e.exchange for e, _ in astray_exchanges(n)] == ["IKE_SA_INIT", "IKE_AUTH"]


def test_what_the_responder_asks_and_the_initiator_answers() -> None:
    talk = Talk()
    established(talk)
    talk.answer(sealed(INFORMATIONAL, 57, initiator=False, mid=0))
    talk.say(sealed(INFORMATIONAL, 57, response=True, mid=0), C, B)
    ((exchange, astray),) = astray_exchanges(talk.only())
    assert (exchange.exchange, astray.asked[:2], astray.ends) == (
        "INFORMATIONAL", B, "192.0.2.10 asked, 198.51.100.7 answers",
    )  # fmt: skip


def test_nothing_goes_astray() -> None:
    """On the ports of the book, through a NAT that is seen from both sides, and where an SA moves."""
    plain = Talk()
    established(plain)
    main = Talk()
    main_mode(main, last=4)
    main.say(sealed1(2, 108, first=5, salt="i"), A_4500, B_4500)
    main.answer(sealed1(2, 92, first=5, salt="r"), B_4500, A_4500)
    nat = Talk()
    for data, response in ((init_request(), False), (init_answer(), True)):
        for end in (C, A) if response else (A, C):
            nat.say(data, *((B, end) if response else (end, B)), after=0.001)
    moved = Talk()
    established(moved)
    moved.say(sealed(INFORMATIONAL, 120, mid=2), C, B)
    moved.answer(sealed(INFORMATIONAL, 120, initiator=False, response=True, mid=2), B, C)
    one_answer_came_back = Talk()
    one_answer_came_back.say(init_request())
    one_answer_came_back.say(init_answer(), C, A)
    one_answer_came_back.say(init_answer(), B, A)
    for talk in (plain, main, nat, moved, one_answer_came_back):
        assert list(astray_exchanges(talk.only(10))) == []


def test_a_host_does_not_answer_itself() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.say(init_answer())
    assert list(astray_exchanges(talk.only(10))) == []


def test_where_too_many_places_were_seen_nothing_is_known() -> None:
    talk = Talk()
    established(talk)
    for k in range(300):
        talk.say(sealed(INFORMATIONAL, 120, mid=k + 2), (C[0], 5000 + k), B)
    n = talk.only()
    assert len(n.addresses) > 200
    assert Places(n).astray([], [], by_initiator=True) is None
    assert list(astray_exchanges(n)) == []


def test_a_main_mode_that_goes_on_to_port_4500_goes_not_astray() -> None:
    """The responder cannot decrypt message 5, which came on port 4500 for the NAT between (RFC 3947 section 4)."""
    talk = Talk()
    main_mode(talk, last=4)
    for _ in range(4):
        talk.say(sealed1(MAIN, 108, first=5, salt="i"), A_4500, B_4500, after=3)
        talk.answer(main_ke("r"), after=1)
    n = talk.only(10)
    lost = lost_answers_at_end(n)
    assert lost is not None
    assert not lost.request.from_initiator
    assert lost_astray(n, lost) is None
    assert "port 4500" not in n.outcome_basis
