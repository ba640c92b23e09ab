from analyzer.assessment import Assessment
from analyzer.assessment.scope import scope_of
from analyzer.negotiation.story import Story
from tests.assessment.assessed import assess
from tests.assessment.build import ids
from tests.negotiation.build import TRIPLE_DES, Talk, init_answer
from tests.negotiation.conclude.test_floods import reflect, scan, source, spi, to

ID = "unsolicited-answers"


def judged(talk: Talk, later: float = 1) -> tuple[Story, Assessment]:
    story = talk.story(later)
    return story, assess(story)


def test_an_answer_of_a_flood_has_this_one_explanation_and_no_finding() -> None:
    talk = Talk()
    reflect(talk, 40)
    story, result = judged(talk)
    assert {tuple(ids(result.diagnoses[n.number])) for n in story.negotiations} == {(ID,)}
    diagnosis = result.diagnoses[7][0]
    assert (diagnosis.confidence, diagnosis.evidence_frames) == ("likely", (7,))
    assert diagnosis.detail == "One of 40 answers to 192.0.2.10 that nobody asked for in this capture."
    assert {f.negotiation for f in result.findings} == {None}
    assert {(r.inside, r.confidence) for r in result.responders} == {(True, "likely")}
    assert assess(story, scope=scope_of(["192.0.2.0/24"])).responders == [], "those outside are counted in floods"
    assert result.mismatches == []


def test_a_scan_looks_the_same_where_it_does() -> None:
    talk = Talk()
    scan(talk, 40, after=0.05)
    story, result = judged(talk)
    for n in story.negotiations:
        assert ids(result.diagnoses[n.number]) == ["one-way-capture", ID]
    assert {d.confidence for found in result.diagnoses.values() for d in found} == {"possible"}


def test_what_was_chosen_for_a_scan_is_not_in_use() -> None:
    talk = Talk()
    for i in range(40):
        talk.say(init_answer(TRIPLE_DES, spis=(spi(i), spi(i, 2))), source(i), to(), after=0.05)
    _, result = judged(talk)
    titles = {f.title for f in result.findings}
    assert any(title.endswith(" accepted") for title in titles)
    assert not any(title.endswith(" in use") for title in titles)


def test_few_answers_are_one_direction_of_a_capture() -> None:
    for count in (1, 3, 20):
        talk = Talk()
        reflect(talk, count)
        story, result = judged(talk)
        for n in story.negotiations:
            assert ids(result.diagnoses[n.number]) == ["one-way-capture"]


def test_a_busy_gateway_seen_one_way() -> None:
    talk = Talk()
    for i in range(60):
        talk.say(init_answer(spis=(spi(i), spi(i, 2))), ("198.51.100.1", 500), source(i), after=0.001)
    story, result = judged(talk)
    for n in story.negotiations:
        assert ids(result.diagnoses[n.number]) == ["one-way-capture"]
    assert "half-open-flood" not in {f.finding for f in result.findings}
