from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis import Analysis
from analyzer.assessment.terms import Remembered
from analyzer.negotiation.exchanges import course
from analyzer.negotiation.exchanges.account import account
from analyzer.negotiation.figure import Figure
from analyzer.negotiation.follow.log import StepLog
from analyzer.negotiation.model import Negotiation, Step
from benchmarks.make_capture import make_capture
from tests.assessment.build import Talk
from tests.conftest import FIXTURES, captures_in
from tests.negotiation.logged import logged

INFORMATIONAL = 37


def step(frame: int, **changes: Any) -> Step:
    plain = Step(frame, frame * 10, None, False, True, False, 80, "udp", True, (46,), None, (), None)
    return plain._replace(**changes)


def figure(*steps: Step, begun: bool = True) -> Figure:
    return logged(INFORMATIONAL, 1, begun, steps).figure


ASKED, ANSWERED = step(1), step(2, from_initiator=False, is_response=True)


def test_what_is_counted_of_an_exchange() -> None:
    copy = step(3, retransmission_of=1, duplicate=True)
    again = step(4, retransmission_of=1)
    found = figure(ASKED, ANSWERED, copy, again)
    assert (found.from_initiator, found.from_responder) == (2, 1), "copies are left out"
    assert (found.fresh, found.retransmissions) == ((1, 1), 1)
    assert found.answers == (("udp", True, 1, 1),)
    assert (found.encrypted, found.protected, found.in_pieces) == (True, True, False)
    assert figure(ASKED, step(2, encrypted=False)).protected is False
    assert figure(ASKED, step(2, fragment=(1, 2))).in_pieces


def test_where_the_sides_begin_to_speak() -> None:
    assert figure(ASKED, ANSWERED).ends == (0, 1)
    assert figure(ANSWERED, ASKED, begun=False).ends == (0, 1)
    assert figure(ANSWERED, ASKED).ends == (1, 0)
    assert figure(ASKED).ends == (0, None)
    assert figure().ends == (None, None)


def test_a_response_before_a_request_is_out_of_order() -> None:
    assert figure(ASKED, ANSWERED).in_order
    assert not figure(ANSWERED, ASKED).in_order


def test_only_what_the_responder_did_not_begin_is_an_answer() -> None:
    assert figure(ANSWERED, ASKED, begun=False).answers == ()
    for steps, asked in (((ANSWERED, ASKED), True), ((ANSWERED,), False)):
        assert (figure(*steps).answers, figure(*steps).asked) == ((("udp", asked, 0, 0),), asked)


def shared(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Two exchanges of one SA, each of a request and a second message: whether they look the same."""
    talk = Talk()
    for number, changes in enumerate((one, other), 1):
        talk.say("INFORMATIONAL", message_id=number)
        talk.transport = changes.pop("transport", "udp")
        talk.say("INFORMATIONAL", message_id=number, **{"by": "r", **changes})
        talk.transport = "udp"
    first, second = talk.n.exchanges
    return first.figure is second.figure


def test_exchanges_that_look_the_same_share_their_figure() -> None:
    assert shared({}, {})
    assert shared({"by": "i", "again": True}, {"by": "i", "again": True})


@pytest.mark.parametrize(
    "other", [{"length": 81}, {"encrypted": False}, {"fragment": (1, 2)}, {"by": "i"}, {"transport": "udp-4500"}]
)
def test_what_looks_otherwise_has_another_figure(other: dict[str, Any]) -> None:
    assert not shared({}, other)


def test_who_repeats_makes_another_figure() -> None:
    assert not shared({"by": "i"}, {"by": "i", "again": True})
    assert not shared({"by": "i", "duplicate": True}, {"by": "i", "again": True})


def test_so_many_answers_are_kept_and_no_more() -> None:
    found = figure(ASKED)
    for number in range(1000):
        found.keep(number, number)
    assert 0 < len(found.known) <= 64
    assert found.known[999] == 999


# -- what is kept changes nothing


class Forgetful(dict[Any, Any]):
    """Figures and terms that nobody finds again: nothing that is kept of one is known of another."""

    def get(self, key: Any, default: Any = None) -> Any:
        return default


def keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = StepLog.__init__

    def init(log: StepLog) -> None:
        made(log)
        log.figures._known = Forgetful()

    monkeypatch.setattr(StepLog, "__init__", init)
    made_terms = Remembered.__init__

    def init_terms(remembered: Remembered, *known: Any) -> None:
        made_terms(remembered, *known)
        remembered._known = Forgetful()

    monkeypatch.setattr(Remembered, "__init__", init_terms)
    monkeypatch.setattr(Figure, "keep", lambda *_: None)


def rows(capture: Path, keys: Path | None = None) -> dict[str, list[tuple[Any, ...]]]:
    analysis = Analysis(keys=keys)
    analysis.add(capture)
    return {name: list(table.rows()) for name, table in analysis.tables.items()}


def test_no_table_of_any_fixture_shows_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    captures = captures_in(FIXTURES)
    assert captures
    for capture in captures:
        keys = capture.with_suffix(".keys")
        given_keys = keys if keys.exists() else None
        found = rows(capture, given_keys)
        with monkeypatch.context() as patch:
            keep_nothing(patch)
            assert rows(capture, given_keys) == found, capture


@pytest.mark.parametrize("seed", [1, 2])
def test_no_table_of_many_sas_shows_what_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seed: int) -> None:
    capture = tmp_path / "ike.pcap"
    make_capture(capture, "ike", 2500, mean_tail=4, seed=seed)
    asked = Counter[str]()
    monkeypatch.setattr(course, "_run", counted(asked, "run", course._run))
    found = rows(capture)
    with_keeping = asked["run"]
    keep_nothing(monkeypatch)
    assert rows(capture) == found
    assert with_keeping * 2 < asked["run"] - with_keeping, "equal exchanges are read once"


def counted(calls: Counter[str], name: str, do: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        calls[name] += 1
        return do(*args)

    return call


said = st.tuples(
    st.sampled_from(["IKE_SA_INIT", "IKE_AUTH", "CREATE_CHILD_SA", "INFORMATIONAL"]),
    st.integers(0, 4),
    st.booleans(),
    st.sampled_from([80, 96, 240]),
    st.booleans(),
)


@settings(max_examples=80)
@given(st.lists(said, min_size=1, max_size=12), st.booleans())
def test_whatever_is_said_a_course_is_the_same_the_second_time(
    messages: list[tuple[str, int, bool, int, bool]], made_by_rekeying: bool
) -> None:
    talk = Talk(rekeyed_from=7 if made_by_rekeying else None)
    for name, mid, mine, length, encrypted in messages:
        talk.say(name, message_id=mid, by="i" if mine else "r", length=length, encrypted=encrypted)
    first, second = told(talk.n), told(talk.n)
    talk.n.log.figures._known = Forgetful()  # type: ignore[attr-defined]
    talk.n.log._forget()  # type: ignore[attr-defined]
    assert first == second == told(talk.n)


def told(n: Negotiation) -> list[Any]:
    courses = [(c.exchange.index, c.table, c.state, c.surprises) for c in course.courses(n)]
    known = account(n)
    accepted = [(e.index, message) for e, message in known.accepted]
    return [*courses, course.surprises(n), known.state, known.exchange_states, accepted]
