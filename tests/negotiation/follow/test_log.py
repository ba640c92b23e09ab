from analyzer.isakmp import decode
from analyzer.negotiation.follow import log as log_module
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.log import NONE, ExchangeIndex, StepLog, key_of
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.seen import SeenNotify, Shape
from tests.negotiation.build import INFORMATIONAL, sealed
from tests.negotiation.logged import negotiation
from tests.work import lines_run

ASKED = Shape(True, False, 80, "udp-4500", True, (46,), None, (), None)
ANSWERED = Shape(False, True, 90, "udp-4500", True, (46,), (41,), (SeenNotify(24, 0, b"", True),), (1, 2))


def begin(log: StepLog, message_id: int = 1, *, begun_by_initiator: bool = True, before: int = NONE) -> int:
    return log.begin(2, INFORMATIONAL, message_id, begun_by_initiator, before)


def test_a_step_comes_back_as_it_went_in() -> None:
    log = StepLog()
    exchange = begin(log, 0xFFFFFFFF)
    asked, answered = (log.add(exchange, *told) for told in ((1 << 40, 5, ASKED), (7, None, ANSWERED)))
    assert log.step(asked) == (1 << 40, 5, None, False, *ASKED)
    assert log.step(answered) == (7, None, None, False, *ANSWERED)
    assert Step._fields[4:] == Shape._fields
    assert Step._field_defaults == Shape._field_defaults
    told = Exchange(log, exchange)
    assert (told.exchange_type, told.exchange) == (INFORMATIONAL, "INFORMATIONAL")
    assert (told.message_id, told.begun_by_initiator) == (0xFFFFFFFF, True)


def test_repetitions_point_to_the_first_transmission() -> None:
    log = StepLog()
    exchange = begin(log)
    first = log.add(exchange, 3, 0, ASKED)
    again = log.add(exchange, 8, 1, ASKED, first)
    copy = log.add(exchange, 9, 1, ASKED, log.origin(again), is_copy=True)
    assert (log.origin(first), log.origin(again), log.origin(copy)) == (first, first, first)
    steps = [log.step(s) for s in (first, again, copy)]
    found = [(s.frame_number, s.retransmission_of, s.duplicate) for s in steps]
    assert found == [(3, None, False), (8, 3, False), (9, 3, True)]


def test_an_exchange_knows_what_was_said_first_by_whom() -> None:
    log = StepLog()
    exchange = begin(log, begun_by_initiator=False)
    told = Exchange(log, exchange)
    assert (told.request, told.response, told.steps, told.outcome) == (None, None, [], "unrequested")
    log.add(exchange, 2, 0, ASKED)
    assert (told.first.frame_number, told.first_frame) == (2, 2)
    assert (told.request, told.response) == (None, told.first), "the responder began it, and only the answer was seen"
    assert not log.has_request(exchange)
    log.add(exchange, 3, 1, ANSWERED)
    log.add(exchange, 4, 2, ANSWERED, 1)
    assert told.request is not None
    assert told.request.frame_number == 3
    assert [s.frame_number for s in told.steps] == [2, 3, 4], "steps that came since are there as well"
    assert [s.frame_number for s in told.newest_steps()] == [4, 3, 2]


def test_request_and_response_are_read_once(monkeypatch) -> None:
    log, read = StepLog(), []
    exchange = begin(log)
    for frame, shape in ((1, ASKED), (2, ANSWERED), (3, ASKED)):
        log.add(exchange, frame, frame, shape)
    do = StepLog._read
    monkeypatch.setattr(StepLog, "_read", lambda self, row: read.append(row[0]) or do(self, row))
    told = Exchange(log, exchange)
    assert [told.request, told.response] * 2 == [told.request, told.response] * 2
    assert read == [1, 2]
    known = Exchange(log, exchange)
    assert known.steps[0] is known.request
    assert known.response == known.steps[1]


def told_of_two_sas(log: StepLog) -> list[Negotiation]:
    ends = "192.0.2.1", 500, "192.0.2.2", 500
    sas = [Negotiation(i, "x", 2, "ikev2", "a" * 16, "b" * 16, *ends, log) for i in (1, 2)]
    frame = 0
    for message_id in range(40):
        for n in sas:
            n.last_exchange = begin(log, message_id + 100 * n.number, before=n.last_exchange)
            for shape in (ASKED, ANSWERED):
                frame += 1
                log.add(n.last_exchange, frame, frame, shape)
    log.add(0, frame + 1, None, ASKED, 0)  # the very first request again
    return sas


def test_exchanges_of_interleaved_sas_in_order() -> None:
    log = StepLog()
    sas = told_of_two_sas(log)
    for n in (*sas, *sas[::-1]):
        assert [e.message_id for e in n.exchanges] == [100 * n.number + i for i in range(40)]
        assert [e.message_id for e in n.newest_exchanges()] == [100 * n.number + i for i in range(39, -1, -1)]
        assert n.exchanges is n.exchanges
    assert [s.frame_number for s in sas[1].steps()][:4] == [3, 4, 7, 8]


def test_the_first_exchange_is_found_whether_others_were_asked_for_or_not() -> None:
    log = StepLog()
    one, other = told_of_two_sas(log)
    alone = one.first_exchange
    assert alone is not None
    assert (alone.message_id, alone.first_frame, alone.first_time) == (100, 1, 1)
    assert other.exchanges[0] is other.first_exchange
    assert Negotiation(3, "x", 2, "ikev2", "a" * 16, "b" * 16, "", 0, "", 0, log).first_exchange is None


def test_what_was_sent_is_known_without_its_steps() -> None:
    log = StepLog()
    sas = told_of_two_sas(log)
    for n in sas:
        exchanges = [list(e.newest_steps()) for e in n.newest_exchanges()]
        again = [(s.frame_number, s.time_ns, s.retransmission_of is not None) for steps in exchanges for s in steps]
        assert list(log.sent(n)) == again
    assert [again for *_, again in log.sent(sas[0])][-3:] == [True, False, False]
    log.add(0, 1000, 5, ASKED, 0, is_copy=True)
    assert (1000, 5, False) in list(log.sent(sas[0])), "a mirror port's copy is none"


def test_packed_or_not_the_log_tells_the_same(monkeypatch) -> None:
    plain = [[(e.message_id, e.steps, e.request, e.response) for e in n.exchanges] for n in told_of_two_sas(StepLog())]
    monkeypatch.setattr(log_module, "_UNPACKED", 4)
    log = StepLog()
    sas = told_of_two_sas(log)
    packed = [[(e.message_id, e.steps, e.request, e.response) for e in n.exchanges] for n in sas]
    assert packed == plain
    log.pack()
    log.pack()
    assert [[(e.message_id, e.steps, e.request, e.response) for e in n.exchanges] for n in sas] == plain
    assert [s.retransmission_of for s in packed[0][0][1]] == [None, None, 1]


def test_what_is_added_to_a_packed_exchange_is_seen(monkeypatch) -> None:
    monkeypatch.setattr(log_module, "_UNPACKED", 2)
    log = StepLog()
    n = Negotiation(1, "x", 2, "ikev2", "a" * 16, "b" * 16, "192.0.2.1", 500, "192.0.2.2", 500, log)
    n.last_exchange = begin(log)
    seen = []
    for frame in range(1, 12):
        log.add(0, frame, frame, ASKED)
        seen.append([s.frame_number for s in n.exchanges[0].steps])
        begin(log)  # of another SA: older exchanges are packed
    assert seen == [list(range(1, frame + 1)) for frame in range(1, 12)]


def test_frame_numbers_beyond_32_bits_are_packed_as_well() -> None:
    log = StepLog()
    exchange = begin(log)
    frames = [1, 2, 1 << 32, 3, 1 << 40]
    for frame in frames:
        log.add(exchange, frame, 0, ASKED)
        log.pack()
    assert [s.frame_number for s in Exchange(log, exchange).steps] == frames
    for frame in frames:
        log.add(exchange, frame, 0, ASKED)
    log.pack()
    assert [s.frame_number for s in Exchange(log, exchange).steps] == frames * 2


def test_a_long_exchange_is_read_once() -> None:
    log = StepLog()
    exchange = Exchange(log, begin(log))
    for frame in range(1, 1001):
        log.add(0, frame, frame, ASKED)
    assert len(exchange.steps) == 1000
    assert lines_run(lambda: exchange.steps) < 100


def made() -> tuple[ExchangeIndex, Live, Live, StepLog]:
    log = StepLog()
    lives = [Live(negotiation(number=number, log=log)) for number in (1, 2)]
    return ExchangeIndex(log), *lives, log


def test_the_two_newest_are_always_found_and_of_older_ones_those_left_last() -> None:
    index, one, other, _ = made()
    keys = [key_of(number, 37, True) for number in range(6)]
    places = [index.begin(one, 2, key, True) for key in keys]
    assert [index.find(one, key) for key in keys] == places
    assert [index.find(other, key) for key in keys] == [None] * 6
    for number in range(20):
        index.older.age()
        index.begin(other, 2, key_of(number, 37, True), True)
    assert [index.find(one, key) for key in keys] == [None] * 4 + places[4:]


def test_an_answer_belongs_to_its_request_and_who_begins_has_exchanges_of_its_own() -> None:
    index, live, _, log = made()
    asked, answer, theirs = (
        decode(sealed(INFORMATIONAL, 57, initiator=initiator, response=response, mid=7))
        for initiator, response in ((True, False), (False, True), (False, False))
    )
    found, key, begun = index.of(live, asked, True)
    assert (found, begun) == (None, True)
    place = index.begin(live, 2, key, begun)
    assert index.of(live, answer, False) == (place, key, True)
    found, other_key, begun = index.of(live, theirs, False)
    assert (found, begun) == (None, False)
    assert other_key != key
    assert log.row(place)[1] == 7
    assert live.negotiation.last_exchange == place
