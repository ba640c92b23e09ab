import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.isakmp.payloads.content_3gpp_bearer import FORMS
from tests.isakmp.wire import find, form_of, nodes, pairs


def with_length(data: str) -> bytes:
    content = bytes.fromhex(data)
    return bytes([len(content)]) + content


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("09", [("qos_class_identifier", "9")]),
        ("02010203", [("qos_class_identifier", "2"), ("bit_rates", "010203")]),
        (
            "01 3f 40 7f 80",
            [
                ("qos_class_identifier", "1"),
                ("maximum_uplink", "63 kbit/s"),
                ("maximum_downlink", "64 kbit/s"),
                ("guaranteed_uplink", "568 kbit/s"),
                ("guaranteed_downlink", "576 kbit/s"),
            ],
        ),
    ],
)
def test_quality_of_service(data: str, told: list[tuple[str, str]]) -> None:
    node = form_of("3gpp-eps-qos", with_length(data))
    assert pairs(node)[1:] == told


def test_extended_rates_take_the_place_of_the_first_ones() -> None:
    rates = pairs(form_of("3gpp-eps-qos", with_length("01 fefefefe 004bbbff 00000000")))
    assert [text for _, text in rates[2:6]] == ["8640 kbit/s", "17000 kbit/s", "130000 kbit/s", "256000 kbit/s"]
    assert rates[7] == ("maximum_downlink_extended", "75")
    rates = pairs(form_of("3gpp-eps-qos", with_length("01 fefefefe fafafafa 013ea2ff")))
    assert [text for _, text in rates[2:6]] == ["260000 kbit/s", "510000 kbit/s", "1600000 kbit/s", "10000000 kbit/s"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("3f41", ["63 kbit/s", "72 kbit/s"]),
        ("80ff", ["576 kbit/s", "0 kbit/s"]),
        ("00fe", ["reserved", "8640 kbit/s"]),
        ("fefe 4afa", ["16000 kbit/s", "256000 kbit/s"]),
        ("fefe fa00 0102", ["512000 kbit/s", "520640 kbit/s"]),
    ],
)
def test_aggregate_rates(data: str, told: list[str]) -> None:
    found = pairs(form_of("3gpp-aggregate-rate", with_length(data)))
    assert [name for name, _ in found[1:3]] == ["downlink", "uplink"]
    assert [text for _, text in found[1:3]] == told


def test_filters_of_a_traffic_flow_template() -> None:
    one = "10 c0000200ffffff00 30 11 51 03e803ef"
    two = "21 20010db8000000000000000000000000 20 60 01020304 70 b8fc 80 0abcde"
    template = f"22 31 05 {len(bytes.fromhex(one)):02x} {one} 12 06 {len(bytes.fromhex(two)):02x} {two}"
    root = form_of("3gpp-traffic-flow", with_length(template))
    assert find(root, "operation_and_number").meaning == "create new TFT, number of filters 2"
    filters = [node for node in nodes(root) if node.name == "packet_filter"]
    directions = [find(node, "direction_and_identifier").meaning for node in filters]
    assert directions == ["bidirectional, identifier 1", "downlink only, identifier 2"]
    assert [find(node, "evaluation_precedence").value for node in filters] == ["5", "6"]
    components = [node for node in nodes(root) if node.name == "component"]
    assert [(node.value, node.meaning) for node in components] == [
        ("16", "192.0.2.0/24"),
        ("48", "protocol identifier/next header"),
        ("81", "remote port range"),
        ("33", "2001:db8::/32"),
        ("96", "security parameter index"),
        ("112", "type of service/traffic class"),
        ("128", "flow label"),
    ]
    assert pairs(components[1])[1] == ("protocol", "UDP")
    assert pairs(components[2])[1:] == [("low_port", "1000"), ("high_port", "1007")]
    assert pairs(components[4])[1] == ("spi", "0x01020304")
    assert components[0].length == 9


def test_other_operations_and_parameters() -> None:
    deleted = pairs(form_of("3gpp-traffic-flow", with_length("a2 01 02")))
    assert deleted[1][1] == "delete packet filters from existing TFT, number of filters 2"
    assert deleted[2:] == [("packet_filter_identifier", "1"), ("packet_filter_identifier", "2")]
    parameters = "01 01 aa  02 04 00010002  03 02 0102  04 02 abcd"
    root = form_of("3gpp-traffic-flow", with_length(f"d0 {parameters}"))
    assert [pairs(node)[2:] for node in nodes(root) if node.name == "parameter"] == [
        [("authorization_token", "aa")],
        [("media_component_number", "1"), ("ip_flow_number", "2")],
        [("packet_filter_identifier", "1"), ("packet_filter_identifier", "2")],
        [("parameter_contents", "abcd")],
    ]


def test_a_component_that_is_not_known_ends_its_filter() -> None:
    root = form_of("3gpp-traffic-flow", with_length("21 11 01 03 99 3011"))
    assert pairs(find(root, "component"))[1] == ("undecoded_bytes", "3011")


def test_filters_of_ethernet() -> None:
    one = "81 020000000001 82 020000000002 83 0fff 84 0064 85 0e 86 0d 87 0800"
    root = form_of("3gpp-traffic-flow", with_length(f"21 31 05 {len(bytes.fromhex(one)):02x} {one}"))
    told = [(n.meaning, n.children[1].value) for n in nodes(root) if n.name == "component"]
    assert told == [
        ("destination MAC address", "020000000001"),
        ("source MAC address", "020000000002"),
        ("802.1Q C-TAG VID", "4095"),
        ("802.1Q S-TAG VID", "100"),
        ("802.1Q C-TAG PCP/DEI", "0x0e"),
        ("802.1Q S-TAG PCP/DEI", "0x0d"),
        ("Ethertype", "0x0800"),
    ]


def test_rates_as_multiples_of_a_unit() -> None:
    assert pairs(form_of("3gpp-extended-eps-qos", with_length("01 0001 0002 03 0004 0005")))[1:] == [
        ("maximum_unit", "multiples of 200 kbit/s"),
        ("maximum_uplink", "200 kbit/s"),
        ("maximum_downlink", "400 kbit/s"),
        ("guaranteed_unit", "multiples of 4000 kbit/s"),
        ("guaranteed_uplink", "16000 kbit/s"),
        ("guaranteed_downlink", "20000 kbit/s"),
    ]
    assert pairs(form_of("3gpp-extended-aggregate-rate", with_length("04 0001 16 0002 ab")))[1:] == [
        ("downlink_unit", "multiples of 16000 kbit/s"),
        ("downlink", "16000 kbit/s"),
        ("uplink_unit", "multiples of 256000000000000 kbit/s"),  # 256 Pbit/s, the largest
        ("uplink", "512000000000000 kbit/s"),
        ("bit_rates", "ab"),
    ]
    unused = pairs(form_of("3gpp-extended-aggregate-rate", with_length("02 0001 07 0001")))
    assert unused[1:] == [
        ("downlink_unit", "not used"),
        ("downlink", "1"),
        ("uplink_unit", "multiples of 1000000 kbit/s"),
        ("uplink", "1000000 kbit/s"),
    ]


@pytest.mark.parametrize("form", FORMS)
def test_data_without_a_fitting_length_stay_bytes(form: str) -> None:
    assert form_of(form, bytes.fromhex("0909")).children == []
    assert form_of(form, bytes.fromhex("07")).children == []


@given(st.sampled_from(sorted(FORMS)), st.binary(max_size=255))
def test_bad_bytes_never_raise(form: str, data: bytes) -> None:
    root = form_of(form, bytes([len(data)]) + data)
    assert all(node.offset >= 0 and node.offset + node.length <= len(data) + 1 for node in nodes(root))
