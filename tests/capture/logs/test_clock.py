"""Times as logs write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.capture.logs.clock import Clock, stamped

DAY = 86_400 * 10**9


def ns(text: str) -> int:
    since = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1) * 1000


@pytest.mark.parametrize(
    ("text", "time", "lacks"),
    [
        ("2026-11-30T12:00:01.25+01:00 gw charon: x", ns("2026-11-30T11:00:01.250+00:00"), ""),
        ("2026-11-30 12:00:01 ike 0: in 00", ns("2026-11-30T12:00:01+00:00"), "zone"),
        ("2026/11/30 12:00:01.5 x", ns("2026-11-30T12:00:01.500+00:00"), "zone"),
        ("2026-11-30T12:00:01.123456Z stderr F x", ns("2026-11-30T12:00:01.123456+00:00"), ""),
        ("Nov  3 12:00:01 gw pluto[7]: | x", ns("1680-11-03T12:00:01+00:00"), "year"),
        ("Feb 29 12:00:01 gw pluto[7]: | x", ns("1680-02-29T12:00:01+00:00"), "year"),
        ("002300: *Nov 23 11:48:52.074: IKEv2:x", ns("1680-11-23T11:48:52.074+00:00"), "year"),
        ("Mon Nov 30 2026 11:48:52: x", ns("2026-11-30T11:48:52+00:00"), "zone"),
        ("Mon Nov 30 11:48:52 2026 x", ns("2026-11-30T11:48:52+00:00"), "zone"),
        ("nov/30/2026 11:48:52 ipsec,debug x", ns("2026-11-30T11:48:52+00:00"), "zone"),
        ("nov/30 11:48:52 ipsec,debug x", ns("1680-11-30T11:48:52+00:00"), "year"),
        ("11-30 11:48:52.5 x", ns("1680-11-30T11:48:52.500+00:00"), "year"),
        ("11:48:52 ipsec,debug x", ns("1700-01-01T11:48:52+00:00"), "date"),
        ("1796000376 08[ENC] x", 1_796_000_376 * 10**9, ""),
        ("1796000376.5 08[ENC] x", 1_796_000_376_500_000_000, ""),
        ("08[ENC] <x|1> x", None, ""),
        ("Nov 31 12:00:01 x", None, ""),
        ("99:99:99 x", None, ""),
    ],
)
def test_forms(text: str, time: int | None, lacks: str) -> None:
    clock = Clock()
    assert clock.at(text) == time
    missing = "date" if clock.no_date else "year" if clock.no_year else "zone" if clock.no_zone else ""
    assert missing == lacks
    if time is not None:
        assert text[stamped(text) :][:1] in (" ", ":")


def test_a_clock_without_a_date_goes_on_behind_midnight_and_the_new_year() -> None:
    clock = Clock()
    times = [clock.at(text) or 0 for text in ("23:59:59 x", "00:00:01 x", "13:00:00 x", "00:00:01 x")]
    assert times[1] - times[0] == 2 * 10**9
    assert times[3] - times[1] == DAY
    clock = Clock()
    before, after = clock.at("Dec 31 23:59:59 x"), clock.at("Jan  1 00:00:01 x")
    assert (after or 0) - (before or 0) == 2 * 10**9


def test_what_is_a_little_out_of_order_is_no_midnight() -> None:
    clock = Clock()
    assert (clock.at("12:00:05 x") or 0) - (clock.at("12:00:04 x") or 0) == 10**9


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2} [0-9 ][0-9] [0-9:.]{8,20}", fullmatch=True))
def test_never_raises(text: str) -> None:
    Clock().at(text)
