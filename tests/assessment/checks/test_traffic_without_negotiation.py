from dataclasses import replace
from pathlib import Path

from analyzer.assessment.checks.traffic_without_negotiation import MOST_PAIRS
from analyzer.notebook import read_pcap
from tests.assessment.build import healthy
from tests.assessment.lives import fixtures_with, judged, recorded, stream, with_child
from tests.fixtures.cases import case
from tests.fixtures.spoiled import raw_frames, write

ID = "traffic-without-negotiation"


def test_of_hosts_that_negotiated_nothing() -> None:
    (finding,) = judged(ID, with_child(), streams=(stream("0c0c0c0c"), stream("0d0d0d0d", back=True, packets=1)))
    assert (finding.severity, finding.negotiation, finding.subject) == ("info", None, "192.0.2.10 and 192.0.2.20")
    assert finding.detail == "101 ESP packets on 2 SPIs."


def test_joined_traffic_has_its_negotiation() -> None:
    assert judged(ID, with_child(), streams=(stream(),)) == []


def test_esp_and_ah_are_kept_apart() -> None:
    both = judged(ID, streams=(stream("1"), stream("2", encapsulation="ah")))
    assert [f.detail for f in both] == ["100 ESP packets on 1 SPI.", "100 AH packets on 1 SPI."]


def test_of_very_many_pairs_those_of_most_packets_are_named() -> None:
    streams = [replace(stream(f"{n:08x}", packets=n), src_ip=f"198.51.100.{n}") for n in range(1, MOST_PAIRS + 4)]
    found = judged(ID, streams=tuple(streams))
    assert [f.subject for f in found[:-1]] == [f"192.0.2.20 and 198.51.100.{n}" for n in range(4, MOST_PAIRS + 4)]
    assert (found[-1].subject, found[-1].detail) == ("3 other pairs of hosts", "6 ESP or AH packets on 3 SPIs.")


def test_noise_on_port_4500_looks_like_it() -> None:
    assert fixtures_with(ID) == {"noise-on-ike-ports"}
    (finding,) = recorded(ID, "noise-on-ike-ports", keyed=True)
    assert finding.detail == "8 ESP packets on 8 SPIs."


def test_an_sa_of_one_of_the_hosts_whose_spis_were_not_read_may_have_made_it() -> None:
    """It may have moved to another address, or its times be wrong."""
    elsewhere = replace(stream("0c0c0c0c"), src_ip="198.51.100.7")
    read, closed, failed = healthy(), healthy(), healthy(outcome="failed")
    read.child(initiator_spi_in="0a0a0a0a", responder_spi_in="0b0b0b0b")
    closed.child(basis="inferred")
    for talk, confidence in ((read, "certain"), (closed, "likely"), (failed, "certain")):
        (found,) = judged(ID, talk, streams=(elsewhere,))
        assert found.confidence == confidence
    others = [replace(elsewhere, src_ip=f"198.51.100.{n}", packets=n) for n in range(1, MOST_PAIRS + 2)]
    assert {f.confidence for f in judged(ID, closed, streams=tuple(others))} == {"likely"}
    assert {f.confidence for f in judged(ID, read, streams=tuple(others))} == {"certain"}


def test_messages_that_nobody_could_read_may_have_made_it(tmp_path: Path) -> None:
    """ISAKMP headers that the snapshot length cuts belong to no negotiation, and are in the capture all the same."""
    frames = raw_frames(case("ikev2-raw-esp").capture)
    for size, confidence in ((68, "likely"), (65_535, None)):
        write([frame._replace(data=frame.data[:size]) for frame in frames], tmp_path / "x.pcapng")
        findings = read_pcap(tmp_path / "x.pcapng").tables["findings"].records()
        found = [f["confidence"] for f in findings if f["finding"] == ID]
        assert found == ([confidence] if confidence else [])
    esp = [frame for frame in frames if frame.data[23] == 50]
    write(esp, tmp_path / "x.pcapng")
    findings = read_pcap(tmp_path / "x.pcapng").tables["findings"].records()
    assert [f["confidence"] for f in findings if f["finding"] == ID] == ["certain"], "there is no message at all"
