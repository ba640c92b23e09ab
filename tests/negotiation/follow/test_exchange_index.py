from analyzer.isakmp import decode
from analyzer.negotiation.follow.exchange_index import ExchangeIndex, key_of
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.log import StepLog
from tests.negotiation.build import INFORMATIONAL, sealed
from tests.negotiation.logged import negotiation


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
