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


def stopped_on_4500(number: int = 1, frame: int = 1, at: float = 0, **fields) -> Talk:
    """IKE_SA_INIT is answered on UDP 500, IKE_AUTH on 4500 is not."""
    given = {"outcome": "failed", "failed_at": "IKE_AUTH", "failed_by": "none"}
    talk = Talk(number=number, frame=frame, at=at, **{**given, **fields}).ike_sa_init()
    talk.transport = "udp-4500"
    for k in range(4):
        talk.say("IKE_AUTH", message_id=1, length=300, again=k > 0, after=2)
    return talk


def on_4500(number: int, frame: int, at: float, **fields) -> Talk:
    return healthy(number, frame, at=at, **fields).rewrite(
        lambda s: s._replace(transport="udp-4500") if s.encrypted else s
    )


def test_a_port_that_works_for_the_next_try_is_not_blocked_for_good() -> None:
    alone = one("udp-4500-blocked", stopped_on_4500())
    later = one("udp-4500-blocked", stopped_on_4500(), on_4500(2, 40, 30))
    assert alone is not None
    assert later is not None
    assert (alone.confidence, later.confidence) == ("likely", "possible")
    assert "Negotiation 2 of the two came up over UDP 4500 30.0 s later: it passed then." in later.detail
    near = one("udp-4500-blocked", stopped_on_4500(), healthy(2, 40, at=30))
    assert near is not None
    assert "4500 30.0 s" not in near.detail, "it came up on UDP 500"


def test_a_port_that_is_open_for_another_host() -> None:
    found = one("udp-4500-blocked", stopped_on_4500(), on_4500(2, 40, 30, initiator="192.0.2.99"))
    assert found is not None
    assert "192.0.2.20 answered 192.0.2.99 on UDP 4500 (negotiation 2)" in found.detail
    assert found.confidence == "likely"


def dead(by: str = "i") -> Talk:
    talk = healthy()
    talk.now = 600
    for k in range(4):
        talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=2, length=57, again=k > 0, after=2)
    return talk


def test_what_others_show_of_a_peer_that_no_longer_answers() -> None:
    def detail(*talks: Talk) -> str:
        found = one("peer-dead", *talks)
        assert found is not None
        return found.detail

    def other() -> Talk:
        return healthy(2, 40, 650, initiator="192.0.2.99")

    assert "192.0.2.20 let 192.0.2.99 in within 300 s of that (negotiation 2)" in detail(dead(), other())
    assert "Negotiation 2 of the two came up 48.1 s later" in detail(dead(), healthy(2, 40, 650))
    assert "Negotiation 2" not in detail(dead(), healthy(2, 40, 10)), "long before the silence"
    assert "let 192.0.2.99" not in detail(dead("r"), other()), "the initiator is the one in silence"


def test_a_large_first_message_beside_a_small_one_is_too_large_perhaps() -> None:
    small = Talk(number=2, frame=40, at=30, outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    found = one("path-mtu", silent(1600), small)
    assert found is not None
    assert found.confidence == "possible"
    assert "of 1600 bytes is not answered, one of 400 bytes is (negotiation 2)" in found.detail
    assert one("path-mtu", silent(1100), small) is None, "any path carries that"
    assert one("path-mtu", silent(1600)) is None


def test_an_initiator_that_starts_over_again_and_again() -> None:
    def stops(number: int, at: float) -> Talk:
        given = {"outcome": "incomplete", "failed_at": None}
        talk = Talk(number=number, frame=number * 10, at=at, **given).ike_sa_init()
        return talk.choose(encryption_id=20, key_bits=256, prf_id=5, ke_id=19)

    times = [0, 64, 128, 192]
    found = one("initiator-stopped", *(stops(k + 1, at) for k, at in enumerate(times)), last=300)
    assert found is not None
    assert "The initiator starts over: 4 such negotiations, again every 64 s." in found.detail
    once = one("initiator-stopped", stops(1, 0), last=300)
    assert once is not None
    assert "starts over" not in once.detail
