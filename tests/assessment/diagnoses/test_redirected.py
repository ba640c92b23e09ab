import pytest

from analyzer.assessment.diagnoses.redirected import gateway
from tests.assessment.build import Talk, diagnosed, healthy, one

ID = "redirected"


def test_the_new_gateway_is_named() -> None:
    talk = Talk(outcome="redirected", failure="REDIRECT")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[(16407, b"\x01\x04" + bytes([198, 51, 100, 7]) + b"nonce")])
    (only,) = diagnosed(talk)
    assert (only.diagnosis, only.confidence, only.detail) == (ID, "likely", "REDIRECT to 198.51.100.7.")
    assert only.evidence_frames == (2,)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x03\x0bgw.example.", "gw.example."),
        (b"\x02\x10" + b"\x20\x01\x0d\xb8" + b"\x00" * 11 + b"\x01", "2001:db8::1"),
        (b"\x03\x03\xff<b", "\\xff<b"),
        (b"\x01\x03abc", "a gateway that could not be read"),
        (b"\x01", "a gateway that could not be read"),
        (b"", "a gateway that could not be read"),
    ],
)
def test_hostile_data(data: bytes, text: str) -> None:
    assert gateway(data) == text


def test_an_sa_that_stayed() -> None:
    assert one(ID, healthy()) is None
