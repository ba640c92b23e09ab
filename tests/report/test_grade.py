"""The grade follows the worst finding, and never says more than was seen."""

import pytest

from analyzer.report.grade import Grade, grade_of, weighed
from analyzer.report.passed import AUDITS, Audited
from analyzer.tables.store import Tables
from tests.report.sample import put


def finding(severity: str, title: str = "Weak") -> tuple[str, str]:
    return severity, title


def results(unseen: tuple[str, ...] = (), nothing: int = 2) -> list[Audited]:
    return [Audited(a, 0, (), 0 if a.title in unseen else nothing, 2 * (a.title in unseen), 0) for a in AUDITS]


@pytest.mark.parametrize(
    ("severities", "letter"),
    [
        ([], "A"),
        (["info"], "A"),
        (["low"], "B"),
        (["info", "medium", "low"], "C"),
        (["high"], "D"),
        (["critical"], "F"),
    ],
)
def test_the_worst_finding_decides(severities: list[str], letter: str) -> None:
    grade = grade_of(map(finding, severities), results())
    assert (grade.letter, grade.at_best) == (letter, False)


def test_what_could_not_be_seen_makes_it_one_at_best() -> None:
    grade = grade_of([], results(("Authentication", "ESP and AH traffic")))
    assert grade.letter == "A"
    assert grade.at_best
    assert "authentication (2 of 2 negotiations)" in grade.reason
    assert "traffic" not in grade.reason
    worst = grade_of([finding("critical")], results(("Authentication",)))
    assert (worst.letter, worst.at_best) == ("F", False), "nothing is worse"


def test_nothing_read_is_no_grade_but_a_finding_is_one() -> None:
    everything = tuple(a.title for a in AUDITS)
    assert grade_of([], results(everything)) == Grade(
        "", False, "No offer and no choice of algorithms could be read.", ""
    )
    assert grade_of([finding("high")], results(everything)).letter == "D"
    assert grade_of([], []).letter == grade_of([finding("high")], []).letter == ""


def test_an_offer_with_a_finding_was_read() -> None:
    found = [Audited(a, 1, (1,), 0, 0, 0) for a in AUDITS if a.title == "Offers for the IKE SA"]
    assert grade_of([finding("info")], found).letter == "A"


def test_offers_alone_are_good_at_best() -> None:
    offered = [Audited(a, 0, (), int(a.title == "Offers for the IKE SA"), 0, 0) for a in AUDITS]
    grade = grade_of([], offered)
    assert (grade.letter, grade.at_best) == ("A", True)
    assert grade.reason.endswith("No choice of algorithms could be read: this is of what was offered.")


def test_what_a_scanner_offers_is_not_graded() -> None:
    tables = Tables()
    for number, severity in ((1, "critical"), (2, "low"), (None, "info")):
        put(tables, "findings", finding="weak", title=f"Title {severity}", severity=severity, negotiation=number)
    assert weighed(tables, {2}) == [("low", "Title low"), ("info", "Title info")]


def test_the_reason_names_the_worst() -> None:
    findings = [finding("high", f"Title {n}") for n in range(5)] + [finding("low", "Minor")]
    reason = grade_of(findings, results()).reason
    assert reason.startswith("Worst finding high: Title 0; Title 1; Title 2 and 2 other findings.")
    assert "Minor" not in reason
