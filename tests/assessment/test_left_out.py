"""A filter that the file names, held to what is in the capture."""

import pytest

from analyzer.assessment.left_out import LeftOut
from analyzer.capture.bpf import Packet
from analyzer.capture.datagram import Flow
from tests.assessment.build import story
from tests.negotiation.build import A, B

NAT_T = Packet(17, ports=(4500, 4500))


def left_out(*filters: str, port: int = 500, transport: str = "udp") -> LeftOut:
    flow = Flow(transport, A[0], port, B[0], 500, 1, 2, messages=2)
    return LeftOut(story(flows=[flow], filters=filters), has_udp_4500=False)


def test_what_no_filter_lets_pass_is_left_out() -> None:
    known = left_out("udp port 500", "host 10.9.9.9 or udp port 500")
    assert known.of(Packet(17, "10.0.0.7", "10.0.0.8", (4500, 4500))) == "the capture filter 'udp port 500'"
    assert known.of(Packet(17, ports=(500, 500))) == ""


@pytest.mark.parametrize("words", ["udp port 4789", "host 172.16.0.1 and gre", "tcp"])
def test_a_filter_of_the_outer_packets_says_nothing_of_what_is_in_the_tunnel(words: str) -> None:
    """It would have left out the messages that are there."""
    known = left_out(words)
    assert (known.udp_4500, known.icmp, known.esp, known.of(NAT_T)) == ("", "", "", "")


@pytest.mark.parametrize(("words", "port"), [("src port 500", 500), ("dst port 500", 1024), (f"src host {B[0]}", 500)])
def test_a_filter_of_one_direction_is_that_of_what_is_there(words: str, port: int) -> None:
    assert left_out(words, port=port).of(Packet(17, A[0], "10.9.9.9", (7, 7))) == f"the capture filter '{words}'"


def test_what_is_seen_is_not_left_out() -> None:
    assert LeftOut(story(filters=("udp port 500",)), has_udp_4500=True).udp_4500 == ""
    assert left_out("udp port 500").icmp
    assert left_out("udp port 500").esp
    assert left_out("udp port 500 or icmp").icmp == ""
