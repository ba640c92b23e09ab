"""Placing messages: exchanges, retransmissions, copies, captures out of order or with gaps; hostile input; cost."""

import gc
import random
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.capture.datagram import Datagram, IcmpError
from analyzer.isakmp import Memory, decode
from analyzer.isakmp.memory import NOTHING
from analyzer.isakmp.numbers import ExchangeV2
from analyzer.negotiation.follow import recent
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.placed import NOWHERE
from analyzer.negotiation.follow.recent import EVERY
from analyzer.negotiation.follow.steps import can_change_state, is_readable
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import Shape
from analyzer.negotiation.tracker import Tracker
from tests.negotiation.build import (
    AGGRESSIVE,
    BASE,
    CREATE_CHILD_SA,
    EMPTY,
    IKE_AUTH,
    INFORMATIONAL,
    INIT,
    MAIN,
    NOTIFY,
    QUICK_MODE,
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
    ke1,
    main_1,
    main_2,
    main_ke,
    main_mode,
    nonce1,
    notify1,
    notify2,
    phase1,
    quick_mode,
    sa1,
    sealed,
    sealed1,
    steady,
    v1,
    v2,
    vendor2,
)
from tests.negotiation.logged import negotiation
from tests.negotiation.recorded import recorded
from tests.work import lines_run

# -- which messages are followed


@pytest.mark.parametrize(
    "data",
    [
        b"",
        init_request()[:27],
        b"\0" * 8 + init_request()[8:],
        init_request()[:17] + b"\x30" + init_request()[18:],
        init_request()[:17] + b"\x10" + init_request()[18:],
        v2(33, (40, bytes(16))),
        v2(60, (40, bytes(16))),
        v2(240, (40, bytes(16))),
        init_request()[:19] + b"\x48" + init_request()[20:],
        main_1()[:19] + b"\x08" + main_1()[20:],
        init_request()[:24] + b"\0\0\0\x1b" + init_request()[28:],
        init_request()[:24] + b"\xff\xff\xff\xff" + init_request()[28:],
        init_request()[:-1],
    ],
    ids=[
        "empty", "short header", "zero SPI", "version 3", "IKEv2 exchange in version 1", "IKEv1 exchange in version 2",
        "unknown exchange", "private exchange", "reserved flag", "reserved flag of version 1", "short length",
        "huge length", "a byte is missing",
    ],
)  # fmt: skip
def test_what_no_peer_could_mean_belongs_nowhere(data: bytes) -> None:
    talk = Talk()
    assert talk.say(data) is NOWHERE
    assert talk.negotiations() == []


def test_a_message_cut_by_the_snap_length_is_followed() -> None:
    whole = init_request()
    talk = Talk()
    placed = talk.say(whole[:60], missing=len(whole) - 60)
    assert placed.negotiation == 1
    talk.answer(init_answer())
    assert talk.only().suite is not None


def test_bytes_behind_a_message_do_not_matter() -> None:
    talk = Talk()
    assert talk.say(init_request() + b"trailing").negotiation == 1


# -- exchanges


def test_placed_says_where_and_what() -> None:
    talk = Talk()
    assert talk.say(init_request())[:4] == (1, True, False, None)
    assert talk.answer(init_answer())[:4] == (1, False, True, None)
    assert talk.say(sealed(IKE_AUTH, 298)).decrypted is False
    asked = talk.answer(sealed(CREATE_CHILD_SA, 200, initiator=False, mid=0))
    assert (asked.from_initiator, asked.answering) == (False, False)
    answered = talk.say(sealed(CREATE_CHILD_SA, 200, response=True, mid=0))
    assert (answered.from_initiator, answered.answering) == (True, True)
    piece = talk.say(sealed(IKE_AUTH, 500, mid=1, fragment=(1, 2)))
    assert piece.fragment == (1, 2)


def test_numbers_go_on_from_the_first() -> None:
    tracker = Tracker("b.pcap", first_number=41)
    data = init_request()
    assert tracker.feed(datagram(data), decode(data)).negotiation == 41
    assert [n.number for n in tracker.finish([], [], 0, 0).negotiations] == [41]


def test_numbers_can_be_made_larger_before_the_end() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(INFORMATIONAL, EMPTY, spis=("aa" * 8, "bb" * 8), mid=0))
    talk.tracker.finish([], [], 0, 0).negotiations[1].rekeyed_from = 1
    talk.tracker.renumber((40).__add__)
    found = talk.tracker.finish([], [], 0, 0).negotiations
    assert [(n.number, n.rekeyed_from) for n in found] == [(41, None), (42, 41)]


def exchanges(n: Negotiation) -> list[tuple[str, int, bool, int]]:
    return [(e.exchange, e.message_id, e.begun_by_initiator, len(e.steps)) for e in n.exchanges]


def test_both_sides_count_their_message_ids_alone() -> None:
    talk = Talk()
    established(talk)
    for mid in (2, 3):
        talk.say(sealed(INFORMATIONAL, EMPTY, mid=mid))
        talk.answer(sealed(INFORMATIONAL, EMPTY, initiator=False, response=True, mid=mid))
    for mid in (0, 1, 2):
        talk.answer(sealed(INFORMATIONAL, EMPTY, initiator=False, mid=mid))
        talk.say(sealed(INFORMATIONAL, EMPTY, response=True, mid=mid))
    assert exchanges(talk.only())[2:] == [
        ("INFORMATIONAL", 2, True, 2),
        ("INFORMATIONAL", 3, True, 2),
        ("INFORMATIONAL", 0, False, 2),
        ("INFORMATIONAL", 1, False, 2),
        ("INFORMATIONAL", 2, False, 2),
    ]


def test_exchanges_overlap_and_are_answered_in_any_order() -> None:
    talk = Talk()
    established(talk)
    for mid in range(2, 40):
        talk.say(sealed(CREATE_CHILD_SA, 200, mid=mid))
    for mid in reversed(range(2, 40)):
        talk.answer(sealed(CREATE_CHILD_SA, 200, initiator=False, response=True, mid=mid))
    assert all(e.outcome == "answered" for e in talk.only().exchanges)


def test_many_quick_modes_at_once() -> None:
    talk = Talk()
    main_mode(talk)
    mids = range(1, 71)
    for number, salt in enumerate("123"):
        for mid in mids:
            (talk.say, talk.answer)[number % 2](sealed1(QUICK_MODE, 188, mid=mid, salt=salt))
    n = talk.only()
    assert len(n.children) == 70
    assert {c.outcome for c in n.children} == {"established"}


def test_retransmissions_point_to_the_first_frame() -> None:
    talk = Talk()
    data = init_request()
    talk.say(data)
    for pause in (0.5, 1.0, 2.0):
        talk.say(data, after=pause)
    steps = talk.only().exchanges[0].steps
    assert [s.retransmission_of for s in steps] == [None, 1, 1, 1]
    assert not any(s.duplicate for s in steps)
    assert talk.placed[2].retransmission_of == 1


def test_mirror_copies_are_no_retransmissions() -> None:
    """A mirror port that sees a packet come in and go out: each twice within a moment, retransmissions too."""
    talk = Talk()
    data = init_request()
    for pause in (0, 0.0002, 0.5, 0.0002, 1.0, 0.0002):
        talk.say(data, after=pause)
    exchange = talk.only().exchanges[0]
    assert [s.duplicate for s in exchange.steps] == [False, True] * 3
    assert len(exchange.retransmissions) == 2
    assert talk.only().outcome == "unanswered"


def test_without_times_the_same_bytes_are_a_retransmission() -> None:
    tracker = Tracker("x")
    data = init_request()
    for frame in (1, 2):
        tracker.feed(datagram(data, frame=frame, at=None), decode(data))
    (n,) = tracker.finish([], [], None, None).negotiations
    assert [s.duplicate for s in n.steps()] == [False, False]
    assert n.exchanges[0].retransmissions


def test_a_retransmission_after_the_second_round_belongs_to_the_first() -> None:
    talk = Talk()
    first = init_request()
    talk.say(first)
    talk.answer(init_notify(16390, b"cookie"))
    talk.say(init_request(before=[notify2(16390, b"cookie")]))
    talk.say(first, after=0.3)
    assert [len(e.steps) for e in talk.only().exchanges] == [3, 1]


# -- captures out of order, with gaps, in the middle


def test_an_answer_seen_before_its_request() -> None:
    talk = Talk()
    talk.answer(init_answer())
    talk.say(init_request())
    talk.answer(sealed(IKE_AUTH, 238, initiator=False, response=True))
    talk.say(sealed(IKE_AUTH, 298))
    n = talk.only(100)
    assert n.outcome == "established"
    assert exchanges(n) == [("IKE_SA_INIT", 0, True, 2), ("IKE_AUTH", 1, True, 2)]
    assert (n.initiator_ip, n.starts_late) == (A[0], False)


def test_the_first_message_comes_last() -> None:
    talk = Talk()
    talk.say(sealed(IKE_AUTH, 298))
    talk.answer(sealed(IKE_AUTH, 238, initiator=False, response=True))
    talk.answer(init_answer())
    talk.say(init_request())
    assert talk.only(100).outcome not in ("failed", "unanswered")


def test_ikev1_out_of_order() -> None:
    talk = Talk()
    quick_mode(talk)
    talk.answer(main_2())
    talk.say(main_1())
    n = talk.only(100)
    assert (n.mode, n.starts_late, n.initiator_ip) == ("main", False, A[0])
    assert n.suite is not None


@pytest.mark.parametrize("responder", [SPI_R, ZERO])
def test_ikev1_refused_before_it_asks(responder: str) -> None:
    """Captures of both ends merged by clocks that differ: what was offered is not taken for chosen."""
    talk = Talk()
    talk.answer(v1(V1_INFORMATIONAL, notify1(14), mid=7, spis=(SPI_I, responder)))
    talk.say(main_1())
    n = talk.only(100)
    assert (n.mode, n.starts_late, n.initiator_ip, n.suite) == ("main", False, A[0], None)
    assert (n.outcome, n.failed_at, n.failed_by) == ("failed", "IDENTITY_PROTECTION", "responder")
    assert n.failure == "NO-PROPOSAL-CHOSEN"


@pytest.mark.parametrize(
    "data",
    [
        main_2(),
        v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), (8, bytes(20))),
        v1(BASE, sa1(phase1()), nonce1("r")),
    ],
    ids=["main", "aggressive", "base"],
)
def test_the_second_message_of_phase_1_is_the_responders_even_if_it_is_the_first_one_seen(data: bytes) -> None:
    talk = Talk()
    talk.answer(data)
    n = talk.only()
    assert (n.initiator_ip, n.responder_ip) == (A[0], B[0])
    assert n.suite is not None
    assert n.offers[0].chosen


def test_ikev1_in_the_middle_goes_by_ports() -> None:
    talk = Talk()
    talk.say(sealed1(QUICK_MODE, 188, mid=3), B, (C[0], 33000))
    assert talk.only().initiator_ip == C[0], "a client behind a NAT has another port"


@pytest.mark.parametrize(
    "data",
    [sealed(INFORMATIONAL, EMPTY, mid=9), sealed(CREATE_CHILD_SA, 200, mid=9), sealed1(QUICK_MODE, 188, mid=5)],
)
def test_a_capture_that_begins_late(data: bytes) -> None:
    talk = Talk()
    talk.say(data)
    n = talk.only(100)
    assert n.starts_late
    assert n.outcome == "incomplete"
    assert (n.initiator_spi, n.responder_spi) == (SPI_I, SPI_R)


@pytest.mark.parametrize("last", range(1, 6))
def test_a_capture_that_ends_early_blames_nobody(last: int) -> None:
    talk = Talk()
    main_mode(talk, last=last)
    assert talk.only(0).outcome == "incomplete"


def test_ikev1_sides_without_flags() -> None:
    talk = Talk()
    main_mode(talk)
    assert [s.from_initiator for s in talk.only().steps()] == [True, False] * 3
    same_host = Talk()
    client, server = ("127.0.0.1", 5000), ("127.0.0.1", 500)
    same_host.say(main_1(), client, server)
    same_host.say(main_2(), server, client)
    assert [s.from_initiator for s in same_host.only().steps()] == [True, False]


def test_clear_text_after_the_keys_proves_nothing() -> None:
    """Unprotected INFORMATIONAL and CREATE_CHILD_SA: a peer that lost the SA, or anybody (RFC 7296 section 2.21.4)."""
    for exchange in (INFORMATIONAL, CREATE_CHILD_SA):
        talk = Talk()
        init_done(talk)
        talk.say(sealed(IKE_AUTH, 298))
        talk.answer(v2(exchange, notify2(11, b"\1\2\3\4"), initiator=False, mid=0))
        assert talk.only(100).outcome == "failed"
        late = Talk()
        late.answer(v2(exchange, notify2(11), initiator=False, response=True, mid=2))
        assert late.only(100).outcome == "incomplete"


def test_an_sa_payload_in_clear_outside_the_first_exchange_is_no_offer() -> None:
    talk = Talk()
    init_done(talk)
    before = len(talk.tracker._lives[0].negotiation.offers)
    talk.say(v2(INFORMATIONAL, (33, decode_sa()), mid=1))
    assert len(talk.only().offers) == before == 2


def decode_sa() -> bytes:
    return init_request()[32:60]


def test_half_open_flood() -> None:
    talk = Talk()
    for i in range(1, 400):
        talk.say(init_request(spi=f"{i:016x}"), (f"198.51.{i % 100}.{i % 250}", 500), B, after=0.001)
        talk.answer(init_notify(16390, b"cookie", spis=(f"{i:016x}", ZERO)), B, (f"198.51.{i % 100}.{i % 250}", 500))
    found = talk.negotiations(60)
    assert len(found) == 399
    assert {n.failure for n in found} == {"COOKIE"}


def test_an_answer_belongs_to_its_request_however_much_others_say_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy gateway has a hundred thousand messages in the minute that a first message is retransmitted."""
    monkeypatch.setattr(recent, "EVERY", EVERY // 4096)
    talk = Talk()
    init_done(talk)
    other = f"{7:016x}"
    talk.say(init_request(spi=other), ("198.51.100.7", 500))
    for number in range(100_000 // 4096 + 1):
        talk.say(sealed(INFORMATIONAL, 80 + number, mid=2 + number), after=0.001)
    talk.answer(init_answer(spis=(other, f"{8:016x}")), target=("198.51.100.7", 500))
    assert [n.initiator_spi for n in talk.negotiations()] == [SPI_I, other]


def test_unknown_data_does_not_disturb_a_story() -> None:
    talk = Talk()
    init_done(talk)
    for length in (0, 5, 28, 100):
        talk.say(random.Random(length).randbytes(length))
    talk.say(sealed(IKE_AUTH, 298))
    talk.answer(sealed(IKE_AUTH, 238, initiator=False, response=True))
    assert talk.only().outcome == "established"


# -- properties

MESSAGES = [
    init_request(),
    init_answer(),
    init_notify(14),
    init_notify(16390, b"c"),
    init_notify(17, b"\0\x0e"),
    v2(INIT, (33, b""), (34, b""), (41, b"")),
    sealed(IKE_AUTH, 298),
    sealed(IKE_AUTH, NOTIFY, initiator=False, response=True),
    sealed(IKE_AUTH, 500, fragment=(1, 2)),
    sealed(INFORMATIONAL, EMPTY, mid=2),
    sealed(CREATE_CHILD_SA, 200, mid=3),
    main_1(),
    main_2(),
    main_ke("i"),
    main_ke("r"),
    sealed1(MAIN, 108),
    sealed1(QUICK_MODE, 188, mid=3),
    sealed1(V1_INFORMATIONAL, 92, mid=4),
    v1(V1_INFORMATIONAL, notify1(14), mid=5),
    v1(MAIN, (132, b"\0\1\1\0half")),
    v1(MAIN, (132, b"\0\1\2\1" + main_ke("i"))),
]


@st.composite
def mutated(draw: st.DrawFn, messages: list[bytes]) -> bytes:
    data = bytearray(draw(st.sampled_from(messages)))
    for _ in range(draw(st.integers(0, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    cut = draw(st.integers(0, len(data)))
    return bytes(data if draw(st.booleans()) else data[:cut])


HOSTS = st.sampled_from([(A, B), (B, A), (C, B), (B, C), ((A[0], 4500), (B[0], 4500)), (A, A)])


def check_story(negotiations: list[Negotiation]) -> None:
    for n in negotiations:
        assert n.exchanges
        assert all(e.steps for e in n.exchanges)
        assert n.outcome
        assert n.outcome_basis


@steady
@given(st.lists(st.tuples(mutated(MESSAGES), HOSTS, st.integers(-(10**9), 10**10)), max_size=12))
def test_any_bytes_in_any_order_end_in_a_story(
    said: list[tuple[bytes, tuple[tuple[str, int], tuple[str, int]], int]],
) -> None:
    tracker = Tracker("x")
    now = 0
    for frame, (data, (source, target), pause) in enumerate(said, 1):
        now += pause
        sent = Datagram(frame, now, "udp", *source, *target, data, None, 0)
        placed = tracker.feed(sent, decode(data))
        assert (placed.negotiation is None) == (placed is NOWHERE)
    check_story(tracker.finish([], [], None, now).negotiations)


@settings(steady, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=60)
@given(st.randoms(use_true_random=False), st.data())
def test_mutated_real_messages_in_any_order_end_in_a_story(rng: random.Random, data: st.DataObject) -> None:
    items = data.draw(st.sampled_from(recorded()))
    mixed = rng.sample(items, min(len(items), 40))
    tracker = Tracker("x")
    for frame, (sent, message) in enumerate(mixed, 1):
        if rng.random() < 0.3:
            tracker.feed(sent._replace(frame_number=frame), message)
            continue
        changed = bytearray(sent.payload)
        for _ in range(rng.randrange(1, 6)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        raw = bytes(changed[: rng.choice([len(changed), rng.randrange(1, len(changed) + 1)])])
        tracker.feed(sent._replace(frame_number=frame, payload=raw), decode(raw))
    check_story(tracker.finish([], [], None, 10**19).negotiations)


# -- cost


def conversation(number: int) -> list[bytes]:
    """An IKEv2 SA of peers with vendor IDs, a rekey and two liveness checks: ten messages."""
    spis = f"{number + 1:016x}", f"{number + 1 << 20:016x}"
    from_responder = {"initiator": False, "response": True, "spis": spis}
    ids = [vendor2(bytes([each]) * 16) for each in range(4)]
    said = [init_request(spi=spis[0], extra=ids), init_answer(spis=spis, extra=ids[:2])]
    for exchange, length, mid in (
        (IKE_AUTH, 298, 1),
        (CREATE_CHILD_SA, 250, 2),
        (INFORMATIONAL, 57, 3),
        (INFORMATIONAL, 57, 4),
    ):
        said.append(sealed(exchange, length, mid=mid, spis=spis))
        said.append(sealed(exchange, max(57, length - 60), mid=mid, **from_responder))
    return said


def feed_many(tracker: Tracker, numbers: range, memory: Memory = NOTHING) -> None:
    for number in numbers:
        host = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 500
        for place, data in enumerate(conversation(number)):
            ends = (host, B) if place % 2 == 0 else (B, host)
            sent = datagram(data, *ends, frame=number * 10 + place + 1, at=number / 50 + place * 0.01)
            tracker.feed(sent, decode(data, 0, memory))


def kept(count: int) -> tuple[int, int]:
    """Bytes that so many SAs hold before the end of the capture, and in its story."""
    memory = Memory()  # the same for both, as an Analysis has it
    tracker = Tracker("x", memory=memory)
    feed_many(tracker, range(count), memory)
    gc.collect()
    followed = tracemalloc.get_traced_memory()[0]
    story = tracker.finish([], [], 0, None)
    story.pack()
    del tracker
    gc.collect()
    assert [n.outcome for n in story.negotiations] == ["established"] * count
    return followed, tracemalloc.get_traced_memory()[0]


def test_memory_of_an_sa_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the difference of two stories: Python's own spare tuples, and what is bounded, count in both."""
    monkeypatch.setattr("analyzer.negotiation.follow.recent.EVERY", 8)
    monkeypatch.setattr("analyzer.negotiation.follow.log._UNPACKED", 64)
    monkeypatch.setattr("analyzer.negotiation.follow.log._KEPT", 64)
    kept(20)
    tracemalloc.start()
    few, many = kept(200), kept(500)
    tracemalloc.stop()
    followed, finished = ((b - a) / 300 for a, b in zip(few, many, strict=True))
    print(f"\n{finished:.0f} bytes per finished SA of ten messages; {followed:.0f} as long as more may come")
    assert finished < 2048
    assert followed < 3072


def test_many_negotiations_cost_no_more_each() -> None:
    tracker = Tracker("x")

    def feed(numbers: range) -> None:
        for number in numbers:
            spi = f"{number + 1:016x}"
            host = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 500
            for place, data in enumerate((bytes.fromhex(spi) + REQUEST[8:], ANSWER(spi))):
                ends = (host, B) if place == 0 else (B, host)
                sent = datagram(data, *ends, frame=number * 2 + place + 1, at=number / 50)
                tracker.feed(sent, decode(data))

    first = lines_run(lambda: feed(range(400)))
    feed(range(400, 3600))
    last = lines_run(lambda: feed(range(3600, 4000)))
    assert len(tracker.finish([], [], 0, 10**19).negotiations) == 4000
    assert last < 1.5 * first


REQUEST = init_request(extra=[notify2(16430)])
_ANSWER = init_answer(extra=[notify2(16430)])


def ANSWER(spi: str) -> bytes:  # noqa: N802
    return bytes.fromhex(spi) + bytes.fromhex(spi)[::-1] + _ANSWER[16:]


@pytest.mark.parametrize("kind", ["liveness", "rekeys", "quick modes", "retransmissions", "rounds", "fragments"])
def test_a_long_story_costs_no_more_per_message(kind: str) -> None:
    """4,000 exchanges in one SA: nothing may walk through all of them for every message."""
    talk = Talk()
    messages: list[bytes] = []
    if kind == "quick modes":
        main_mode(talk)
        for mid in range(1, 2001):
            messages += [sealed1(QUICK_MODE, 188, mid=mid, salt=s) for s in "12"]
    elif kind == "retransmissions":
        messages = [init_request()] * 4000
    elif kind == "rounds":
        for mid in range(4000):
            messages.append(init_request(before=[notify2(16390, mid.to_bytes(4, "big"))]))
    elif kind == "fragments":
        init_done(talk)
        for i in range(1, 1001):
            messages += [
                sealed(IKE_AUTH, 100, fragment=(i, 4000), initiator=side, response=not side) for side in (True, False)
            ]
            messages += [
                sealed(IKE_AUTH, 60, fragment=(i % 250, 251), salt=str(i), initiator=side, response=not side)
                for side in (True, False)
            ]
    else:
        established(talk)
        exchange = INFORMATIONAL if kind == "liveness" else CREATE_CHILD_SA
        for mid in range(2, 2002):
            messages.append(sealed(exchange, 200, mid=mid))
            messages.append(sealed(exchange, 200, mid=mid, initiator=False, response=True))

    def say(part: list[bytes]) -> None:
        for data in part:
            talk.say(data, after=0.5)

    first = lines_run(lambda: say(messages[:1000]))
    say(messages[1000:-1000])
    last = lines_run(lambda: say(messages[-1000:]))
    found: list[Negotiation] = []
    ended = lines_run(lambda: found.extend(talk.negotiations(10)))
    (n,) = found
    assert len(list(n.steps())) >= 4000
    assert last < 1.5 * first, (first, last)
    assert ended < 6 * first, (first, ended)


# -- which messages change a state

SHAPE = Shape(True, False, 80, "udp", True, (46,), None, (), None)


@pytest.mark.parametrize(
    ("up", "exchange", "shape", "can"),
    [
        (True, ExchangeV2.INFORMATIONAL, SHAPE, False),
        (True, ExchangeV2.IKE_AUTH, SHAPE, True),
        (True, ExchangeV2.INFORMATIONAL, SHAPE._replace(fragment=(1, 2)), True),
        (False, ExchangeV2.INFORMATIONAL, SHAPE, True),
    ],
)
def test_only_sealed_whole_expected_messages_of_an_sa_that_is_up_change_nothing(
    up: bool, exchange: ExchangeV2, shape: Shape, can: bool
) -> None:
    live = Live(negotiation())
    if up:
        live.made_inside()
    assert can_change_state(live, decode(sealed(exchange, 57)), shape) == can


def test_what_is_readable_without_keys() -> None:
    closed = decode(sealed(ExchangeV2.INFORMATIONAL, 57))
    assert not is_readable(closed, SHAPE)
    assert is_readable(closed, SHAPE._replace(fragment=(1, 2)))
    assert is_readable(decode(init_request()), SHAPE)


def test_errors_about_traffic_and_fragments_of_strangers_say_nothing_of_messages() -> None:
    def error(protocol: str, source: str = A[0], spi: str | None = None) -> IcmpError:
        head = 90, round(1001e9), "203.0.113.9", 3, 13, "admin-prohibited", None
        return IcmpError(*head, source, None, B[0], None, b"", protocol, spi)

    talk = Talk()
    init_done(talk)
    for each in (
        error("esp", spi="c0ffee01"),
        error("fragment"),
        error("fragment", C[0]),
        error("esp", C[0], "01020304"),
    ):
        talk.tracker.icmp(each)
    told = talk.story(10)
    assert [(e.protocol, e.src_ip) for e in told.icmp_errors] == [("esp", A[0]), ("fragment", A[0]), ("esp", C[0])]
    assert [e.protocol for e in told.negotiations[0].icmp_errors] == ["fragment"]
