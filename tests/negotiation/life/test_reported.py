"""ICMP errors about ESP and the SAs that they are about."""

from analyzer.capture.datagram import EspStream, IcmpError
from analyzer.negotiation.life import Lives
from analyzer.negotiation.life.reported import about_traffic
from tests.negotiation.build import A, B, Talk, established


def error(frame: int, spi: str | None = "c0ffee01", *, protocol: str = "esp", back: bool = False) -> IcmpError:
    source, target = (B, A) if back else (A, B)
    head = frame, round(1002e9), "203.0.113.9", 3, 1, "host-unreachable", None
    return IcmpError(*head, source[0], None, target[0], None, b"", protocol, spi)


def reported(*errors: IcmpError, streams: tuple[EspStream, ...] = ()) -> dict[int, list[int]]:
    """Frames of errors by SA; the first SA has frames 1 to 4, the second 5 to 8."""
    talk = Talk()
    established(talk, spis=("11" * 8, "22" * 8))
    established(talk, spis=("33" * 8, "44" * 8))
    for each in errors:
        talk.tracker.icmp(each)
    told = talk.story(10, streams)
    return {number: [e.frame_number for e in found] for number, found in Lives(told).reported.items()}


def test_the_newest_sa_of_the_hosts_before_the_error() -> None:
    assert reported(error(3), error(7), error(9), error(9, back=True)) == {1: [3], 2: [7, 9, 9]}


def test_the_sa_of_the_stream_that_is_quoted() -> None:
    time = round(1000.05e9)
    mine = EspStream("c0ffee01", A[0], B[0], "esp", 4, 30, time, time + 1, packets=3)
    before = EspStream("c0ffee02", A[0], B[0], "esp", 4, 30, round(990e9), round(991e9), packets=3)
    assert reported(error(9), streams=(mine,)) == {1: [9]}
    assert reported(error(9, "c0ffee02"), streams=(before,)) == {2: [9]}, "no SA is known for the stream itself"


def test_errors_about_ike_fragments_and_other_hosts() -> None:
    assert not about_traffic(error(9, None, protocol="udp"))
    assert reported(error(9, None, protocol="udp"), error(9, None, protocol="fragment")) == {}
    other = error(9)._replace(src_ip="198.51.100.99")
    assert reported(other) == {}
