from analyzer.assessment.case import Case
from analyzer.assessment.ke_lengths import of_other_length
from analyzer.assessment.policies import load
from analyzer.assessment.scene import Scene
from tests.assessment.build import healthy, story


def test_the_longer_and_the_shorter_ones_of_methods_that_are_known() -> None:
    talk = healthy().change(1, key_exchanges=((19, 65), (14, 256), (60000, 7))).change(2, key_exchanges=((19, 10),))
    case = Case(Scene(story(talk), load("ietf")), talk.n)
    found = [(o.step.frame_number, o.ke_id, o.size, o.expected) for o in of_other_length(case)]
    assert found == [(1, 19, 65, 64), (2, 19, 10, 64)]
