from analyzer.capture.datagram import EspStream
from analyzer.negotiation.conclude.floods import LEAST_SOURCES, is_unsolicited
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import Flood, Story
from tests.negotiation.build import (
    AGGRESSIVE,
    IKE_AUTH,
    SPI_I,
    V1_INFORMATIONAL,
    ZERO,
    Talk,
    init_answer,
    init_notify,
    init_request,
    ke1,
    main_2,
    main_ke,
    nonce1,
    notify1,
    phase1,
    sa1,
    sealed,
    v1,
    vendor1,
)

TARGET = "192.0.2.10"


def spi(number: int, side: int = 1) -> str:
    return f"{side:04x}{number + 1:012x}"


def source(number: int) -> tuple[str, int]:
    return f"10.0.{number >> 8}.{number & 255}", 500


def to(port: int = 500) -> tuple[str, int]:
    return TARGET, port


def reflect(talk: Talk, count: int, *, first: int = 0) -> None:
    """Answers of so many sources under one SPI, to ports at random, a thousand a second."""
    for i in range(first, first + count):
        talk.say(main_2(spis=(SPI_I, spi(i, 2))), source(i), to(1024 + 7 * i), after=0.001)


def flood(story: Story) -> Flood:
    (found,) = story.floods
    return found


def members(story: Story) -> list[Negotiation]:
    return [n for n in story.negotiations if n.number in flood(story).numbers]


def test_a_reflection_is_one_event() -> None:
    talk = Talk()
    reflect(talk, 40)
    story = talk.story(5)
    found = flood(story)
    assert (found.number, found.kind, found.confidence) == (1, "unsolicited-answers", "likely")
    assert (found.target_ip, found.target_ports, found.sources) == (TARGET, 40, 40)
    assert (found.initiator_spis, found.messages, len(found.numbers)) == (1, 40, 40)
    assert (found.first_frame, found.last_frame, found.span_ns) == (1, 40, 39_000_000)
    assert found.samples == tuple(range(1, 11))
    ((form, count),) = found.forms
    assert (form.ike_version, form.exchange, form.length, form.error, count) == (1, "IDENTITY_PROTECTION", 84, None, 40)
    assert form.suite is not None
    assert form.suite.ke_id == 14
    assert {n.outcome for n in story.negotiations} == {"incomplete"}


def test_forms_do_not_depend_on_addresses() -> None:
    talk = Talk()
    reflect(talk, 30)
    for i in range(30, 50):
        other = v1(2, sa1(phase1(group=2)), vendor1(b"other"), spis=(SPI_I, spi(i, 2)))
        talk.say(other, source(i), to(), after=0.001)
    forms = flood(talk.story(5)).forms
    assert [count for _, count in forms] == [30, 20]
    assert [(form.suite.ke_id, form.vendor_ids) for form, _ in forms] == [(14, ()), (2, (b"other",))]


def test_answers_of_every_kind() -> None:
    talk = Talk()
    for i in range(40):
        answers = (
            init_answer(spis=(SPI_I, spi(i, 2))),
            init_notify(14, spis=(SPI_I, spi(i, 2))),
            v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), spis=(SPI_I, spi(i, 2))),
            v1(V1_INFORMATIONAL, notify1(14), mid=i + 1, spis=(SPI_I, ZERO)),
        )
        talk.say(answers[i % 4], source(i), to(), after=0.001)
    story = talk.story(5)
    assert flood(story).sources == 40
    assert {form.error for form, _ in flood(story).forms} == {None, 14}
    assert {(n.outcome, n.failed_at, n.failed_by, n.failure) for n in story.negotiations} == {
        ("incomplete", None, None, None)  # nobody offered what was refused
    }


def test_each_target_has_its_own() -> None:
    talk = Talk()
    for i in range(40):
        for side, target in ((2, "192.0.2.10"), (3, "192.0.2.11")):
            talk.say(main_2(spis=(SPI_I, spi(i, side))), source(i), (target, 500), after=0.001)
    assert [(f.number, f.target_ip, f.sources) for f in talk.story(5).floods] == [
        (1, "192.0.2.10", 40),
        (2, "192.0.2.11", 40),
    ]


def test_few_are_none() -> None:
    for count in (1, 3, LEAST_SOURCES - 1):
        talk = Talk()
        reflect(talk, count)
        assert talk.story(5).floods == []


def test_many_answers_of_few_responders_are_none() -> None:
    talk = Talk()
    for i in range(200):
        talk.say(init_answer(spis=(SPI_I, spi(i, 2))), source(i % 5), to(), after=0.001)
    assert talk.story(5).floods == []


def test_a_gateway_that_answers_many_clients_is_none() -> None:
    talk = Talk()
    for i in range(200):
        talk.say(init_answer(spis=(spi(i), spi(i, 2))), ("198.51.100.1", 500), source(i), after=0.001)
    assert talk.story(5).floods == []


def test_answers_that_go_on_were_asked_for() -> None:
    talk = Talk()
    for i in range(60):
        spis = spi(i), spi(i, 2)
        talk.say(init_answer(spis=spis), source(i), to())
        talk.say(sealed(IKE_AUTH, 238, spis=spis, initiator=False, response=True), source(i), to())
    assert talk.story(5).floods == []


def test_the_next_message_of_phase_1_was_asked_for() -> None:
    talk = Talk()
    for i in range(60):
        spis = spi(i), spi(i, 2)
        talk.say(main_2(spis=spis), source(i), to())
        talk.say(main_ke("r", spis=spis), source(i), to())
    assert talk.story(5).floods == []


def test_the_choice_behind_a_cookie_was_asked_for() -> None:
    talk = Talk()
    for i in range(60):
        talk.say(init_notify(16390, b"cookie", spis=(spi(i), ZERO)), source(i), to())
        talk.say(init_answer(spis=(spi(i), spi(i, 2))), source(i), to())
    assert talk.story(5).floods == []


def test_some_that_go_on_make_it_a_capture_of_one_direction() -> None:
    for going_on, floods in ((6, 0), (2, 1)):
        talk = Talk()
        reflect(talk, 50)
        for i in range(100, 100 + going_on):
            spis = spi(i), spi(i, 2)
            talk.say(init_answer(spis=spis), source(i), to())
            talk.say(sealed(IKE_AUTH, 238, spis=spis, initiator=False, response=True), source(i), to())
        story = talk.story(5)
        assert len(story.floods) == floods
        if floods:
            assert len(members(story)) == 50


def test_requests_of_the_target_make_it_a_capture_with_gaps() -> None:
    for requests, floods in ((6, 0), (2, 1)):
        talk = Talk()
        reflect(talk, 50)
        for i in range(100, 100 + requests):
            talk.say(init_request(spi=spi(i)), to(), source(i))
            talk.say(init_answer(spis=(spi(i), spi(i, 2))), source(i), to())
        assert len(talk.story(5).floods) == floods


def test_a_negotiation_that_hides_in_the_flood_stays() -> None:
    talk = Talk()
    reflect(talk, 50)
    spis = spi(900), spi(900, 2)
    talk.say(init_request(spi=spis[0]), to(), source(900))
    talk.say(init_answer(spis=spis), source(900), to())
    reflect(talk, 50, first=50)
    talk.say(sealed(IKE_AUTH, 298, spis=spis), to(), source(900))
    talk.say(sealed(IKE_AUTH, 238, spis=spis, initiator=False, response=True), source(900), to())
    # and an answer of its peer that went astray is the peer's
    talk.say(main_2(spis=(SPI_I, spi(901, 2))), source(900), to())
    story = talk.story(5)
    assert len(members(story)) == 100
    left = [n for n in story.negotiations if n.number not in flood(story).numbers]
    assert [n.outcome for n in left] == ["established", "incomplete"]


def test_a_source_with_traffic_is_a_peer() -> None:
    talk = Talk()
    reflect(talk, 40)
    stream = EspStream("0000c0de", source(3)[0], TARGET, "esp", 1, 3, 1, 3, packets=3)
    assert flood(talk.story(5, [stream])).sources == 39


def scan(talk: Talk, count: int, *, after: float, port: int | None = 500) -> None:
    """Answers to requests that the capture lacks, each with a SPI of its own."""
    for i in range(count):
        answer = init_answer(spis=(spi(i), spi(i, 2)))
        talk.say(answer, source(i), to(port if port is not None else 1024 + i), after=after)


def test_a_scan_without_its_requests_is_possible_too() -> None:
    talk = Talk()
    scan(talk, 60, after=0.05)
    assert flood(talk.story(5)).confidence == "possible"
    talk = Talk()
    scan(talk, 60, after=0.0005)  # nobody's scan gets two thousand answers a second
    assert flood(talk.story(5)).confidence == "likely"
    talk = Talk()
    scan(talk, 60, after=0.05, port=None)  # nor sends each request from another port
    assert flood(talk.story(5)).confidence == "likely"


def test_a_scanners_spi() -> None:
    talk = Talk()
    for i in range(60):
        talk.say(main_2(spis=("0011223344556677", spi(i, 2))), source(i), to(1024 + i), after=0.001)
    story = talk.story(5)
    assert flood(story).confidence == "possible"
    assert {n.outcome for n in story.negotiations} == {"probe"}


def test_what_is_no_answer() -> None:
    talk = Talk()
    for i in range(60):
        notice = v1(V1_INFORMATIONAL, notify1(24578), mid=i + 1, spis=(spi(i), spi(i, 2)))  # INITIAL_CONTACT
        talk.say(notice, source(i), to(), after=0.001)
    assert talk.story(5).floods == []


def test_no_times() -> None:
    talk = Talk(step=0)
    for i in range(40):
        talk.say(main_2(spis=(SPI_I, spi(i, 2))), source(i), to(1024 + i), after=0)
    assert flood(talk.story(5)).span_ns == 0


def answered(**fields: object) -> bool:
    """An answer in clear, alone in the capture."""
    talk = Talk()
    talk.say(main_2(spis=(SPI_I, spi(1, 2))), source(1), to(1024))
    n = talk.only(0)
    for name, value in fields.items():
        setattr(n, name, value)
    return is_unsolicited(n)


def test_one_that_came_up_or_was_made_in_another_or_not_read_is_not_unsolicited() -> None:
    assert answered()
    assert not answered(outcome="established")
    assert not answered(rekeyed_from=9)
    assert not answered(unread=(3,))


def test_the_fewest_sources_that_are_a_flood() -> None:
    talk = Talk()
    reflect(talk, LEAST_SOURCES)
    assert flood(talk.story(5)).sources == LEAST_SOURCES
