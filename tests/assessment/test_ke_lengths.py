from analyzer.assessment.ke_lengths import of_other_length
from tests.assessment.build import healthy


def test_the_longer_or_the_shorter_ones_of_methods_that_are_known() -> None:
    n = healthy().change(1, key_exchanges=((19, 65), (14, 256), (60000, 7))).change(2, key_exchanges=((19, 10),)).n
    ((step, *longer),) = of_other_length(n, longer=True)
    assert (step.frame_number, longer) == (1, [19, 65, 64])
    ((step, *shorter),) = of_other_length(n, longer=False)
    assert (step.frame_number, shorter) == (2, [19, 10, 64])
