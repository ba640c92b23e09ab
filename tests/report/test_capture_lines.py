from analyzer.report.capture_lines import Depth, clipped, entry_lines, findings_in_few, floods_in_few, story_lines
from analyzer.report.dossier import dossiers
from analyzer.report.groups import Group
from analyzer.report.story import Line
from analyzer.report.verdict import verdict_of
from analyzer.tables.store import Tables
from tests.report.sample import put, sample


def test_lines_are_cut_at_a_word_and_say_so() -> None:
    lines = [Line("one two, three", "bad"), Line("four")]
    assert clipped(lines, 2, 20) == lines
    assert clipped(lines, 1, 20) == [Line("one two, three ...", "bad")]
    assert clipped(lines, 1, 14) == [Line("one two ...", "bad")]
    assert clipped(lines, 0, 20) == []


def test_deeper_is_longer() -> None:
    (d,) = dossiers(sample(), [2])
    found = [list(story_lines(Group((2,), 1), d, 100, {}, depth)) for depth in Depth]
    assert [len(lines) for lines in found] == sorted({len(lines) for lines in found})
    texts = ["\n".join(line.text for line in lines) for lines in found]
    assert ["  Next  Compare the pre-shared keys" in text for text in texts] == [False, True, True, True]
    assert ["  Why   " in text for text in texts] == [False, False, True, True]
    assert ["#22  ======>" in text for text in texts] == [False, False, False, True]


def test_an_entry_counts_and_names_the_ends_where_they_are_one() -> None:
    (d,) = dossiers(sample(), [2])
    (line,) = entry_lines(Group((2,), 1), d, 200, 1)
    assert line.text.startswith("   2. IKEv2 from 198.51.100.7 to 203.0.113.2 failed in IKE_AUTH")
    (line,) = entry_lines(Group((2, 8, 9), 1, 3, kind=True), d, 200, 1)
    assert line.text.startswith("   2. 3 \u00d7 IKEv2 failed in IKE_AUTH, refused by the responder: the responder")
    assert line.text.endswith("(certain); 198.51.100.7 to 3 responders")


def test_findings_of_a_check_are_one_line() -> None:
    tables = Tables()
    for number in range(1, 6):
        row = {"finding": "x", "title": "Weak", "severity": "high", "subject": f"10.0.0.{number}"}
        put(tables, "findings", negotiation=number, evidence_frames=(), **row)
    put(tables, "findings", finding="y", title="Odd", severity="low", subject="one", evidence_frames=())
    verdict = verdict_of(tables)
    texts = [line.text for line in findings_in_few(verdict, 100, 4)]
    assert texts == [
        "",
        "Findings: 5 high, 1 low",
        "  high      Weak: 10.0.0.1, 10.0.0.2, 10.0.0.3 and 2 more",
        "  low       Odd: one",
    ]
    assert [line.text for line in findings_in_few(verdict, 100, 2)][1:] == [
        "Findings: 5 high, 1 low; `check` lists them"
    ]
    assert findings_in_few(verdict_of(Tables()), 100, 9) == []


def test_floods_beyond_the_room_are_counted() -> None:
    tables = Tables()
    for n in range(1, 9):
        cells = {"kind": "half-open", "title": "Flood", "confidence": "likely", "detail": f"seen {n}", "folded": 9}
        put(tables, "floods", flood=n, advice="Wait.", **cells)
    texts = [line.text for line in floods_in_few(verdict_of(tables), 100, 8)]
    assert texts[2:] == [
        "        seen 1",
        "  Next  Wait.",
        "  Flood seen 2",
        "  Flood seen 3",
        "  Flood seen 4",
        "  and 4 floods more: `export --table floods`",
    ]
