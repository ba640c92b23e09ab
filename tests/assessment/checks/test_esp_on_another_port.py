import pytest

from analyzer.assessment import Finding
from analyzer.capture.datagram import Flow
from tests.assessment.build import INITIATOR, RESPONDER
from tests.assessment.lives import fixtures_with, judged, with_child

ID = "esp-on-another-port"


def flow(port: int, *, to_client: int = 0, from_client: int = 0, messages: int = 0, back: bool = False) -> Flow:
    """Between the initiator's port and the responder's 4500; `back`: the responder is behind the NAT."""
    client, server = ((RESPONDER, port), (INITIATOR, 4500)) if back else ((INITIATOR, port), (RESPONDER, 4500))
    made = Flow("udp-4500", *client, *server, 3, 60, messages=messages)
    made.esp_packets, made.esp_from_client = to_client + from_client, from_client
    return made


def found(*flows: Flow) -> list[Finding]:
    talk = with_child()
    talk.n.moves = [(3, INITIATOR, 40002, RESPONDER, 4500)]
    return judged(ID, talk, flows=list(flows))


def test_both_ports_are_named() -> None:
    (finding,) = found(flow(40002, to_client=20, messages=2), flow(51777, from_client=20))
    assert (finding.severity, finding.confidence, finding.negotiation) == ("low", "likely", 1)
    assert finding.subject == "192.0.2.10, to port 40002 and from port 51777"
    assert finding.detail.startswith("ESP for 192.0.2.10 goes to port 40002, the port of its IKE messages (20 packets)")


def test_the_responder_may_be_behind_the_nat() -> None:
    (finding,) = found(flow(40002, to_client=4, messages=2, back=True), flow(51777, from_client=4, back=True))
    assert finding.subject.startswith("192.0.2.20, to port 40002")


@pytest.mark.parametrize(
    "flows",
    [
        (flow(40002, to_client=20, from_client=20, messages=2),),
        (flow(40002, to_client=20, from_client=5, messages=2), flow(51777, from_client=20)),
        (flow(40002, to_client=20, messages=2), flow(51777, from_client=20, messages=2)),
        (flow(40002, to_client=20, messages=2), flow(51777, to_client=20)),
        (flow(40002, to_client=2, messages=2), flow(51777, from_client=2)),
        (flow(40002, to_client=20, messages=2),),
    ],
    ids=["one port", "rebinding", "two clients", "same way", "too few", "one way only"],
)
def test_nothing_to_say(flows: tuple[Flow, ...]) -> None:
    assert found(*flows) == []


def test_no_recording() -> None:
    assert fixtures_with(ID) == set()
