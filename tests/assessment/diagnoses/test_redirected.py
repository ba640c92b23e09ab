import pytest

from analyzer.assessment.diagnoses.redirected import address, gateway
from tests.assessment.build import Talk, diagnosed, healthy, main_mode, one

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


def test_inside_an_sa_that_is_up() -> None:
    talk = healthy()
    data = b"\x01\x04" + bytes([198, 51, 100, 7])
    talk.say("INFORMATIONAL", by="r", begun_by="r", notifies=[(16407, data, True)])
    (only,) = diagnosed(talk)
    assert (only.diagnosis, only.confidence, only.detail) == (ID, "certain", "REDIRECT to 198.51.100.7.")
    assert only.evidence_frames == (5,)


def test_a_redirect_in_clear_that_nobody_followed() -> None:
    talk = Talk(outcome="established")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[(16407, b"\x01\x04\xc0\x00\x02\x01")])
    assert one(ID, talk) is None


def test_a_client_cannot_redirect() -> None:
    talk = healthy()
    talk.say("INFORMATIONAL", notifies=[(16407, b"\x01\x04\xc0\x00\x02\x01", True)])
    assert one(ID, talk) is None


def test_ciscos_load_balancing() -> None:
    talk = main_mode(outcome="established")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, notifies=[(40501, bytes([198, 51, 100, 7]), True)])
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.detail == "UNITY-LOAD-BALANCE to 198.51.100.7."
    assert address(b"abc") == "a gateway that could not be read"
