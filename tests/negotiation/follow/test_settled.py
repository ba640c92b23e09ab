import pytest

from analyzer.analysis import Analysis
from analyzer.negotiation.follow.settled import Settled
from analyzer.negotiation.model import Exchange
from analyzer.negotiation.story import Story
from tests.fixtures.cases import cases

ASKED = [name for name, value in vars(Exchange).items() if isinstance(value, property)]
TOLD = [name for name in Exchange.__slots__ if not name.startswith("_") and name not in ASKED]


def test_a_settled_exchange_says_of_itself_what_the_exchange_does(monkeypatch: pytest.MonkeyPatch) -> None:
    stories: list[Story] = []
    pack = Story.pack
    monkeypatch.setattr(Story, "pack", lambda story: (stories.append(story), pack(story)))
    for one in cases():
        Analysis().add(one.capture)
    settled = [(n.log, e) for story in stories for n in story.negotiations for e in n.exchanges]
    assert len(settled) > 300
    assert {"request", "response", "figure", "steps", "outcome"} <= set(ASKED)
    for log, one in settled:
        other = Exchange(log, one.index)
        assert type(one) is Settled
        for name in (*ASKED, *TOLD):
            assert getattr(one, name) == getattr(other, name), name
        assert list(one.newest_steps()) == list(other.newest_steps())
        for side in (True, False):
            assert one.sent_by(side) == other.sent_by(side)
        assert one.retransmissions == other.retransmissions
        assert one.request is None or any(one.request is step for step in one.steps)
