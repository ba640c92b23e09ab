"""Sentences about how exchanges went: only what is unusual is told."""

from typing import Any

from analyzer.report.courses import course_asides
from analyzer.report.dossier import Dossier, dossiers
from analyzer.tables.store import Tables
from tests.report.sample import put


def told(*exchanges: dict[str, Any]) -> list[str]:
    return course_asides(dossier(*exchanges))


def dossier(*exchanges: dict[str, Any]) -> Dossier:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2, mode="ikev2", first_frame=3)
    for cells in exchanges:
        put(tables, "exchanges", **{"negotiation": 1, "exchange": "IKE_AUTH", "initiated_by": "initiator"} | cells)
    return dossiers(tables, [1])[0]


def test_what_goes_by_the_book_is_not_told() -> None:
    assert told({"open_requests": 1, "missing": (), "pauses_ms": (), "backoff": None}) == []
    assert told({"open_requests": None, "missing": None, "pauses_ms": None}) == []


def test_gaps_inside_the_negotiation() -> None:
    assert told({"missing": ("7: auth-round", "9: auth-round")}) == [
        "The capture lacks messages that must have come before frames 7, 9."
    ]
    assert told({"missing": ("3: init, auth",)}) == [], "the capture begins late: its diagnosis says so"
    assert told({"missing": ("9: phase-1",)}) == [], "behind an INFORMATIONAL too, which is in no order"


def test_several_requests_open_at_once() -> None:
    open_requests = [{"open_requests": n, "request_frame": 10 + n} for n in (1, 3, 2)]
    assert told(*open_requests) == [
        "The initiator had 3 requests open at once (frame 13); no SET_WINDOW_SIZE could be read."
    ]
    assert told({"open_requests": 2, "request_frame": 9, "window": 5}) == [
        "The initiator had 2 requests open at once (frame 9); the peer allows 5."
    ]


def test_back_off_is_named_where_there_are_enough_pauses() -> None:
    assert told({"pauses_ms": (500, 1000, 2000), "backoff": "doubling"}) == [
        "Retransmissions of IKE_AUTH: exponential back-off, each pause twice the one before."
    ]
    assert told({"pauses_ms": (4000, 7200, 12960), "backoff": "growing"}) == [
        "Retransmissions of IKE_AUTH: exponential back-off, each pause about 1.8 times the one before."
    ]
    for linear in ((1000, 2000, 3000), (4000, 6000, 8000), (10000, 11000, 12000), (0, 1000, 5000, 6000)):
        assert told({"pauses_ms": linear, "backoff": "growing"}) == [
            "Retransmissions of IKE_AUTH: back-off, each pause longer than the one before."
        ]
    assert told({"pauses_ms": (500, 1000), "backoff": "doubling"}) == []
    assert told({"pauses_ms": (1, 9, 2), "backoff": "irregular"}) == []
