from tests.assessment.build import Talk, healthy, one

ID = "no-response"


def silent(size: int = 400, **fields) -> Talk:
    talk = Talk(outcome="unanswered", failed_at="IKE_SA_INIT", failed_by="none", **fields)
    talk.say("IKE_SA_INIT", length=size)
    talk.say("IKE_SA_INIT", length=size, again=True, after=1)
    return talk


def told(*talks: Talk) -> str:
    found = one(ID, *talks)
    assert found is not None
    return found.detail


def reversed_sides(at: float) -> Talk:
    return healthy(2, 40, at=at, initiator="192.0.2.20", responder="192.0.2.10")


def test_the_same_pair_came_up_begun_by_the_other_side() -> None:
    assert "came up 25.0 s later, begun by the other side: path and ports worked then." in told(
        silent(), reversed_sides(25)
    )


def test_long_after_it_says_nothing_of_now() -> None:
    assert "came up" not in told(silent(), reversed_sides(4000))


def test_a_smaller_first_message_that_was_answered() -> None:
    small = Talk(number=2, frame=40, at=30, outcome="failed", failed_at="IKE_AUTH", failed_by="none")
    small.say("IKE_SA_INIT", length=400)
    small.say("IKE_SA_INIT", by="r")
    assert "A first message of 400 bytes was answered (negotiation 2), this one of 1600" in told(silent(1600), small)
    assert "first message of" not in told(silent(450), small), "no size makes a difference of 50 bytes"


def test_a_responder_that_serves_another_is_up() -> None:
    other = healthy(2, 40, at=30, initiator="192.0.2.99")
    assert "192.0.2.20 let 192.0.2.99 in within 300 s of that (negotiation 2): the peer was up." in told(
        silent(), other
    )
    assert "was up" not in told(silent(), healthy(2, 40, at=3000, initiator="192.0.2.99"))
