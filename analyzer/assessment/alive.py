"""Signs of life of a side beside its IKE messages: the ESP and AH packets and the NAT keepalives that it sends."""

from typing import NamedTuple

from analyzer.assessment.case import Case
from analyzer.assessment.scene import ordered
from analyzer.capture.datagram import OVERTAKEN_NS, EspStream, Flow, IcmpError
from analyzer.negotiation.model import Step


class Traffic(NamedTuple):
    """What one side of an SA sent beside IKE, last. `name`: ESP or AH; packets: of that stream, in all. Times in ns."""

    name: str
    packets: int
    frame_number: int
    time_ns: int


def traffic_of(case: Case, *, from_initiator: bool, after: Step | IcmpError | None = None) -> Traffic | None:
    """The ESP or AH stream of one side whose packets go on longest; None: it sent none, or its times are unknown.

    after: only a stream with a packet behind that one, in the file too: where the clock was set back meanwhile, the
    packets before have the later times.
    """
    found: Traffic | None = None
    for joined in case.scene.streams_of.get(case.n.number, ()):
        stream = joined.stream
        if joined.to_initiator is None or joined.to_initiator is from_initiator or stream.last_time is None:
            continue
        if after is not None and not _is_behind(stream, stream.last_time, after):
            continue
        if found is None or stream.last_time > found.time_ns:
            name = "AH" if stream.encapsulation == "ah" else "ESP"
            found = Traffic(name, case.scene.story.packets_of(stream), stream.last_frame, stream.last_time)
    return found


def _is_behind(stream: EspStream, last_time: int, other: Step | IcmpError) -> bool:
    return stream.last_frame > other.frame_number and other.time_ns is not None and last_time > other.time_ns


def keepalive_of(case: Case, *, from_initiator: bool) -> int | None:
    """When the last NAT keepalive of one side was sent between the ports of this SA (RFC 3948 section 4), in ns."""
    n, latest = case.n, []
    paths = {place[1:] for place in n.addresses} | {
        (n.initiator_ip, n.initiator_port, n.responder_ip, n.responder_port)
    }
    for flow in case.scene.keepalive_flows.get(ordered(n.initiator_ip, n.responder_ip), ()):
        server, client = flow.last_keepalives
        for client_begins in (True, False):
            if _ends(flow, from_client=client_begins) in paths:
                latest += [client if from_initiator is client_begins else server]
    return max((time for time in latest if time is not None), default=None)


def set_back_before(case: Case, step: Step) -> bool:
    """The clock was set back between a message of this SA and this one: times on both sides do not compare."""
    if step.time_ns is None:
        return False
    latest = step.time_ns + OVERTAKEN_NS
    earlier = (s.time_ns for e in case.exchanges for s in e.steps if s.frame_number < step.frame_number)
    return any(time is not None and time > latest for time in earlier)


def _ends(flow: Flow, *, from_client: bool) -> tuple[str, int | None, str, int | None]:
    client, server = (flow.client_ip, flow.client_port), (flow.server_ip, flow.server_port)
    return (*client, *server) if from_client else (*server, *client)
