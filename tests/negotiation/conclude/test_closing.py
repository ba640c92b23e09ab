from analyzer.negotiation.conclude.closing import Gaps
from analyzer.negotiation.conclude.unread import Unread
from tests.negotiation.build import SPI_I, Talk, init_done, init_request
from tests.negotiation.conclude.test_floods import reflect


def failed_on(spi: str, frame: int) -> Unread:
    unread = Unread()
    unread.fail(bytes.fromhex(spi), frame)
    return unread


def negotiated() -> Talk:
    talk = Talk()
    init_done(talk)
    return talk


def test_a_capture_that_ends_and_one_that_is_not_read_on_are_not_the_same() -> None:
    for stopped in (False, True):
        (n,) = negotiated().tracker.finish([], [], 0, 10**9, Gaps(stopped=stopped)).negotiations
        assert ("in what was read of the capture" in n.outcome_basis) is stopped


def test_frames_that_were_not_read_doubt_their_own_negotiation() -> None:
    talk = negotiated()
    other = "00" * 7 + "01"
    talk.say(init_request(spi=other))
    first, second = talk.tracker.finish([], [], 0, 10**12, Gaps(failed_on(other, 7))).negotiations
    assert (first.initiator_spi, first.unread) == (SPI_I, "")
    assert (second.outcome, second.unread) == ("incomplete", "the analyzer failed on a message of this SA (frame 7)")


def test_answers_whose_requests_may_be_what_was_not_read_are_no_flood() -> None:
    for unread, floods in ((Unread(), 1), (failed_on("ff" * 8, 1), 1), (failed_on(SPI_I, 1), 0)):
        talk = Talk()
        reflect(talk, 40)
        assert len(talk.tracker.finish([], [], 0, 10**13, Gaps(unread)).floods) == floods
