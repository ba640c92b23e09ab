from pathlib import Path

import pytest

from analyzer import read_pcap
from analyzer.negotiation.conclude.closing import Gaps
from analyzer.negotiation.conclude.dropped import doubted, not_read, why
from analyzer.negotiation.conclude.verdict import Verdict, incomplete
from tests.conftest import FIXTURES
from tests.cuts import borders, cut
from tests.negotiation.build import IKE_AUTH, Talk, established, init_done, init_notify, init_request, sealed

SILENT = Verdict("failed", "IKE_AUTH", "none", "no answer", "not answered", "likely")


def test_silence_is_one_step_less_sure() -> None:
    found = doubted(SILENT, 7)
    assert (found.confidence, found.basis) == ("possible", f"not answered; {why(7)}")
    assert doubted(SILENT._replace(outcome="unanswered"), 7).confidence == "possible"
    assert doubted(SILENT, 0) == SILENT


def test_a_file_that_was_not_read_may_hold_what_did_not_come() -> None:
    unread = ("b.pcap could not be read", "file 2 is missing between a and c")
    found = doubted(SILENT, 0, unread[:1])
    reason = "b.pcap could not be read, so absence is weak evidence"
    assert (found.confidence, found.basis) == ("possible", f"not answered; {reason}")
    assert why(1, unread[1:]).startswith(
        "the capture dropped 1 packet and file 2 is missing between a and c, so absence"
    )
    assert not_read(unread) == "b.pcap could not be read, and others of the set were not read"
    refused = SILENT._replace(failed_by="responder", failure="AUTHENTICATION_FAILED", confidence="certain")
    assert doubted(refused, 0, unread) == refused


def test_what_rests_on_a_message_is_as_sure_as_before() -> None:
    refused = SILENT._replace(failed_by="responder", failure="AUTHENTICATION_FAILED", confidence="certain")
    assert doubted(refused, 7) == refused
    assert doubted(refused._replace(absence=True), 7).confidence == "likely"
    up = Verdict("established", "CREATE_CHILD_SA", "none", None, "answered")
    assert doubted(up, 7) == up, "its child may have failed by silence; that it is up was seen"


@pytest.mark.parametrize("dropped", [0, 3])
def test_verdicts_of_captures_that_dropped_packets(dropped: int) -> None:
    """Not answered, given up, up, refused."""
    silent, given_up, up, refused = Talk(), Talk(), Talk(), Talk()
    init_done(silent)
    silent.say(sealed(IKE_AUTH, 298))
    given_up.say(init_request())
    given_up.answer(init_notify(16390, b"c" * 20))
    established(up)
    init_done(refused)
    refused.say(sealed(IKE_AUTH, 298))
    refused.answer(sealed(IKE_AUTH, 65, initiator=False, response=True))
    found = []
    for talk in (silent, given_up, up, refused):
        (n,) = talk.tracker.finish([], [], 0, round((talk.now + 60) * 1e9), Gaps(dropped=dropped)).negotiations
        found.append((n.failed_by, n.outcome_confidence, "3 packets" in n.outcome_basis))
    doubt = ("possible", True) if dropped else ("likely", False)
    assert found == [
        ("none", *doubt), ("initiator", *doubt), (None, "likely", False), ("responder", "certain", False),
    ]  # fmt: skip


def test_so_does_one_that_is_missing_in_a_rotation(tmp_path: Path) -> None:
    """Its retransmissions join the first and the third file."""
    data = (FIXTURES / "ikev2-udp-4500-blocked" / "capture.pcap").read_bytes()
    paths = [tmp_path / f"gw.pcap{number}" for number in (1, 2, 3)]
    for path, part in zip(paths, cut(data, [borders(data)[place] for place in (4, 6)]), strict=True):
        path.write_bytes(part)
    for given, confidence in ((paths, "likely"), (paths[::2], "possible")):
        analysis = read_pcap(given)
        ((found, basis),) = analysis.tables["negotiations"].cells("outcome_confidence", "outcome_basis")
        assert found == confidence
        missing = "file 2 is missing between gw.pcap1 and gw.pcap3"
        assert (f"{missing}, so absence is weak evidence" in basis) is (confidence == "possible")
        kinds = list(analysis.tables["defects"].cells("kind", "found"))
        assert (("capture-file-missing", missing) in kinds) is (confidence == "possible")
        assert all(
            (missing in why) is (confidence == "possible") for (why,) in analysis.tables["captures"].cells("joined")
        )


def test_that_a_direction_was_not_recorded_is_less_sure_where_a_file_is_missing() -> None:
    """What it holds may be that direction; that the capture ends too soon is certain all the same."""
    absent = incomplete("one direction was not recorded", absence=True)
    found = doubted(absent, 0, ["b.pcap could not be read"])
    assert (found.outcome, found.confidence) == ("incomplete", "likely")
    assert found.basis == "one direction was not recorded; b.pcap could not be read, so absence is weak evidence"
    ended = incomplete("the capture ends too soon")
    assert doubted(ended, 0, ["b.pcap could not be read"]) == ended
    assert doubted(absent, 0) == absent
