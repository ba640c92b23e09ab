from analyzer.assessment.policies import Document, Rule, Verdict, tables


def test_statements_and_documents_are_their_files_rows() -> None:
    rule, document = tables.rules()[0], tables.documents()["rfc8247"]
    assert isinstance(rule, Rule)
    assert rule._fields == tuple(tables.rows("rules")[0])
    assert isinstance(document, Document)
    assert (document.name, document.closed, document.date) == ("rfc8247", "no", "September 2017")


def test_a_verdict_calls_a_thing_weak_unless_it_says_otherwise() -> None:
    assert Verdict("high", "MUST NOT", "RFC 8247 2.1", "read", "RFC 8247 2.1: MUST NOT.").title == ""
