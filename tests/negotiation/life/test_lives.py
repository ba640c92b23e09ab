"""What is worked out of a whole story."""

import pytest

from analyzer.negotiation.life import Lives
from tests.fixtures.cases import case
from tests.negotiation.life.lives import healthy, story
from tests.negotiation.recorded import read_story


def test_each_is_worked_out_once() -> None:
    lives = Lives(read_story(case("ikev2-raw-esp").capture))
    assert lives.life is lives.life
    assert lives.joined is lives.joined
    assert [j.stream for j in lives.joined] == lives.story.streams != []


def test_without_streams_nobody_asks_for_the_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.negotiation.life.lives.life_of", lambda _: pytest.fail("nobody asked for it"))
    assert Lives(story(healthy())).joined == []
