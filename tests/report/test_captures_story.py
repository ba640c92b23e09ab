from analyzer.report.capture_story import ENOUGH
from analyzer.report.captures_story import Total, lines_for_each, short_story, total_of
from analyzer.report.verdict import verdict_of
from analyzer.tables.store import Tables
from tests.report.sample import put, sample


def test_a_screen_is_shared_until_it_is_too_small() -> None:
    assert lines_for_each(1, 49) == 49
    assert lines_for_each(1, 5) == ENOUGH
    assert lines_for_each(2, 50) == 24
    assert lines_for_each(3, 50) is None
    assert lines_for_each(0, 50) == 50


def test_one_of_many_in_short() -> None:
    texts = [line.text for line in short_story(verdict_of(sample()), 100)]
    assert texts == [
        "captures/gateway.pcapng",
        "  6 IKE SAs: 2 established, 2 failed, 1 unanswered and 1 incomplete; 1 with a failed child SA.",
        "  Findings: 1 critical, 1 high, 4 medium, 2 low.",
        "  ! The capture is damaged, cut short, or not readable here: capture-truncated, once, the last ...",
    ]


def test_where_nothing_matches_only_the_total_counts() -> None:
    tables = Tables()
    part = {"filter": "spi == 1", "negotiations_left_out": 3, "findings_left_out": 0, "floods_left_out": 0}
    put(tables, "captures", capture="x.pcap", **part)
    none = verdict_of(tables)
    assert list(short_story(none, 100)) == []
    put(tables, "negotiations", negotiation=1, outcome="failed", ike_version=2)
    total = total_of(none) + total_of(verdict_of(tables))
    text = " ".join(line.text for line in total.lines(100))
    assert "2 captures: 1 IKE SA: 1 failed." in text
    assert "1 of 7 negotiations matches, the others are left out: spi == 1." in text


def test_all_of_them_in_a_sentence() -> None:
    total = total_of(verdict_of(sample())) + total_of(verdict_of(Tables())) + total_of(verdict_of(sample()))
    assert [line.text for line in total.lines(80)][1:] == [
        "3 captures: 12 IKE SAs: 4 established, 4 failed, 2 unanswered and 2 incomplete.",
        "Findings: 2 critical, 2 high, 8 medium, 4 low.",
        "! 2 captures could not be read in every part; 12 encrypted messages were not",
        "  decrypted.",
        "`summary CAPTURE` shows one with causes and what to do next.",
    ]
    assert list(Total().lines(100)) == []


def test_a_capture_that_was_not_opened_is_counted_as_one_that_was_not_read_in_every_part() -> None:
    tables = Tables()
    put(tables, "captures", capture="x.pcap", packets=5, packets_not_opened=5, not_opened=("USB",), ike_messages=0)
    total = total_of(verdict_of(tables)) + total_of(verdict_of(Tables()))
    assert "! 1 capture could not be read in every part." in [line.text for line in total.lines(100)]
