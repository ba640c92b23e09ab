"""What data attributes need of each other and of the message: units, groups by the size of a value, shared numbers."""

from collections.abc import Iterable

from analyzer.isakmp import registry
from analyzer.isakmp.numbers import AuthMethodV1, Phase1Attribute, Phase2Attribute
from analyzer.isakmp.payloads import key_exchange
from analyzer.isakmp.payloads.transform import DIGITAL_ENVELOPE, is_digital_envelope
from analyzer.isakmp.recorder import Node

_GROUP: dict[str, int] = {  # by registry of attributes
    "ikev1-attributes": Phase1Attribute.GROUP_DESCRIPTION,
    "ikev1-ipsec-attributes": Phase2Attribute.GROUP_DESCRIPTION,
}
_METHOD: dict[str, int] = {"ikev1-attributes": Phase1Attribute.AUTHENTICATION_METHOD}
_LAST_IKEV1_GROUP = 30
_GSS_API = int(AuthMethodV1.XAUTH_INIT_PRE_SHARED)  # the same number


def note_units(node: Node) -> None:
    """Write units to the numbers of the attributes of a node; lifetimes have theirs from the attribute before them."""
    named = ""
    for attribute in node.children:
        value = _value(attribute)
        if value is None or attribute.number is None:
            continue
        row = registry.entry(attribute.table, attribute.number)
        if row is None:
            continue
        if row.unit == "names":
            named = value.meaning
        elif row.unit and value.number is not None:
            unit = named if row.unit == "named" else row.unit
            value.meaning = f"{value.number} {unit}".rstrip()


def size_values(nodes: Iterable[Node]) -> None:
    """IKEv1 does not say the group of a value; its size and the groups offered beside it narrow it down."""
    nodes = list(nodes)
    offered = sorted({value.number for value in _values(nodes, _GROUP) if value.number is not None})
    for payload in nodes:
        value = payload.field("key_exchange_data") if payload.name == "payload" else None
        if value is None:
            continue
        fitting = [group for group in key_exchange.groups(value.length) if group <= _LAST_IKEV1_GROUP]
        here = [group for group in fitting if group in offered]
        if here:
            value.meaning = f"{value.length} bytes, the size of {_groups(here)} offered in this message"
        elif fitting:
            value.meaning = f"{value.length} bytes, the size of {_groups(fitting)}"
            value.meaning += "; offered in this message is " + _groups(offered) if offered else ""


def name_methods(nodes: Iterable[Node], *, windows: bool, xauth: bool) -> None:
    """Authentication methods whose number has two owners.

    65001 is XAUTH's or, without XAUTH's vendor ID, that of Windows; 10 is ECDSA's or GM/T 0022's.
    """
    for node in nodes:
        methods = list(_values(node.children, _METHOD))
        if not methods:
            continue
        chosen = {a.number: v.number for a in node.children if a.number is not None and (v := _value(a)) is not None}
        for value in methods:
            if value.number == _GSS_API and not xauth:
                other = f"{value.meaning}, or GSS-API with Kerberos of Windows"
                value.meaning = "GSS-API with Kerberos, of Windows" if windows else other
            elif is_digital_envelope("ikev1-attributes", chosen):
                value.meaning, value.reference = DIGITAL_ENVELOPE, "GM/T 0022"


def _value(attribute: Node) -> Node | None:
    last = attribute.children[-1] if attribute.name == "attribute" and attribute.children else None
    return last if last is not None and last.name == "attribute_value" else None


def _values(nodes: Iterable[Node], kinds: dict[str, int]) -> Iterable[Node]:
    """The values of the attributes of these kinds."""
    for node in nodes:
        if node.number is not None and kinds.get(node.table) == node.number and (value := _value(node)) is not None:
            yield value


def _groups(numbers: list[int]) -> str:
    return " or ".join(f"group {number}" for number in numbers)
