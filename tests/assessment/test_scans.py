from analyzer.assessment.model import Finding
from analyzer.assessment.scans import once_per_source


def finding(source: str, detail: str) -> Finding:
    return Finding("x", "X", "medium", "likely", None, source, (1,), None, None, detail, None)


def test_one_finding_for_each_source_with_the_others_counted() -> None:
    found = [(3, finding("a", "3.")), (9, finding("a", "9.")), (9, finding("a", "again.")), (1, finding("b", "1."))]
    assert [(f.subject, f.detail) for f in once_per_source(found)] == [
        ("a", "9. It did the same to 2 more responders."),
        ("b", "1."),
    ]
    assert [f.detail for f in once_per_source(found[:2])] == ["9. It did the same to 1 more responder."]
