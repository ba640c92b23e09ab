import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.isakmp.wire import find, form_of, nodes, pairs

CONDITIONS = "c0000201 c6336401 20010db8000000000000000000000001 20010db8000000000000000000000002 18 1c 0a0b0c0d 11"


def with_length(data: str) -> bytes:
    content = bytes.fromhex(data)
    return bytes([len(content)]) + content


def parameter(kind: int, data: str) -> str:
    return f"{kind:02x} {with_length(data).hex()}"


def test_parameters() -> None:
    listed = [(1, "02"), (2, "01"), (3, "1a"), (6, "02"), (7, "02"), (8, "06"), (9, "0102"), (1, "0102")]
    root = form_of("3gpp-nbifom", with_length(" ".join(parameter(kind, data) for kind, data in listed)))
    assert [pairs(node)[2] for node in nodes(root) if node.name == "parameter"] == [
        ("parameter_contents", "network-initiated NBIFOM mode"),
        ("parameter_contents", "3GPP access"),
        ("parameter_contents", "insufficient resources"),
        ("parameter_contents", "RAN rules handling parameter set"),
        ("parameter_contents", "move traffic from WLAN"),
        ("access_usability", "WLAN: becomes usable, 3GPP: becomes unusable"),
        ("parameter_contents", "0102"),
        ("parameter_contents", "0102"),
    ]


@pytest.mark.parametrize("ports", ["03e8 03e9 07d0 07d1", "000003e8 000003e9 000007d0 000007d1"])
def test_a_routing_rule_with_every_condition(ports: str) -> None:
    rule = with_length(f"07 41 09 ff3f0000 {CONDITIONS} {ports} b8 0abcde").hex()
    root = form_of("3gpp-nbifom", with_length(parameter(4, rule + with_length("08 82").hex())))
    first, second = (node for node in nodes(root) if node.name == "routing_rule")
    assert pairs(first)[1:4] == [
        ("rule_identifier", "7"),
        ("access_and_operation", "create routing rule, 3GPP access"),
        ("priority", "9"),
    ]
    assert pairs(first)[5:] == [
        ("source_address", "192.0.2.1"),
        ("destination_address", "198.51.100.1"),
        ("source_address_6", "2001:db8::1"),
        ("destination_address_6", "2001:db8::2"),
        ("source_prefix_length", "24"),
        ("destination_prefix_length", "28"),
        ("spi", "0x0a0b0c0d"),
        ("protocol", "UDP"),
        ("source_port_start", "1000"),
        ("source_port_end", "1001"),
        ("destination_port_start", "2000"),
        ("destination_port_end", "2001"),
        ("type_of_service", "0xb8"),
        ("flow_label", "0abcde"),
    ]
    assert "protocol" in find(first, "conditions").meaning
    assert pairs(second)[1:] == [
        ("rule_identifier", "8"),
        ("access_and_operation", "delete routing rule, non-3GPP access"),
    ]


def test_conditions_that_do_not_fill_the_rule_stay_bytes() -> None:
    rule = with_length("07 41 09 00010000 0102 03").hex()
    root = form_of("3gpp-nbifom", with_length(parameter(4, rule)))
    assert pairs(find(root, "routing_rule"))[-1] == ("undecoded_bytes", "010203")


def test_data_without_a_fitting_length_stay_bytes() -> None:
    assert form_of("3gpp-nbifom", bytes.fromhex("0909")).children == []
    assert form_of("3gpp-nbifom", bytes.fromhex("07")).children == []


@given(st.binary(max_size=200))
def test_bad_bytes_never_raise(data: bytes) -> None:
    root = form_of("3gpp-nbifom", bytes([len(data)]) + data)
    assert all(node.offset >= 0 and node.offset + node.length <= len(data) + 1 for node in nodes(root))
    rules = form_of("3gpp-nbifom", bytes([len(data) + 2, 4, len(data)]) + data)
    assert all(node.offset >= 0 and node.offset + node.length <= len(data) + 3 for node in nodes(rules))
