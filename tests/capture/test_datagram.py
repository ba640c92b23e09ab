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
