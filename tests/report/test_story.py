import re

from analyzer.report.dossier import dossiers
from analyzer.report.ladder import Rung
from analyzer.report.story import ladder_lines, negotiation_story
from analyzer.report.zone import zone_of
from tests.report.sample import sample


def text(lines: object) -> str:
    assert not isinstance(lines, str)
    return "\n".join(line.text for line in lines)  # type: ignore[attr-defined]


def test_a_failure_is_told_with_cause_basis_frames_and_next_step() -> None:
    told = text(negotiation_story(dossiers(sample(), [2])[0]))
    assert "Why   The responder refused the authentication (certain, authentication-failed)" in told
    assert "Basis: inferred from the length of the encrypted message; frames 22-23." in told
    assert "Next  Compare the pre-shared keys" in told
    assert told.index("authentication-failed") < told.index("psk-mismatch") < told.index("identity-rejected")


def test_the_ladder_as_text() -> None:
    told = text(negotiation_story(dossiers(sample(), [1], zone_of("-03:30"))[0], 120))
    assert re.search(
        r"  2023-11-14 \(-03:30\)\n +initiator .*\n  18:43:20\.000 +\+0 s +#1  ------>  IKE_SA_INIT request 0", told
    )
    assert re.search(r"#2  <------  IKE_SA_INIT response 0", told)
    assert re.search(r"#3  ======>  IKE_AUTH request 1", told)
    assert re.search(r"#5  = = = >  retransmission of IKE_AUTH request 1 \(frame 3\), after 1 s", told)
    assert "... 30 s later" in told
    assert "initiator 10.1.0.1:4500  <->  203.0.113.2:4500 responder  (UDP, non-ESP marker)" in told
    assert "[ENCR_AES_GCM_16-256], ENCR_AES_CBC-256, ENCR_3DES" in told


def test_lines_keep_to_the_width() -> None:
    for width in (80, 100, 140):
        for d in dossiers(sample(), [1, 2, 3, 4, 5]):
            assert max(len(line.text) for line in negotiation_story(d, width)) <= width


def test_a_column_of_nothing_takes_no_room() -> None:
    rungs = [Rung("message", 1, 0.0, None, True, "IKE_SA_INIT request 0"), Rung("end", None, 12.0, None, True, "ends")]
    assert text(ladder_lines(rungs)) == "       +0 s  #1  ------>  IKE_SA_INIT request 0\n  +12.000 s  ends"
