import pytest

from analyzer.negotiation.seen import SeenNotify
from tests.assessment.build import Talk, found, healthy

ID = "rekey-sa-odd"
REKEY_SA = 16393


def talk(spi: str | None, protocol: int = 3, by: str = "i", response: bool = False) -> Talk:
    made = healthy()
    made.say("CREATE_CHILD_SA", by=by, begun_by=by, message_id=2, inner=(41, 33, 40, 44, 45))
    notify = SeenNotify(REKEY_SA, protocol, b"", True)
    made.change(5, notifies=(notify,))
    if response:
        made.say("CREATE_CHILD_SA", by="ir"[by == "i"], begun_by=by, message_id=2, inner=(33, 40, 44, 45))
    return made.child(created_by="CREATE_CHILD_SA", frame_number=5, rekeyed_spi=spi, protocol="ESP", response_frame=6)


@pytest.mark.parametrize(
    ("spi", "protocol", "detail"),
    [
        ("", 3, "REKEY_SA without an SPI."),
        ("0011223344556677", 3, "REKEY_SA with an SPI of 8 bytes."),
        ("00112233", 1, "REKEY_SA for protocol 1."),
        ("00112233", 0, "REKEY_SA for protocol 0."),
        ("00112233", 9, "REKEY_SA for protocol 9."),
    ],
)
def test_odd_ones(spi: str, protocol: int, detail: str) -> None:
    (finding,) = found(ID, talk(spi, protocol, response=True))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("low", "certain", (5,))
    assert finding.detail == detail


def test_of_the_responder() -> None:
    assert found(ID, talk("", by="r"))[0].subject == "192.0.2.20"


@pytest.mark.parametrize("protocol", [2, 3])
def test_as_it_should_be(protocol: int) -> None:
    assert found(ID, talk("00112233", protocol)) == []


def test_nothing_is_said_of_what_was_not_read() -> None:
    assert found(ID, talk(None)) == []  # the message had no SA, so that its SPI was not noted
    assert found(ID, healthy()) == []
    new = healthy()
    new.say("CREATE_CHILD_SA", message_id=2, inner=(33, 40, 44, 45))
    assert found(ID, new.child(created_by="CREATE_CHILD_SA", frame_number=5, protocol="ESP")) == []
