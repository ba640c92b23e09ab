"""IP fragments without the first one, as the message that an SA lacks."""

import pytest

from analyzer.capture.datagram import Rest
from analyzer.negotiation.conclude.closing import Gaps
from analyzer.negotiation.conclude.rests import Rests
from analyzer.negotiation.model import Negotiation
from tests.negotiation.build import IKE_AUTH, SPI_R, Talk, established, init_done, main_mode, sealed
from tests.work import lines_run

INITIATOR, RESPONDER = "192.0.2.10", "192.0.2.20"
SECOND = 10**9


def rest(frame: int, at: float, *, out: bool = True, size: int | None = 1400) -> Rest:
    ends = (INITIATOR, RESPONDER) if out else (RESPONDER, INITIATOR)
    return Rest(*ends, frame, frame, round(at * SECOND), size)


def ended(talk: Talk, *rests: Rest, later: float = 30.0) -> Negotiation:
    """The one negotiation, the capture going on for so long."""
    end = round((talk.now + later) * SECOND)
    (n,) = talk.tracker.finish([], [], round(1000e9), end, Gaps(rests=rests)).negotiations
    return n


def test_the_initiators_next_message_may_be_there() -> None:
    for last in (2, 4):
        talk = Talk()
        main_mode(talk, last=last)
        n = ended(talk, rest(last + 1, talk.now + 1))
        assert (n.outcome, n.failed_by) == ("incomplete", None)
        assert n.outcome_basis == (
            f"IP fragments of the initiator follow (frame {last + 1}) whose first one is not in the capture: its next "
            "message may be there"
        )


@pytest.mark.parametrize(
    "other",
    [
        rest(5, 1001.0, out=False),
        rest(5, 1090.0),
        rest(3, 1000.05),
        Rest(INITIATOR, "192.0.2.21", 5, 5, 1_001 * SECOND, None),
    ],
)
def test_other_fragments_are_not_its_next_message(other: Rest) -> None:
    """Of the other side, a minute and a half later, before the last message, to another host."""
    talk = Talk()
    main_mode(talk, last=4)
    n = ended(talk, other, later=120)
    assert (n.outcome, n.failed_by) == ("failed", "initiator")


def test_an_answer_of_which_nobody_saw_the_beginning() -> None:
    """Who goes on asking did not get it; who asks no more may have it."""
    talk = Talk()
    init_done(talk)
    asked = sealed(IKE_AUTH, 298)
    talk.say(asked)
    answers = [rest(4, talk.now + 0.1, out=False)]
    assert ended(talk, *answers).outcome == "incomplete"
    talk = Talk()
    init_done(talk)
    talk.say(asked)
    answers = [rest(4, talk.now + 0.1, out=False)]
    talk.frame = 4
    for _ in range(2):
        talk.say(asked, after=2)
    n = ended(talk, *answers)
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("failed", "IKE_AUTH", "none", "no answer")
    assert n.outcome_basis == (
        "IKE_AUTH was retransmitted or waited for, and no whole answer is in the capture; IP fragments of the "
        "responder follow (frame 4) whose first one is not in the capture: its answer may be there"
    )


def test_an_sa_that_is_up_needs_nothing() -> None:
    talk = Talk()
    established(talk)
    n = ended(talk, *(rest(5 + k, talk.now + k, out=k % 2 == 0) for k in range(6)))
    assert (n.outcome, n.failed_at) == ("established", None)


def test_many_fragments_and_many_sas_cost_their_sum() -> None:
    def work(count: int) -> int:
        talk = Talk(step=0.001)
        for k in range(count):
            init_done(talk, spis=(f"{k + 1:016x}", SPI_R))
        rests = [rest(talk.frame + k, talk.now + k * 0.001) for k in range(count)]
        lives = [live.negotiation for live in talk.tracker._lives]
        known = Rests(rests)
        return lines_run(lambda: [known.lacking(n, n.exchanges[-1]) for n in lives])

    assert work(400) < 2.6 * work(200)
