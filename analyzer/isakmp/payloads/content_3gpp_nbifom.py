"""Network-based IP flow mobility: which access carries which traffic (3GPP TS 24.161 section 6.1)."""

from collections.abc import Callable

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.content_3gpp import LENGTH, has_length
from analyzer.isakmp.text import address_text

PARAMETER = Layout(">BB", "parameter_identifier=3gpp-nbifom-parameters", "length")
NUMBER = Layout(">B", "parameter_contents")
USABILITY = Layout(">B", "access_usability=hex")
RULE_LENGTH = Layout(">B", "rule_length")
RULE = Layout(">BB", "rule_identifier", "access_and_operation=hex")
CONDITIONS = Layout(">BI", "priority", "conditions=&3gpp-nbifom-rule-flags")

_RULES, _FLOW_MAPPING, _USABILITY = 4, 5, 8
_CONDITIONS = (  # by bit, in the order of the bytes
    (24, Layout(">4s", "source_address")),
    (25, Layout(">4s", "destination_address")),
    (26, Layout(">16s", "source_address_6")),
    (27, Layout(">16s", "destination_address_6")),
    (28, Layout(">B", "source_prefix_length")),
    (29, Layout(">B", "destination_prefix_length")),
    (30, Layout(">I", "spi=hex")),
    (31, Layout(">B", "protocol=ip-protocols")),
)
_PORTS = (
    (16, "source_port_start"),
    (17, "source_port_end"),
    (18, "destination_port_start"),
    (19, "destination_port_end"),
)
_BEHIND_PORTS = ((20, Layout(">B", "type_of_service=hex")), (21, Layout(">3s", "flow_label")))
_PORT = {2: ">H", 4: ">I"}


def _nbifom(cursor: Cursor) -> None:
    """The parameters, behind the length of all."""
    if not has_length(cursor):
        return
    cursor.fields(LENGTH)
    found: list[int] = []
    while cursor.more(found, PARAMETER.size):
        cursor.begin("parameter")
        kind, length = cursor.fields(PARAMETER)
        found.append(kind)
        _contents(cursor.sub(length), kind)
        cursor.end("3gpp-nbifom-parameters", kind)


def _contents(cursor: Cursor, kind: int) -> None:
    values = registry.values_table("3gpp-nbifom-parameters", kind)
    if kind in (_RULES, _FLOW_MAPPING):
        rules: list[int] = []
        while cursor.more(rules):
            cursor.begin("routing_rule")
            (size,) = cursor.fields(RULE_LENGTH)
            rules.append(size)
            _rule(cursor.sub(size))
            cursor.end()
    elif cursor.remaining == NUMBER.size and values:
        cursor.fields(NUMBER)
        cursor.explain("parameter_contents", values)
    elif cursor.remaining == USABILITY.size and kind == _USABILITY:
        (both,) = cursor.fields(USABILITY)
        words = [registry.name("3gpp-nbifom-usability", both >> place & 3) for place in (2, 0)]
        cursor.mean("access_usability", f"WLAN: {words[0]}, 3GPP: {words[1]}")
    cursor.rest("parameter_contents")


def _rule(cursor: Cursor) -> None:
    if cursor.remaining >= RULE.size:
        _, both = cursor.fields(RULE)
        access, operation = both >> 6, both & 7
        words = f"{registry.name('3gpp-nbifom-operations', operation)}, {registry.name('3gpp-nbifom-accesses', access)}"
        cursor.mean("access_and_operation", words)
    if cursor.remaining >= CONDITIONS.size:
        _, flags = cursor.fields(CONDITIONS)
        _conditions(cursor, flags)
    cursor.rest("undecoded_bytes")


def _conditions(cursor: Cursor, flags: int) -> None:
    """What traffic must have. Nothing reachable tells how many bytes a port has: as many as make the rule come out."""
    before = [layout for bit, layout in _CONDITIONS if flags >> bit & 1]
    ports = [name for bit, name in _PORTS if flags >> bit & 1]
    behind = [layout for bit, layout in _BEHIND_PORTS if flags >> bit & 1]
    room = cursor.remaining - sum(layout.size for layout in (*before, *behind))
    form = _PORT.get(room // len(ports)) if ports and room % len(ports) == 0 else None
    if room < 0 or (ports and form is None):
        return
    for layout in (*before, *(Layout(form or "", name) for name in ports), *behind):
        name = layout.fields[0][0]
        if "address" in name:
            cursor.take(layout.size, name, _address)
        else:
            cursor.fields(layout)


def _address(cursor: Cursor) -> None:
    cursor.describe(address_text(cursor.body) or "")


FORMS: dict[str, Callable[[Cursor], None]] = {"3gpp-nbifom": _nbifom}
