from pathlib import Path

import pytest

import analyzer
from tests.assessment.lives import fixtures_with, judged, stream, with_child
from tests.capture.packets import HOST_A, HOST_B, ethernet, ipv4
from tests.fixtures.spoiled import SECOND, Raw, write

ID = "packets-out-of-order"


def esp_frame(number: int, time_ns: int) -> Raw:
    data = ethernet(ipv4(50, bytes.fromhex("c0ffee01") + number.to_bytes(4, "big") + bytes(64), HOST_A, HOST_B))
    return Raw(time_ns, 1, data, len(data))


@pytest.mark.parametrize("encapsulation", ["esp", "ah", "udp"])
def test_packets_beyond_the_replay_window(encapsulation: str) -> None:
    (finding,) = judged(ID, with_child(), streams=(stream(encapsulation=encapsulation, late_32=7, late_64=2),))
    assert (finding.severity, finding.confidence, finding.negotiation) == ("low", "likely", 1)
    assert "7 of 100 packets come 32 or more numbers late, 2 of them 64 or more" in finding.detail
    assert finding.detail.startswith("AH" if encapsulation == "ah" else "ESP")


def test_little_disorder_and_what_cannot_be_known_is_no_finding() -> None:
    assert judged(ID, with_child(), streams=(stream(late_32=2, late_64=2), stream("2"))) == []


@pytest.mark.parametrize("unsorted", [False, True])
def test_a_file_whose_own_order_is_wrong_shows_nothing_of_the_path(unsorted: bool, tmp_path: Path) -> None:
    """The second capture of a tunnel stands before the first."""
    packets = [esp_frame(number, number * SECOND // 10) for number in range(1, 101)]
    late = packets[:40]
    frames = [*packets[40:], *late] if unsorted else [*packets[40:], *(f._replace(time_ns=11 * SECOND) for f in late)]
    write(frames, tmp_path / "two.pcapng")
    found = analyzer.read_pcap(tmp_path / "two.pcapng").tables["findings"].records()
    assert (ID in {row["finding"] for row in found}) is not unsorted


def test_no_recording() -> None:
    assert fixtures_with(ID) == set()
