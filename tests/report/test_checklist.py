from collections import Counter

import pytest

from analyzer.report.checklist import Tally, check_lines, counted, flood_note, judged, verdict_lines, verdicts_counted
from analyzer.report.filtered import Filtered
from analyzer.tables.store import Tables
from tests.report.sample import put, sample

NONE: Counter[tuple[str, str]] = Counter()


def test_one_line_a_finding_the_worst_first() -> None:
    lines = [line.text for line in check_lines(sample())]
    assert len(lines) == 8
    assert lines[0].startswith("captures/gateway.pcapng: critical weak-ke-chosen negotiation 6: ")
    assert (
        "captures/gateway.pcapng: low ike-exposed: An IKE responder is exposed: 203.0.113.2:500, frames 2, 21" in lines
    )
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(("threshold", "reached"), [("critical", 2), ("high", 4), ("info", 16), ("never", 0)])
def test_findings_at_or_above_a_threshold(threshold: str, reached: int) -> None:
    tally = Tally(["ietf"])
    assert tally.reaching(threshold) == 0
    tally.add(counted(sample()), NONE, judged(sample()))
    tally.add(counted(sample()), NONE, judged(sample()))
    assert tally.reaching(threshold) == reached


def test_the_tally_in_a_sentence() -> None:
    tally = Tally(["bsi"])
    tally.add(counted(Tables()), NONE, judged(Tables()))
    assert tally.sentence("never") == "0 findings in 1 capture by policy bsi"
    tally = Tally(["ietf", "bsi"])
    tally.add(counted(sample()), NONE, judged(sample()))
    assert tally.sentence("high") == (
        "8 findings in 1 capture (1 critical, 1 high, 4 medium, 2 low) by policies ietf, bsi; 2 at or above high"
    )


def test_verdicts_in_a_sentence() -> None:
    tally = Tally(["ietf", "bsi"])
    assert tally.verdicts("never").startswith("Verdicts: none")
    seen = Counter({("ietf", "pass"): 1200, ("bsi", "not-observable"): 3, ("bsi", "warn"): 1, ("bsi", "fail"): 2})
    tally.add(Counter(), seen, Filtered())
    assert tally.verdicts("never") == (
        "Verdicts on negotiations: bsi 2 fail, 1 warn, 3 not-observable; ietf 1,200 pass."
    )
    assert [tally.reaching(word) for word in ("fail", "warn", "not-observable", "high")] == [2, 3, 6, 0]
    assert tally.verdicts("warn").endswith("; 3 at or above warn.")


def test_verdicts_one_a_line_the_worst_first() -> None:
    tables = Tables()
    common = {"capture": "a.pcap", "policy": "bsi", "not_observable": ()}
    put(tables, "verdicts", negotiation=1, verdict="pass", reasons=(), **common)
    put(
        tables, "verdicts", negotiation=2, verdict="not-observable", reasons=(), **common | {"not_observable": ("PRF",)}
    )
    put(tables, "verdicts", negotiation=3, verdict="fail", reasons=("a: no (b)", "c: no (d)"), **common)
    more = {"not_observable": ("key length",), "silent": ("PRFs",)}
    put(tables, "verdicts", negotiation=4, verdict="pass", reasons=(), **common | more)
    unseen = "cannot be seen and not asked for: key length; the policy says nothing of: PRFs"
    assert [line.text for line in verdict_lines(tables)] == [
        "a.pcap: fail bsi negotiation 3: a: no (b); c: no (d)",
        "a.pcap: not-observable bsi negotiation 2: cannot be seen: PRF",
        "a.pcap: pass bsi negotiation 1: all that was agreed meets it",
        f"a.pcap: pass bsi negotiation 4: nothing that was agreed is against it; {unseen}",
    ]
    assert verdicts_counted(tables) == {("bsi", "pass"): 2, ("bsi", "not-observable"): 1, ("bsi", "fail"): 1}


def test_what_was_judged_is_said_where_it_is_a_part() -> None:
    tally = Tally(["bsi"])
    tally.add(counted(Tables()), NONE, Filtered("nat_t", 1, 3))
    tally.add(counted(Tables()), NONE, Filtered("nat_t", 1, 2, findings=2, floods=1))
    assert tally.sentence("never") == (
        "0 findings in 2 captures by policy bsi. 2 of 5 negotiations match, the others are left out: nat_t. "
        "Left out too: 2 findings about the capture as a whole and 1 flood."
    )


def test_a_word_about_floods() -> None:
    tables = Tables({"floods": ["folded"]})
    assert flood_note(tables) == ""
    width = len(Tables()["floods"].schema.columns)
    place = Tables()["floods"].schema.names.index("folded")
    for count in (20_000, 0, 3):
        tables["floods"].append((*[None] * place, count, *[None] * (width - place - 1)))
    assert flood_note(tables) == (
        "20,003 first messages without an answer are counted as floods, not as negotiations. "
        "--max-negotiations N sets another limit"
    )
