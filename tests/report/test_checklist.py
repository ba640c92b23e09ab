import pytest

from analyzer.report.checklist import Tally, check_lines, counted, flood_note, judged
from analyzer.report.filtered import Filtered
from analyzer.tables.store import Tables
from tests.report.sample import sample


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
    tally = Tally()
    assert tally.reaching(threshold) == 0
    tally.add(counted(sample()), judged(sample()))
    tally.add(counted(sample()), judged(sample()))
    assert tally.reaching(threshold) == reached


def test_the_tally_in_a_sentence() -> None:
    tally = Tally()
    tally.add(counted(Tables()), judged(Tables()))
    assert tally.sentence("bsi", "never") == "0 findings in 1 capture by policy bsi"
    tally.add(counted(sample()), judged(sample()))
    assert tally.sentence("ietf", "high") == (
        "8 findings in 2 captures (1 critical, 1 high, 4 medium, 2 low) by policy ietf; 2 at or above high"
    )


def test_what_was_judged_is_said_where_it_is_a_part() -> None:
    tally = Tally()
    tally.add(counted(Tables()), Filtered("nat_t", 1, 3))
    tally.add(counted(Tables()), Filtered("nat_t", 1, 2, findings=2, floods=1))
    assert tally.sentence("bsi", "never") == (
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
