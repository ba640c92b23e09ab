"""How an SA's exchanges stand while its messages arrive, held to the account at the end."""

import pytest

from analyzer.negotiation.exchanges.account import account
from analyzer.negotiation.exchanges.sa import UP
from analyzer.negotiation.follow import steps
from analyzer.negotiation.tracker import Tracker
from tests.negotiation.build import Talk
from tests.negotiation.exchanges.talks import IKEV1_MESSAGES, IKEV2_MESSAGES, check_verdict, ikev1_talks, ikev2_talks
from tests.negotiation.recorded import healthy, recorded, story_of


def talks() -> list[tuple[str, Talk]]:
    return [*ikev1_talks().items(), *ikev2_talks().items()]


@pytest.mark.parametrize(("name", "talk"), talks(), ids=lambda x: x if isinstance(x, str) else "")
def test_messages_lead_to_every_state(name: str, talk: Talk) -> None:
    (live,) = talk.tracker._lives
    assert account(live.negotiation).state == name
    refused = live.negotiation.ike_version == 2 and name == "initiator-refused"
    assert live.state == ("established" if refused else name), "a refusal by its size is told when all is known"


@pytest.mark.parametrize("later", [0.0, 100.0])
@pytest.mark.parametrize(("name", "talk"), talks(), ids=lambda x: x if isinstance(x, str) else "")
def test_every_state_has_a_verdict_that_follows_the_contract(name: str, talk: Talk, later: float) -> None:
    check_verdict(talk.only(later), name)


@pytest.mark.parametrize("name", sorted(healthy()))
def test_what_is_known_so_far_is_the_account_so_far(name: str) -> None:
    """At every message of a healthy recording: in order, so nothing has to be taken back."""
    tracker = Tracker(name)
    for sent, message in healthy()[name][0]:
        tracker.feed(sent, message)
        for live in tracker._lives:
            known = account(live.negotiation)
            assert live.state == known.state
            assert live.is_up == (known.state in UP)


def test_the_shortcut_for_sealed_messages_tells_the_same_as_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    short = [story_of(items) for items in recorded()]
    monkeypatch.setattr(steps, "can_change_state", lambda *_: True)
    for items, before in zip(recorded(), short, strict=True):
        for a, b in zip(before.negotiations, story_of(items).negotiations, strict=True):
            assert (a.outcome, a.outcome_basis, a.nat, a.nat_t) == (b.outcome, b.outcome_basis, b.nat, b.nat_t)
            assert (a.failed_at, a.failed_by, a.failure, a.suite) == (b.failed_at, b.failed_by, b.failure, b.suite)
            assert a.children == b.children
            assert account(a).state == account(b).state


def test_messages_for_any_order_are_read() -> None:
    assert all(Talk().say(data).negotiation == 1 for data in (*IKEV1_MESSAGES.values(), *IKEV2_MESSAGES.values()))
