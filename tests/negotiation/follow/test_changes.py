"""A message of an SA that is up changes nothing known of it if it is sealed, whole and expected."""

import pytest

from analyzer.isakmp import decode
from analyzer.isakmp.numbers import ExchangeV2
from analyzer.negotiation.follow.changes import can_change_state, is_readable
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.log import Shape
from tests.negotiation.build import init_request, sealed
from tests.negotiation.logged import negotiation

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
