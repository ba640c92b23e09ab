from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.scene import Scene
from analyzer.assessment.silence import fell_silent, last_unanswered, last_word_before_moving, last_word_of_init
from tests.assessment.build import Talk, healthy, main_mode, story


def case_of(talk: Talk, **kwargs) -> Case:
    return Case(Scene(story(talk, **kwargs), policies.load("ietf")), talk.n)


def half_open(**fields) -> Talk:
    talk = Talk(**{"outcome": "incomplete", **fields}).ike_sa_init()
    return talk.choose(2, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)


def test_the_answer_after_which_nothing_comes() -> None:
    step = last_word_of_init(case_of(half_open(), last=10))
    assert step is not None
    assert step.frame_number == 2
    assert last_word_of_init(case_of(half_open(), last=1)) is None
    assert last_word_of_init(case_of(healthy(), last=10)) is None
    alone = Talk(outcome="incomplete")
    alone.say("IKE_SA_INIT", by="r", message_id=0)
    alone.choose(1, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)
    assert last_word_of_init(case_of(alone, last=10)) is None, "an answer to nobody, as in a reflection"
    goes_on = half_open()
    goes_on.say("IKE_AUTH", message_id=1)
    assert last_word_of_init(case_of(goes_on, last=10)) is None


def test_main_mode_before_it_moves() -> None:
    fields = {"outcome": "incomplete", "nat": "both"}
    step = last_word_before_moving(case_of(main_mode(messages=4, **fields), last=10))
    assert step is not None
    assert step.frame_number == 4
    assert last_word_before_moving(case_of(main_mode(messages=4, **fields), last=1)) is None
    assert last_word_before_moving(case_of(main_mode(messages=6, **fields), last=10)) is None
    assert last_word_before_moving(case_of(main_mode(messages=3, **fields), last=10)) is None
    assert last_word_before_moving(case_of(main_mode(messages=4, outcome="incomplete", nat="none"), last=10)) is None
    assert last_word_before_moving(case_of(half_open(), last=10)) is None


def test_the_last_unanswered_is_the_exchange_nobody_answered() -> None:
    talk = Talk(outcome="failed", failed_by="none").ike_sa_init()
    talk.say("IKE_AUTH", message_id=1)
    made = case_of(talk)
    stopped = last_unanswered(made)
    assert stopped is not None
    assert stopped.exchange == "IKE_AUTH"
    assert fell_silent(made) is stopped
    assert last_unanswered(case_of(healthy())) is None


def test_unanswered_in_the_middle_of_main_mode() -> None:
    talk = main_mode(messages=5, outcome="failed", failed_by="none")
    assert last_unanswered(case_of(talk)) is None  # nobody repeated anything: it may just be the end
    talk.say("IDENTITY_PROTECTION", encrypted=True, again=True)
    stopped = last_unanswered(case_of(talk))
    assert stopped is not None
    assert stopped.exchange == "IDENTITY_PROTECTION"


def test_ikev1_informationals_are_passed_over_and_nothing_is_nothing() -> None:
    assert last_unanswered(case_of(Talk(version=1, mode="main"))) is None
    only = Talk(version=1, mode="main", outcome="incomplete")
    only.say("INFORMATIONAL", message_id=5)
    assert last_unanswered(case_of(only)) is None
    talk = main_mode(messages=5, outcome="failed", failed_by="none")
    talk.say("IDENTITY_PROTECTION", encrypted=True, again=True)
    talk.say("INFORMATIONAL", message_id=5)
    stopped = last_unanswered(case_of(talk))
    assert stopped is not None
    assert stopped.exchange == "IDENTITY_PROTECTION"
