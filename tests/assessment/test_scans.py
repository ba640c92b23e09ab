from analyzer.assessment.model import Finding
from analyzer.assessment.scans import once_per_source, went_on
from tests.assessment.build import Talk, healthy, main_mode


def finding(source: str, detail: str) -> Finding:
    return Finding("x", "X", "medium", "likely", None, source, (1,), None, None, detail, None)


def test_one_finding_for_each_source_with_the_others_counted() -> None:
    found = [(3, finding("a", "3.")), (9, finding("a", "9.")), (9, finding("a", "again.")), (1, finding("b", "1."))]
    assert [(f.subject, f.detail) for f in once_per_source(found)] == [
        ("a", "9. It did the same to 2 more responders."),
        ("b", "1."),
    ]
    assert [f.detail for f in once_per_source(found[:2])] == ["9. It did the same to 1 more responder."]


def test_who_sends_more_than_a_first_message_goes_on() -> None:
    assert [went_on(main_mode(messages=count).n) for count in (1, 2, 3)] == [False, False, True]
    again = Talk()
    again.say("IKE_SA_INIT")
    again.say("IKE_SA_INIT", by="r", notifies=(16390,))
    again.say("IKE_SA_INIT", again=True)
    assert not went_on(again.n)
    assert went_on(healthy().n)
