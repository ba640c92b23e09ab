from analyzer.report.index import MOST_CHOICES, Cause, Entry, Judged, entry_of, index_of
from analyzer.report.pairs import Pair
from analyzer.report.verdict import verdict_of
from analyzer.tables.store import Tables
from tests.report.sample import BAD, MS, START, sample


def entry(capture: str, outcome: str = "established", **more: object) -> Entry:
    return Entry(capture, capture, outcome=outcome, sas=1, outcomes=((outcome, 1),))._replace(**more)


def test_what_the_index_keeps_of_a_report() -> None:
    found = entry_of("x/gw.pcap", "gw", verdict_of(sample()), sample())
    assert found.story.startswith("IKEv2 from 198.51.100.7 to 203.0.113.2 failed in IKE_AUTH")
    assert (found.outcome, found.sas, found.unsuccessful, found.worst) == ("failed", 6, 3, "critical")
    assert (found.defects, found.first_time, found.last_time) == (2, START, START + 90_000 * MS)
    nothing = entry_of("none.pcap", "none", verdict_of(Tables()), Tables())
    assert (nothing.story, nothing.outcome, nothing.worst) == ("No IKE message in this capture.", "", "")
    assert (sum(pair.sas for pair in found.pairs), found.pairs_left, nothing.pairs) == (6, 0, ())


def test_the_worst_first() -> None:
    high = (("high", 1),)
    entries = [
        entry("a/none", "", outcomes=()),
        entry("a/fine"),
        entry("a/weak", severities=high),
        entry("a/later", trouble=True),
        entry("a/silent", "unanswered"),
        entry("a/failed", "failed"),
        entry("a/failed-weak", "failed", severities=high),
        Entry("a/gone", None, "a/gone: there is no such file"),
    ]
    index = index_of(entries)
    order = [index.name(e) for e in index.entries]
    assert order == ["failed-weak", "failed", "later", "silent", "weak", "fine", "none"]
    assert [e.capture for e in index.unread] == ["a/gone"]
    assert index.sentence == "7 captures with 6 IKE SAs: 3 established, 2 failed and 1 unanswered."
    assert dict(index.severities)["high"] == 2
    closed = entry("a/closed", "", outcomes=(), not_opened=7)
    partly = [entry(f"a/partly{n}", opened=3, not_opened=7) for n in range(2)]
    said = index_of([*entries, closed, *partly]).sentence
    assert said.endswith(" Of 1 capture no packet could be read. Of 2 captures some packets were not opened.")
    with_floods = index_of([*entries, entry("a/flood", "", outcomes=(), folded=20_000)])
    assert with_floods.sentence.endswith(" Besides: 20,000 first messages without an answer, counted as floods.")


def test_causes_over_all_captures() -> None:
    entries = [
        entry("a", causes=(("peer-dead", "Gone", 2), ("peer-dead", "Gone", 1))),
        entry("b", causes=(("peer-dead", "Gone", 1), ("path-mtu", "Too large", 9))),
    ]
    assert index_of(entries).causes == (Cause("path-mtu", "Too large", 9, 1), Cause("peer-dead", "Gone", 4, 2))


def test_policies_over_all_captures() -> None:
    entries = [
        entry("a", verdicts=(("cnsa2", "fail", 2), ("cnsa2", "pass", 1), ("ietf", "warn", 3))),
        entry("b", verdicts=(("cnsa2", "fail", 4), ("ietf", "not-observable", 4))),
        entry("c"),
    ]
    assert index_of(entries).policies == (
        Judged("cnsa2", {"fail": 6, "pass": 1}, 2),
        Judged("ietf", {"warn": 3, "not-observable": 4}, 0),
    )


def test_a_diagnosis_with_two_titles_is_two_causes() -> None:
    silent = ("child-negotiation-failed", "IKE SA up, child SA not answered")
    refused = ("child-negotiation-failed", "IKE SA up, child SA refused")
    entries = [entry("a", causes=((*silent, 1),)), entry("b", causes=((*refused, 2), (*silent, 3)))]
    assert index_of(entries).causes == (Cause(*silent, 4, 2), Cause(*refused, 2, 1))


def test_names_are_told_below_the_folder_that_all_share() -> None:
    captures = ("in/monday/gw.pcap", "in/monitor/gw.pcap")
    index = index_of([entry(capture) for capture in captures])
    assert index.root == "in/"
    assert [index.name(e) for e in index.entries] == ["monday/gw.pcap", "monitor/gw.pcap"]
    one = index_of([entry(BAD)])
    assert one.root + one.name(one.entries[0]) == BAD
    assert index_of([]).sentence == "0 captures with 0 IKE SAs."


def test_peers_over_all_captures() -> None:
    pair = Pair("192.0.2.1", "192.0.2.2", "2026-11", 2, "AES", 3, 2, 1, 0, 5, 9)
    index = index_of([entry("a", pairs=(pair,), pairs_left=4), entry("b", pairs=(pair,)), Entry("c", None, "c: gone")])
    (peers,) = index.peers
    assert (peers.sas, peers.unsuccessful, peers.captures, index.pairs_left) == (6, 2, 2, 4)


def test_what_was_chosen_by_month_is_bounded_and_the_rest_counted() -> None:
    pairs = tuple(Pair("192.0.2.1", "192.0.2.2", f"20{number:02}-01", 2, "AES", 1) for number in range(100))
    suites = [
        tuple(pair._replace(suite=f"AES {number}") for pair in pairs) for number in range(MOST_CHOICES // 100 + 1)
    ]
    index = index_of([entry(str(number), pairs=suite) for number, suite in enumerate(suites)])
    assert (len(index.choices), index.choices_left) == (MOST_CHOICES, 100)
    assert index.choices[0].month == "2099-01"
    assert index_of([entry("a", pairs=(pairs[0], pairs[0]))]).choices[0].sas == 2
