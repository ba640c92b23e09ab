"""Forms of notification data about EPS bearers: their quality of service, the traffic that goes through them.

The notifications are those of TS 24.302, what stands in them behind a length is of TS 24.008 and TS 24.301.
"""

from collections.abc import Callable
from typing import Any

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.content_3gpp import LENGTH, has_length
from analyzer.isakmp.text import address_text, subnet_text

QOS_CLASS = Layout(">B", "qos_class_identifier")
OPERATION = Layout(">B", "operation_and_number=hex")
FILTER = Layout(">BBB", "direction_and_identifier=hex", "evaluation_precedence", "length")
IDENTIFIER = Layout(">B", "packet_filter_identifier")
COMPONENT = Layout(">B", "component_type=3gpp-tft-components")
PARAMETER = Layout(">BB", "parameter_identifier=3gpp-tft-parameters", "length")
FLOW = Layout(">HH", "media_component_number", "ip_flow_number")
EXTENDED_QOS = (
    Layout(">BHH", "maximum_unit", "maximum_uplink", "maximum_downlink"),
    Layout(">BHH", "guaranteed_unit", "guaranteed_uplink", "guaranteed_downlink"),
)
EXTENDED_AGGREGATE = (Layout(">BH", "downlink_unit", "downlink"), Layout(">BH", "uplink_unit", "uplink"))

_SUBNET_4 = Layout(">4s4s", "address", "mask")
_PREFIX_6 = Layout(">16sB", "address", "prefix_length")
_PORT, _PORTS = Layout(">H", "port"), Layout(">HH", "low_port", "high_port")
_MAC = Layout(">6s", "mac_address")
_VLAN, _PRIORITY = Layout(">H", "vlan_identifier"), Layout(">B", "priority_and_drop_eligible=hex")
_COMPONENTS = {  # TS 24.008 table 10.5.162
    0x10: _SUBNET_4,
    0x11: _SUBNET_4,
    0x20: Layout(">16s16s", "address", "mask"),
    0x21: _PREFIX_6,
    0x23: _PREFIX_6,
    0x30: Layout(">B", "protocol=ip-protocols"),
    0x40: _PORT,
    0x41: _PORTS,
    0x50: _PORT,
    0x51: _PORTS,
    0x60: Layout(">I", "spi=hex"),
    0x70: Layout(">BB", "type_of_service=hex", "mask=hex"),
    0x80: Layout(">3s", "flow_label"),
    0x81: _MAC,
    0x82: _MAC,
    0x83: _VLAN,
    0x84: _VLAN,
    0x85: _PRIORITY,
    0x86: _PRIORITY,
    0x87: Layout(">H", "ethertype=hex"),
}
_AUTHORIZATION_TOKEN, _FLOW_IDENTIFIER, _FILTER_IDENTIFIER = 1, 2, 3  # parameters, table 10.5.162
_WITH_FILTERS, _WITH_IDENTIFIERS = (1, 3, 4), 5  # operations
_PARAMETERS_FOLLOW = 0x10

_BEARER_RATES = ("maximum_uplink", "maximum_downlink", "guaranteed_uplink", "guaranteed_downlink")
_AGGREGATE_RATES = ("downlink", "uplink")
_LAYOUTS: dict[tuple[str, ...], list[Layout]] = {
    names: [
        Layout(f">{'B' * len(names)}", *(name + more for name in names)) for more in ("", "_extended", "_extended_2")
    ]
    for names in (_BEARER_RATES, _AGGREGATE_RATES)
}
_Steps = tuple[tuple[int, int, int], ...]  # up to this value, kbit/s at the value before it began, kbit/s a step
_BASE: _Steps = ((0x3F, 0, 1), (0x7F, 56, 8), (0xFE, 512, 64))
_EXTENDED: _Steps = ((74, 8600, 100), (186, 16000, 1000), (250, 128000, 2000))
_EXTENDED_2: _Steps = ((61, 256000, 4000), (161, 500000, 10000), (246, 1500000, 100000))
_AGGREGATE_STEP = 256000
_LEAST_QOS_UNIT, _LEAST_AGGREGATE_UNIT, _LAST_UNIT = 1, 3, 21


def _eps_qos(cursor: Cursor) -> None:
    """EPS quality of service (TS 24.301 section 9.9.4.3) behind its length."""
    if has_length(cursor):
        cursor.fields(LENGTH)
        cursor.fields(QOS_CLASS)
        _rates(cursor, _BEARER_RATES)


def _aggregate_rate(cursor: Cursor) -> None:
    """APN aggregate maximum bit rate (TS 24.301 section 9.9.4.2) behind its length."""
    if has_length(cursor):
        cursor.fields(LENGTH)
        _rates(cursor, _AGGREGATE_RATES)


def _extended_qos(cursor: Cursor) -> None:
    """Extended EPS quality of service (TS 24.301 section 9.9.4.30) behind its length: rates above 10 Gbit/s."""
    _multiples(cursor, EXTENDED_QOS, _LEAST_QOS_UNIT)


def _extended_aggregate(cursor: Cursor) -> None:
    """Extended APN aggregate maximum bit rate (TS 24.301 section 9.9.4.29) behind its length."""
    _multiples(cursor, EXTENDED_AGGREGATE, _LEAST_AGGREGATE_UNIT)


def _multiples(cursor: Cursor, layouts: tuple[Layout, ...], least: int) -> None:
    """Bit rates as multiples of a unit that stands before them."""
    if not has_length(cursor):
        return
    cursor.fields(LENGTH)
    for layout in layouts:
        if cursor.remaining < layout.size:
            break
        unit, *rates = cursor.fields(layout)
        (unit_name, _), *names = layout.fields
        step = _unit(unit) if unit >= least else None
        cursor.mean(unit_name, "not used" if step is None else f"multiples of {step} kbit/s")
        for (name, _), rate in zip(names, rates, strict=True):
            cursor.mean(name, "" if step is None else f"{rate * step} kbit/s")
    cursor.rest("bit_rates")


def _unit(code: int) -> int:
    """Kbit/s: 200, then four, 16, 64 and 256 times each thousand from 1 Mbit/s on; above the last it is meant."""
    code = min(code, _LAST_UNIT)
    if code == _LEAST_QOS_UNIT:
        return 200
    thousands, fours = divmod(code - 2, 5)
    return int(1000 ** (1 + thousands) * 4**fours)


def _rates(cursor: Cursor, names: tuple[str, ...]) -> None:
    """Bit rates, each with the octets further on that extend it."""
    found = [cursor.fields(layout) for layout in _LAYOUTS[names] if cursor.remaining >= layout.size]
    for name, octets in zip(names, zip(*found, strict=True), strict=False):
        cursor.mean(name, _rate_text(octets, aggregate=names is _AGGREGATE_RATES))
    cursor.rest("bit_rates")


def _rate_text(octets: tuple[int, ...], *, aggregate: bool) -> str:
    base, extended, extended_2 = (*octets, 0, 0)[:3]
    rate = _stepped(extended, _EXTENDED) if extended else 0 if base == 0xFF else _stepped(base, _BASE)
    if extended_2:
        rate = rate + extended_2 * _AGGREGATE_STEP if aggregate else _stepped(extended_2, _EXTENDED_2)
    return f"{rate} kbit/s" if rate or base == 0xFF else "reserved"


def _stepped(octet: int, steps: _Steps) -> int:
    """The rate in kbit/s; values above the highest mean the highest, and 0 is none."""
    before = 0
    octet = min(octet, steps[-1][0])
    for highest, start, step in steps:
        if octet <= highest:
            return start + (octet - before) * step if octet else 0
        before = highest
    return 0


def _traffic_flow(cursor: Cursor) -> None:
    """Traffic flow template (TS 24.008 section 10.5.6.12) behind its length."""
    if not has_length(cursor):
        return
    cursor.fields(LENGTH)
    (first,) = cursor.fields(OPERATION)
    operation, number = first >> 5, first & 15
    cursor.mean(
        "operation_and_number", f"{registry.name('3gpp-tft-operations', operation)}, number of filters {number}"
    )
    for _ in range(number):
        if operation == _WITH_IDENTIFIERS:
            cursor.fields(IDENTIFIER)
        elif operation in _WITH_FILTERS:
            _packet_filter(cursor)
    if first & _PARAMETERS_FOLLOW:
        _parameters(cursor)
    cursor.rest("more")


def _packet_filter(cursor: Cursor) -> None:
    cursor.begin("packet_filter")
    first, _, length = cursor.fields(FILTER)
    direction = registry.name("3gpp-tft-directions", first >> 4 & 3)
    cursor.mean("direction_and_identifier", f"{direction}, identifier {first & 15}")
    inner = cursor.sub(length)
    found: list[Any] = []
    while inner.more(found):
        inner.begin("component")
        (kind,) = inner.fields(COMPONENT)
        layout = _COMPONENTS.get(kind)
        if layout is None or inner.remaining < layout.size:
            inner.rest("undecoded_bytes")  # nothing tells how long an unknown component is
        else:
            found.append(inner.fields(layout))
            _describe_addresses(inner, layout, found[-1])
        inner.end("3gpp-tft-components", kind)
    cursor.end()


def _describe_addresses(cursor: Cursor, layout: Layout, values: tuple[Any, ...]) -> None:
    if layout is _SUBNET_4:
        cursor.describe(subnet_text(values[0] + values[1]) or "")
    elif layout is _PREFIX_6:
        cursor.describe(f"{address_text(values[0])}/{values[1]}")


def _parameters(cursor: Cursor) -> None:
    found: list[int] = []
    while cursor.more(found, PARAMETER.size):
        cursor.begin("parameter")
        kind, length = cursor.fields(PARAMETER)
        found.append(kind)
        inner = cursor.sub(length)
        if kind == _FILTER_IDENTIFIER:
            while inner.remaining:
                inner.fields(IDENTIFIER)
        elif kind == _FLOW_IDENTIFIER:
            while inner.remaining >= FLOW.size:
                inner.fields(FLOW)
        inner.rest("authorization_token" if kind == _AUTHORIZATION_TOKEN else "parameter_contents")
        cursor.end("3gpp-tft-parameters", kind)


FORMS: dict[str, Callable[[Cursor], None]] = {
    "3gpp-aggregate-rate": _aggregate_rate,
    "3gpp-eps-qos": _eps_qos,
    "3gpp-extended-aggregate-rate": _extended_aggregate,
    "3gpp-extended-eps-qos": _extended_qos,
    "3gpp-traffic-flow": _traffic_flow,
}
