from analyzer.assessment.model import Assessment, Finding


def test_an_assessment_starts_empty_and_keeps_nothing_between_instances() -> None:
    first = Assessment()
    first.diagnoses[1] = []
    assert Assessment().diagnoses == {}


def test_finding_has_the_columns_of_the_contract() -> None:
    contract = (
        "finding",
        "severity",
        "confidence",
        "negotiation",
        "subject",
        "evidence_frames",
        "policy",
        "clause",
        "detail",
    )
    assert set(contract) <= set(Finding._fields)
