from analyzer.assessment import Assessment
from analyzer.capture.datagram import CaptureInfo, Flow
from analyzer.negotiation.life import Lives
from analyzer.negotiation.story import Story
from analyzer.tables.run import Entry, Run
from tests.negotiation.build import Talk
from tests.tables.made import read, rows, run_of


def test_a_capture_is_judged_once_and_only_when_asked() -> None:
    asked = []

    def judge() -> Assessment:
        asked.append(1)
        return Assessment()

    run = Run(CaptureInfo("x"), [], [], Lives(Talk().story()), judge)
    assert not asked
    assert run.assessment is run.assessment
    assert asked == [1]


def test_keepalives_are_those_of_the_flows() -> None:
    flow = Flow("udp", "192.0.2.1", 4500, "192.0.2.2", 4500, 1, 9)
    flow.keepalive_gap_ns = 20
    ends = frozenset({("192.0.2.1", 4500), ("192.0.2.2", 4500)})
    assert run_of(Talk().story(), flows=[flow]).keepalives == {ends: 20}
    assert run_of(Talk().story()).keepalives == {}


def test_packets_are_counted_by_direction() -> None:
    analysis = read("ikev2-natt-data", keys=True)
    (child,) = rows(analysis, "child_sas")
    counted = {"initiator": 0, "responder": 0}
    for stream in rows(analysis, "esp_streams"):
        counted[stream["to"]] += stream["packets"]
    assert (child["esp_packets_to_initiator"], child["esp_packets_to_responder"]) == tuple(counted.values())


def test_an_entry_knows_its_capture() -> None:
    story: Story = Talk().story()
    assert Entry("item", run_of(story)).capture == "x"
