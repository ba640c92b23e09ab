"""Messages that the analyzer failed on: no silence, loss or late start is concluded from what they left out."""

from collections.abc import Callable, Collection
from typing import Any

import pytest

import analyzer
from analyzer import analysis as module
from analyzer import net
from analyzer.analysis import Analysis
from analyzer.negotiation.conclude.unread import doubt_unread, note_stop, unread_text
from analyzer.report.story import capture_story
from tests.fixtures.cases import case
from tests.negotiation.build import SPI_I, Talk, established, init_notify, init_request

_ON_A_LOSS = {"capture-ends-early", "capture-starts-late", "one-way-capture", "unsolicited-answers"}
_NAMES = (
    "ikev1-main-psk",
    "ikev1-no-proposal",
    "ikev2-auth-failed-psk",
    "ikev2-dpd-dead-peer",
    "ikev2-fragment-lost",
    "ikev2-init-answer-lost",
    "ikev2-psk-gcm",
)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Collection[int]], Analysis]:
    """Reads a fixture while decoding fails on some of its messages, counted from 0."""
    right = module.decode

    def read(name: str, places: Collection[int]) -> Analysis:
        calls = 0

        def decode(*words: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls - 1 in places:
                raise IndexError
            return right(*words)

        monkeypatch.setattr(module, "decode", decode)
        found = analyzer.read_pcap(case(name).capture)
        net.faults.clear()
        return found

    return read


@pytest.mark.parametrize("name", _NAMES)
def test_whatever_message_it_is(failing: Callable[[str, Collection[int]], Analysis], name: str) -> None:
    whole = failing(name, ())
    total, outcome = len(whole.tables["messages"]), whole.tables["negotiations"].column("outcome")
    for place in range(min(total, 12)):
        tables = failing(name, {place}).tables
        (n,) = tables["negotiations"].records()
        assert n["outcome"] in ("established", "incomplete") or (n["outcome"], n["outcome_confidence"]) == (
            "failed",
            "possible",
        )
        assert n["outcome"] != "established" or outcome == ["established"]
        assert n["failed_by"] != "none"
        assert "the analyzer failed on" in n["outcome_basis"] or n["outcome"] == "established"
        for d in tables["diagnoses"].records():
            assert d["confidence"] == "possible"
            assert "the analyzer failed on" in d["basis"]
            assert d["diagnosis"] not in _ON_A_LOSS
        for e in tables["exchanges"].records():
            assert e["outcome"] in (None, "answered")
            assert e["missing"] is None
        text = " ".join(line.text.strip() for line in capture_story(tables))
        assert "The analyzer failed, by a fault of its own: internal, once" in text
        assert "Capture longer" not in text
        assert "The capture lacks" not in text


def test_a_capture_that_is_read_keeps_its_conclusions() -> None:
    talk = Talk()
    talk.say(init_request())
    (n,) = talk.story(5).negotiations
    for others in ({}, {"ffffffffffffffff": [7]}):  # of another SA
        doubt_unread(n, others)
        assert (n.outcome, n.failed_by, n.unread) == ("unanswered", "none", ())
    doubt_unread(n, {SPI_I: [7]})
    assert (n.outcome, n.failed_by, n.outcome_basis) == ("incomplete", None, unread_text([7]))


def test_a_refusal_that_was_read_stays_and_is_possible() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(14))
    (n,) = talk.story(5).negotiations
    assert (n.outcome, n.outcome_confidence) == ("failed", "likely")
    doubt_unread(n, {SPI_I: [9, 8]})
    assert (n.outcome, n.failed_by, n.outcome_confidence) == ("failed", "responder", "possible")
    assert n.outcome_basis.endswith("; the analyzer failed on 2 messages of this SA (first in frame 8)")


def test_it_is_the_reading_that_ended() -> None:
    talk = Talk()
    talk.say(init_request())
    n = talk.only()
    assert n.outcome_basis == "the capture ends too soon after the request to show an answer"
    note_stop(n)
    assert n.outcome_basis == "what was read of the capture ends too soon after the request to show an answer"


def test_nothing_is_concluded_from_what_does_not_rest_on_absence() -> None:
    """An SA that is up stays so; who let its child SA fail by silence is not known any more."""
    talk = Talk()
    established(talk)
    (n,) = talk.story(5).negotiations
    doubt_unread(n, {SPI_I: [9]})
    assert (n.outcome, n.failed_by, n.unread) == ("established", None, (9,))
    assert "failed on" not in n.outcome_basis
    n.failed_at, n.failed_by = "CREATE_CHILD_SA", "none"
    n.children[0].outcome, n.children[0].response_frame = "failed", None
    doubt_unread(n, {SPI_I: [9]})
    assert (n.outcome, n.failed_at, n.failed_by) == ("established", None, None)
    assert n.children[0].outcome == "unknown"
    assert n.outcome_basis.endswith("; the analyzer failed on a message of this SA (frame 9)")


def test_a_child_sa_that_a_message_refused_stays_refused() -> None:
    talk = Talk()
    established(talk, answer=162)
    (n,) = talk.story(5).negotiations
    n.children[0].basis = "seen"
    doubt_unread(n, {SPI_I: [9]})
    assert (n.failed_by, n.children[0].outcome) == ("responder", "failed")
