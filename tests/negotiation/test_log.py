from analyzer.negotiation.log import NONE, Shape, StepLog
from analyzer.negotiation.model import Negotiation, SeenNotify
from tests.work import lines_run

ASKED: Shape = (True, False, 80, "udp-4500", True, (46,), None, (), None)
ANSWERED: Shape = (False, True, 90, "udp-4500", True, (46,), (41,), (SeenNotify(24, 0, b"", True),), (1, 2))
INFORMATIONAL = 2 << 8 | 37


def test_a_step_comes_back_as_it_went_in() -> None:
    log = StepLog()
    exchange = log.begin(INFORMATIONAL, 0xFFFFFFFF, True, NONE)
    asked, answered = log.add(exchange, 1 << 40, 5, ASKED), log.add(exchange, 7, None, ANSWERED)
    assert log.step(asked) == (1 << 40, 5, *ASKED[:8], None, False, None)
    assert log.step(answered) == (7, None, *ANSWERED[:8], None, False, (1, 2))
    told = log.exchange(exchange)
    assert (told.exchange_type, told.exchange, told.message_id, told.begun_by_initiator) == (
        37,
        "INFORMATIONAL",
        0xFFFFFFFF,
        True,
    )


def test_repetitions_point_to_the_first_transmission() -> None:
    log = StepLog()
    exchange = log.begin(INFORMATIONAL, 1, True, NONE)
    first = log.add(exchange, 3, 0, ASKED)
    again = log.add(exchange, 8, 1, ASKED, first)
    copy = log.add(exchange, 9, 1, ASKED, log.origin(again), is_copy=True)
    assert (log.origin(first), log.origin(again), log.origin(copy)) == (first, first, first)
    steps = [log.step(s) for s in (first, again, copy)]
    assert [(s.frame_number, s.retransmission_of, s.duplicate) for s in steps] == [
        (3, None, False),
        (8, 3, False),
        (9, 3, True),
    ]


def test_an_exchange_knows_what_was_said_first_by_whom() -> None:
    log = StepLog()
    exchange = log.begin(INFORMATIONAL, 1, False, NONE)
    told = log.exchange(exchange)
    assert (told.request, told.response, told.steps, told.outcome) == (None, None, [], "unrequested")
    log.add(exchange, 2, 0, ASKED)
    assert (told.first.frame_number, told.first_frame) == (2, 2)
    assert (told.request, told.response) == (None, told.first), "the responder began it, and only the answer was seen"
    log.add(exchange, 3, 1, ANSWERED)
    log.add(exchange, 4, 2, ANSWERED, 1)
    assert told.request is not None
    assert told.request.frame_number == 3
    assert [s.frame_number for s in told.steps] == [2, 3, 4], "steps that came since are there as well"


def test_exchanges_of_interleaved_sas_in_order() -> None:
    log = StepLog()
    sas = [Negotiation(i, "x", 2, "ikev2", "a" * 16, "b" * 16, "192.0.2.1", 500, "192.0.2.2", 500, log) for i in (1, 2)]
    for message_id in range(4):
        for n in sas:
            n.last_exchange = log.begin(INFORMATIONAL, message_id + 10 * n.number, True, n.last_exchange)
            log.add(n.last_exchange, len(log.frame) + 1, 0, ASKED)
    for n in (*sas, *sas[::-1]):
        assert [e.message_id for e in n.exchanges] == [10 * n.number + i for i in range(4)]
        assert [e.message_id for e in n.newest_exchanges()] == [10 * n.number + i for i in (3, 2, 1, 0)]
        assert n.exchanges is n.exchanges
    assert [s.frame_number for s in sas[1].steps()] == [2, 4, 6, 8]


def test_a_long_exchange_is_read_once() -> None:
    log = StepLog()
    exchange = log.exchange(log.begin(INFORMATIONAL, 1, True, NONE))
    for frame in range(1, 1001):
        log.add(0, frame, frame, ASKED)
    assert len(exchange.steps) == 1000
    assert lines_run(lambda: exchange.steps) < 10
