import pytest

from analyzer.negotiation.values import Values
from tests.assessment.lives import drawn, judged, several

ID = "nonce-short-for-prf"


def found(length: int, prf: int, **fields):
    (talk,) = several("192.0.2.1", **fields)
    talk.choose(11, encryption_id=20, key_bits=256, prf_id=prf, ke_id=31)
    return judged(ID, talk, values=Values((), [value._replace(length=length) for value in drawn("a")]))


@pytest.mark.parametrize(("length", "prf", "least"), [(16, 7, 32), (31, 7, 32), (20, 6, 24)])
def test_less_than_half_the_key_of_the_prf(length: int, prf: int, least: int) -> None:
    (finding,) = found(length, prf)
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("low", "certain", (10, 11))
    assert finding.detail.startswith(f"The initiator's nonce has {length} bytes; PRF_HMAC_SHA2_")
    assert finding.detail.endswith(f" asks for {least}.")


@pytest.mark.parametrize(("length", "prf"), [(32, 7), (24, 6), (16, 5), (16, 2), (8, 7), (0, 7)])
def test_long_enough_or_a_defect(length: int, prf: int) -> None:
    assert found(length, prf) == []


def test_without_a_choice_and_after_it_nothing_is_said() -> None:
    (talk,) = several("192.0.2.1")
    later = [value._replace(length=16, frame_number=99) for value in drawn("a")]
    talk.choose(11, encryption_id=20, key_bits=256, prf_id=7, ke_id=31)
    assert judged(ID, talk, values=Values((), later)) == []
    talk.n.chosen_frame = None
    assert judged(ID, talk, values=Values((), [value._replace(length=16) for value in drawn("a")])) == []
