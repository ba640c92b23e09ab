"""Flows and streams."""

from ipaddress import ip_address

import pytest

from analyzer.capture import ledger as module
from analyzer.capture.damage import Damage
from analyzer.capture.ledger import ENCAPSULATIONS, NO_PORTS, EspPacket, Ledger

A, B = ip_address("192.0.2.1").packed, ip_address("198.51.100.2").packed
PORTS = (4500).to_bytes(2, "big") * 2
UDP, RAW = ENCAPSULATIONS.index("udp"), ENCAPSULATIONS.index("esp")


def packet(frame: int, spi: int = 1, sequence: int | None = 1, *, back: bool = False, kind: int = UDP) -> EspPacket:
    pair = B + A if back else A + B
    ports = PORTS if kind == UDP else NO_PORTS
    return EspPacket(frame, frame * 10, kind, pair + ports, spi.to_bytes(4, "big"), sequence, 100)


def message(ledger: Ledger, frame: int, *, back: bool = False) -> None:
    key = (B + A if back else A + B) + PORTS
    found = ledger.ike_flow("udp", key, frame)
    assert found is not None
    flow, from_client = found
    flow.messages += 1
    flow.last_frame = frame
    flow.messages_from_client += from_client


def test_a_flow_has_two_directions_and_the_first_sender_is_the_client() -> None:
    ledger = Ledger()
    for frame, back in ((3, True), (4, False), (9, True)):
        ledger.esp(packet(frame, back=back, kind=RAW))
    (flow,) = ledger.flows()
    assert (flow.client_ip, flow.client_port, flow.server_port) == ("198.51.100.2", None, None)
    assert (flow.transport, flow.esp_packets, flow.esp_from_client, flow.bytes) == ("esp", 3, 2, 300)
    assert (flow.first_frame, flow.last_frame) == (3, 9)


@pytest.mark.parametrize("esp_first", [False, True])
@pytest.mark.parametrize("back", [False, True])
def test_ike_and_esp_of_one_flow_are_one_row(esp_first: bool, back: bool) -> None:
    ledger = Ledger()
    ledger.esp(packet(1 if esp_first else 6, back=back))
    ledger.esp(packet(8, 2, back=False))
    message(ledger, 5)
    message(ledger, 7, back=True)
    (flow,) = ledger.flows()
    client_is_b = esp_first and back
    assert flow.client_ip == ("198.51.100.2" if client_is_b else "192.0.2.1")
    assert (flow.transport, flow.messages, flow.esp_packets) == ("udp-4500", 2, 2)
    assert flow.messages_from_client == 1
    assert flow.esp_from_client == (1 if back else 2)
    assert (flow.first_frame, flow.last_frame) == (1 if esp_first else 5, 8)


@pytest.mark.parametrize("client_is_b", [False, True])
def test_keepalives_change_sides_with_the_client(client_is_b: bool) -> None:
    ledger = Ledger()
    message(ledger, 5)
    found = ledger.ike_flow("udp", A + B + PORTS, 6)
    assert found is not None
    for side in (True, True, False):
        found[0].keepalive(9, None, from_client=side)
    ledger.esp(packet(1, back=client_is_b))  # known only when the two kinds are put together
    (flow,) = ledger.flows()
    assert (flow.keepalives, flow.keepalives_from_client) == (3, 1 if client_is_b else 2)


def test_streams_by_spi_direction_and_encapsulation() -> None:
    ledger = Ledger()
    for frame, (spi, sequence, back, kind) in enumerate(
        [
            (1, 1, False, UDP),
            (1, 2, False, UDP),
            (1, 4, False, UDP),
            (1, 1, True, UDP),
            (2, 1, False, UDP),
            (1, 9, False, RAW),
        ],
        1,
    ):
        ledger.esp(packet(frame, spi, sequence, back=back, kind=kind))
    streams = ledger.streams()
    assert [(s.spi, s.encapsulation, s.src_ip, s.packets) for s in streams] == [
        ("00000001", "udp", "192.0.2.1", 3),
        ("00000001", "udp", "198.51.100.2", 1),
        ("00000002", "udp", "192.0.2.1", 1),
        ("00000001", "esp", "192.0.2.1", 1),
    ]
    first = streams[0]
    assert (first.first_seq, first.last_seq, first.missing, first.duplicates, first.bytes) == (1, 4, 1, 0, 300)
    assert (first.first_frame, first.last_frame, first.first_time, first.last_time) == (1, 3, 10, 30)


def test_ports_do_not_tell_streams_apart() -> None:
    ledger = Ledger()
    ledger.esp(packet(1))
    moved = packet(2, sequence=2)
    ledger.esp(moved._replace(key=moved.key[:-4] + b"\x99\x99\x11\x94"))
    assert [s.packets for s in ledger.streams()] == [2]
    assert len(ledger.flows()) == 2


def test_a_sequence_number_not_captured_makes_the_counts_unknown() -> None:
    ledger = Ledger()
    ledger.esp(packet(1, sequence=5))
    ledger.esp(packet(2, sequence=None))
    (stream,) = ledger.streams()
    assert (stream.first_seq, stream.missing, stream.duplicates) == (5, None, None)


def test_limits_are_told_and_totals_stay_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_STREAMS", 2)
    monkeypatch.setattr(module, "MAX_ESP_FLOWS", 1)
    ledger, damage = Ledger(), Damage()
    for frame in range(1, 6):
        ledger.esp(packet(frame, spi=frame))
    other = packet(6, spi=1)
    ledger.esp(other._replace(key=other.key[:-4] + b"\1\1\1\1"))
    assert ledger.esp_packets == 6
    assert [s.spi for s in ledger.streams()] == ["00000001", "00000002"]
    assert len(ledger.flows()) == 1
    ledger.report(damage)
    assert [(d.kind, d.found) for d in damage.defects()] == [
        ("limit-esp-streams", "3 packets of others"),
        ("limit-flows", "1 packets of others"),
    ]
    # What the bulk reader asks of full tables.
    assert ledger.full_streams() is not None
    assert set(ledger.full_esp_tables()) == {UDP}
    ledger.count_unlisted(UDP, 4)
    assert ledger.esp_packets == 10


def test_released_it_keeps_nothing_and_what_it_handed_out_stays() -> None:
    ledger = Ledger()
    ledger.esp(packet(1))
    message(ledger, 5)
    flows, streams = ledger.flows(), ledger.streams()
    ledger.release()
    assert [*ledger.flows(), *ledger.streams()] == []
    assert (len(flows), len(streams), flows[0].esp_packets) == (1, 1, 1)


def test_order_is_that_of_first_frames() -> None:
    ledger = Ledger()
    for frame, spi in ((5, 9), (7, 1), (6, 3)):
        other = packet(frame, spi)
        ledger.esp(other._replace(key=other.key[:-4] + spi.to_bytes(4, "big")))
    assert [f.first_frame for f in ledger.flows()] == [5, 6, 7]
    assert [s.first_frame for s in ledger.streams()] == [5, 6, 7]
