"""The table of exchanges: what a row says of real recordings and of made-up trouble."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import analyzer
from benchmarks.make_capture import make_capture
from tests.conftest import FIXTURES, ROOT, captures_in
from tests.negotiation import build
from tests.negotiation.build import Talk, established, main_mode, sealed, sealed1
from tests.tables.made import filled, read, run_of
from tests.tables.made import rows as rows_of


def rows(talk: Talk, later: float = 0.0) -> list[dict[str, Any]]:
    return list(filled(run_of(talk.story(later)), ["exchanges"])["exchanges"].records())


def recorded(name: str) -> list[dict[str, Any]]:
    return list(analyzer.read_pcap(ROOT / "fixtures" / "pcaps" / name / "capture.pcap").tables["exchanges"].records())


def test_an_exchange_that_went_well_has_nothing_due() -> None:
    talk = Talk()
    established(talk)
    init, auth = rows(talk)
    assert (init["state"], auth["state"]) == ("answered", "accepted")
    assert (init["outcome"], init["round_trip_s"]) == ("answered", pytest.approx(0.02))
    assert (init["unexpected_frames"], init["missing"], init["disorder"]) == ((), (), ())
    assert (init["pauses_ms"], init["backoff"], init["copies"], init["fragments_missing"]) == ((), None, 0, None)
    assert (init["open_requests"], init["window"]) == (1, None)


def test_what_is_due_names_its_document() -> None:
    talk = Talk()
    talk.say(sealed(build.INFORMATIONAL, 65, mid=7))
    (row,) = rows(talk)
    assert (row["state"], row["due"]) == ("requested", ("answer (RFC 7296 1.4)",))
    assert row["missing"] == ("1: init, auth",)


@pytest.mark.parametrize(("mid", "text"), [(2, None), (3, "5: request 2"), (6, "5: requests 2 to 5")])
def test_requests_that_the_capture_lacks(mid: int, text: str | None) -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.INFORMATIONAL, 57, mid=mid))
    assert rows(talk)[-1]["missing"] == (() if text is None else (text,))


def test_what_has_no_place() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.IKE_AUTH, 300, salt="again"))
    assert rows(talk)[1]["unexpected_frames"] == (5,)


def test_an_exchange_type_without_a_table() -> None:
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(3, 300, mid=1))  # authentication only
    row = rows(talk)[1]
    assert (row["state"], row["due"], row["unexpected_frames"]) == (None, (), ())


def test_a_dead_peer_and_how_long_the_other_waited() -> None:
    last = [row for row in recorded("ikev2-dpd-dead-peer") if row["exchange"] == "INFORMATIONAL"][-1]
    assert (last["state"], last["outcome"]) == ("liveness-asked", "unanswered")
    assert last["due"] == ["answer (RFC 7296 2.4)"] or last["due"] == ("answer (RFC 7296 2.4)",)
    assert last["backoff"] == "growing"
    assert len(last["pauses_ms"]) == last["retransmissions"]


def test_fragments_of_a_recording_are_all_there() -> None:
    auth = [row for row in recorded("ikev2-cert-frag") if row["exchange"] == "IKE_AUTH"]
    assert [row["fragments_missing"] for row in auth] == [0]


def test_exchanges_have_round_trips_from_the_last_transmission() -> None:
    for exchange in rows_of(read("ikev2-loss-retransmit"), "exchanges"):
        if exchange["outcome"] == "answered":
            assert 0 <= exchange["round_trip_s"] < 1
        else:
            assert exchange["round_trip_s"] is None


def test_what_is_told_of_plain_exchanges_without_their_messages_is_what_their_messages_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Frames, times and disorder are read from the log where nothing is repeated, copied or in fragments."""
    make_capture(tmp_path / "ike.pcap", "ike", 1500)
    captures = [*captures_in(FIXTURES), tmp_path / "ike.pcap"]
    plain = [list(read_rows(capture)) for capture in captures]
    assert any(row["round_trip_s"] for rows in plain for row in rows)
    monkeypatch.setattr("analyzer.tables.columns.exchanges.Row.plain", False)
    monkeypatch.setattr("analyzer.negotiation.exchanges.timing._goes_back", lambda _: True)
    for capture, told in zip(captures, plain, strict=True):
        assert list(read_rows(capture)) == told, capture


def read_rows(capture: Path) -> Iterator[dict[str, Any]]:
    return analyzer.read_pcap(capture).tables["exchanges"].records()
