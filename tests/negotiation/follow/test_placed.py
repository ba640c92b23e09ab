from analyzer.negotiation.follow.placed import NOWHERE
from tests.negotiation.build import Talk, init_request


def test_a_message_of_no_negotiation_says_nothing() -> None:
    assert not any(NOWHERE)
    assert any(Talk().say(init_request()))
