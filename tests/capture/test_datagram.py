"""The records that the layer hands on."""

from analyzer.capture.datagram import CaptureInfo, EspStream, Flow


def test_nothing_is_claimed_before_it_was_seen() -> None:
    stream = EspStream("c0ffee01", "192.0.2.1", "192.0.2.2", "esp", 1, 1, None, None)
    assert (stream.first_seq, stream.last_seq, stream.missing, stream.duplicates) == (None,) * 4
    info = CaptureInfo("x.pcap")
    assert (info.first_time, info.last_time, info.packets) == (None, None, 0)


def test_records_do_not_share_lists() -> None:
    one, other = CaptureInfo("a"), CaptureInfo("b")
    one.link_types.append("ETHERNET")
    assert other.link_types == []
    flow = Flow("udp", "192.0.2.1", 500, "192.0.2.2", 500, 1, 1)
    assert (flow.messages, flow.esp_packets, flow.keepalives, flow.bytes) == (0, 0, 0, 0)


SECOND = 10**9


def keepalives(*times: float | None, side: bool = True) -> Flow:
    flow = Flow("udp", "192.0.2.1", 4500, "192.0.2.2", 4500, 1, 1)
    for time in times:
        flow.keepalive(1, None if time is None else round(time * SECOND), from_client=side)
    return flow


def test_the_keepalive_interval_is_the_shortest_gap() -> None:
    flow = keepalives(0, 20, 75, 95.5)
    assert (flow.keepalives, flow.keepalives_from_client, flow.keepalive_gap_ns) == (4, 4, 20 * SECOND)


def test_copies_and_times_that_run_backwards_make_no_interval() -> None:
    assert keepalives(10, 10.001, 9).keepalive_gap_ns is None
    assert keepalives(10, 10.001, 30, 30.001, side=False).keepalive_gap_ns == round(19.999 * SECOND)
    assert keepalives(10, None, 12).keepalive_gap_ns == 2 * SECOND


def test_one_keepalive_has_no_interval_and_sides_are_kept_apart() -> None:
    flow = keepalives(1)
    assert flow.keepalive_gap_ns is None
    flow.keepalive(1, 3 * SECOND, from_client=False)
    assert (flow.keepalives, flow.keepalives_from_client, flow.keepalive_gap_ns) == (2, 1, None)
    flow.keepalive(2, 8 * SECOND, from_client=True)
    assert flow.keepalive_gap_ns == 7 * SECOND
