from analyzer.report.dossier import Dossier, dossiers
from analyzer.report.life import MOST_EVENTS, life_in_short, life_lines
from analyzer.tables.store import Tables
from tests.report.sample import CAPTURE, MS, START, put


def lived(*events: dict[str, object]) -> Dossier:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, first_time=START, duration_s=1.0, capture=CAPTURE)
    for event in events:
        put(tables, "events", negotiation=1, capture=CAPTURE, **{"confidence": "certain"} | event)
    return dossiers(tables, [1])[0]


def at(ms: int) -> int:
    return START + ms * MS


def test_events_in_order_of_time_with_frame_and_basis() -> None:
    d = lived(
        {"event": "deleted", "time": at(900), "frame_number": 20, "by": "responder", "confidence": "likely",
         "basis": "length and order"},
        {"event": "child-rekeyed", "child": 2, "time": at(100), "frame_number": 8, "by": "initiator",
         "detail": "child 1", "basis": "REKEY_SA seen"},
        {"event": "rekeyed", "time": at(700), "frame_number": 18, "by": "initiator", "other": 2},
    )  # fmt: skip
    assert life_lines(d) == [
        "+100 ms (22:13:20.100 UTC): child SA 2 made by the initiator in place of child 1 (frame 8: REKEY_SA seen).",
        "+700 ms (22:13:20.700 UTC): rekeyed by the initiator, negotiation 2 takes its place (frame 18).",
        "+900 ms (22:13:20.900 UTC): deleted by the responder (frame 20, likely: length and order).",
    ]
    assert life_in_short(d) == [
        "+700 ms (22:13:20.700 UTC): rekeyed by the initiator, negotiation 2 takes its place (frame 18).",
        "+900 ms (22:13:20.900 UTC): deleted by the responder (frame 20, likely).",
        "Child SAs: 1 rekeyed.",
    ]


def test_every_kind_of_event_has_its_sentence() -> None:
    kinds = ("moved", "rekey-collision", "reauthenticated", "superseded", "child-deleted", "liveness-missed")
    d = lived(*({"event": kind, "detail": "x", "other": 3} for kind in (*kinds, "liveness-failed", "new-kind")))
    told = " ".join(life_lines(d)).lower()
    texts = ["moved from x", "both sides rekeyed at once", "reauthenticated, negotiation 3", "one side had lost it"]
    texts += ["child sa none deleted", "liveness check, x", "never answered, x", "new-kind, negotiation 3"]
    for text in texts:
        assert text in told


def test_long_lives_are_cut_and_counted() -> None:
    d = lived(*({"event": "moved", "time": at(n)} for n in range(MOST_EVENTS + 10)))
    assert life_lines(d)[-1] == "10 more events are in the table events."
    assert life_in_short(d)[-1] == "Later: moved 45 times."
    assert life_lines(lived()) == life_in_short(lived()) == []


def test_no_moment_is_given_where_the_clock_was_set_back() -> None:
    d = lived({"event": "deleted", "time": at(0), "frame_number": 5, "by": "initiator"})
    assert life_lines(d) == ["+0 s (22:13:20.000 UTC): deleted by the initiator (frame 5)."]
    d.n["duration_s"] = None
    assert life_lines(d) == ["Deleted by the initiator (frame 5)."]
