import json
import os
from pathlib import Path

import pytest

from analyzer.errors import CaptureError
from analyzer.report import watched
from analyzer.report.change import Change
from analyzer.report.drift import not_read
from analyzer.report.snapshot import Answers, Snapshot
from analyzer.report.watched import WATCHED, Baseline, Watched, plain

PLACE, PAIR = ("192.0.2.1", 500, "udp"), ("192.0.2.1", "192.0.2.2")
SEEN = Snapshot(
    {PLACE: Answers({1, 2}, {"main"}, {"192.0.2.2"}, {"X": "X (by vendor ID)"})},
    {PAIR: {"AES", "DES"}},
    {("192.0.2.1", "responder"): {"ab" * 32: "CN=gw"}},
    {PAIR: {"established", "failed"}},
)
NONE = Snapshot()


def change(*new: str, kind: str = "peer-new", subject: str = "a", drift: bool = True) -> Change:
    return Change(kind, subject, "text", drift, new)


def test_a_drift_is_new_once_and_again_where_more_of_it_is() -> None:
    state = Watched(Baseline(NONE))
    assert state.new_drift([change("x"), change()], NONE) == [change("x")]
    assert state.new_drift([change("x")], NONE) == []
    assert state.new_drift([change("x", "y")], NONE) == [change("x", "y")]
    assert state.new_drift([change("y"), change("x"), change("x", subject="b")], NONE) == [change("x", subject="b")]


def test_a_pair_that_was_up_in_between_is_news_when_it_fails_again() -> None:
    state, failed = Watched(Baseline(NONE)), change("failed", kind="outcome-changed", subject="192.0.2.2 to 192.0.2.1")
    assert state.new_drift([failed], NONE) == [failed]
    assert state.new_drift([failed], Snapshot(outcomes={PAIR: {"failed"}})) == []
    assert state.new_drift([], SEEN) == []
    assert state.new_drift([failed], NONE) == [failed]


def test_what_could_not_be_read_is_new_again_once_it_could_be() -> None:
    state, bad = Watched(), not_read("a.pcap", "why")._replace(new=("why",))
    assert state.new_unread([bad]) == [bad]
    assert state.new_drift([change("x")], NONE) == [change("x")]
    assert state.new_unread([bad]) == []
    assert state.new_unread([]) == []
    assert state.new_unread([bad]) == [bad]
    assert state.new_drift([change("x")], NONE) == [], "drift is another matter"


def test_of_very_many_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "MOST_EMITTED", 3)
    state, many = Watched(Baseline(NONE)), [change("x", subject=str(number)) for number in range(4)]
    assert state.new_drift(many, NONE) == many
    assert state.new_drift(many[1:], NONE) == []
    assert state.new_drift(many[:1], NONE) == many[:1]


def test_a_watch_goes_on_where_it_ended(tmp_path: Path) -> None:
    for given in (None, Baseline(SEEN, 2)):
        state = Watched(given)
        state.baseline, state.compared = Baseline(SEEN, 2), {"a.pcap": "12"}
        state.new_drift([change("x")], NONE)
        state.save(tmp_path, private=True)
        assert (tmp_path / WATCHED).stat().st_mode & 0o777 == 0o600
        again = Watched(given)
        again.load(tmp_path)
        assert (again.baseline, again.compared) == (Baseline(SEEN, 2), {"a.pcap": "12"})
        assert again.new_drift([change("x")], NONE) == []
        (tmp_path / WATCHED).unlink()


def test_with_another_baseline_it_begins_anew(tmp_path: Path) -> None:
    state = Watched(Baseline(SEEN))
    state.compared = {"a.pcap": "12"}
    state.save(tmp_path, private=False)
    for other in (None, Baseline(NONE), Baseline(SEEN, 1)):
        again = Watched(other)
        again.load(tmp_path)
        assert (again.baseline, again.compared) == (other, {})
    Watched().load(tmp_path / "nowhere")


def test_a_file_that_is_none_of_a_watch_is_not_taken_for_one(tmp_path: Path) -> None:
    state = Watched()
    state.baseline = Baseline(SEEN)
    state.save(tmp_path, private=False)
    whole = json.loads((tmp_path / WATCHED).read_text())
    spoiled = [
        {**whole, name: value} for name in ("baseline", "compared", "emitted") for value in (1, [1], "x", {"a": 1})
    ]
    for name, value in plain(Baseline(SEEN)).items():
        spoiled += [
            {**whole, "baseline": {**whole["baseline"], name: odd}} for odd in (None, [value], [[1, 2, 3]], "x")
        ]
    texts = ["", "{}", "[]", "[" * 99_999, '{"program": "other"}', *map(json.dumps, spoiled)]
    for text in texts:
        (tmp_path / WATCHED).write_text(text)
        with pytest.raises(CaptureError, match=r"is not what a watch has written\. Without it"):
            Watched().load(tmp_path)
    (tmp_path / WATCHED).unlink()
    os.mkfifo(tmp_path / WATCHED)
    with pytest.raises(CaptureError):
        Watched().load(tmp_path)
