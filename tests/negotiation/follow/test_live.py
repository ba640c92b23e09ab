from analyzer.negotiation.exchanges.standing import Standing
from analyzer.negotiation.follow.live import NO_EXCHANGE, Ikev1Secrets, Live
from tests.negotiation.logged import logged
from tests.negotiation.test_model import exchange, negotiation, step


def test_an_exchange_is_claimed_once_and_for_all() -> None:
    first, second = exchange(step(5)), exchange(step(9))
    live = Live(negotiation(first, second))
    assert not live.claimed(first)
    live.claim(first)
    live.claim(first)
    assert live.claimed(first)
    assert live.claimed(logged(36, 3, True, [step(5)])), "known by its first frame"
    assert not live.claimed(second)


def test_a_fresh_sa_holds_next_to_nothing() -> None:
    """A flood of first messages makes many of these: what few SAs need is not there before it is needed."""
    live = Live(negotiation())
    names = (*Live.__slots__, *Standing.__slots__)
    filled = {
        name for name in names if getattr(live, name) not in (None, False, "start", "none", NO_EXCHANGE, frozenset())
    }
    assert filled == {"negotiation"}
    assert not hasattr(live, "__dict__")
    assert not hasattr(Ikev1Secrets(), "__dict__")
