"""Transform substructures of a proposal (RFC 2408 section 3.6, RFC 7296 section 3.3.2)."""

from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout, ShortError
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes

ISAKMP = 1  # protocol of proposals for the IKE SA itself, in both versions
TRANSFORM = {
    1: Layout(
        ">BBHBBH",
        "next_payload",
        "reserved=hex",
        "transform_length",
        "transform_number",
        "transform_id",
        "reserved2=hex",
    ),
    2: Layout(
        ">BBHBBH",
        "last_substruct",
        "reserved=hex",
        "transform_length",
        "transform_type=ikev2-transform-types",
        "reserved2=hex",
        "transform_id",
    ),
}
SIZE = TRANSFORM[1].size

_MORE = 3
_KEY_LENGTH_OF_IPSEC = 6  # RFC 2407 section 4.5
_KEY_LENGTH = 14  # RFC 2409 appendix A, RFC 7296 section 3.3.5


class Transform(NamedTuple):
    """One algorithm (IKEv2) or one whole suite (IKEv1).

    `number` exists in IKEv1 only, `transform_type` in IKEv2 only. `key_bits`: the Key Length attribute.
    """

    number: int | None
    transform_type: int | None
    transform_id: int
    attributes: tuple[Attribute, ...]
    key_bits: int | None

    def attribute(self, attribute_type: int) -> int | None:
        """Value of the first attribute of this type."""
        return next((a.value for a in self.attributes if a.attribute_type == attribute_type), None)


def read_transforms(
    cursor: Cursor, protocol: int, declared: int | None, budget: int
) -> tuple[tuple[Transform, ...], int]:
    """The transforms of one proposal, of which it declares so many, and what is left of the budget of items."""
    transforms: list[Transform] = []
    more = declared or cursor.remaining
    while more and budget > 0:
        start = cursor.position
        cursor.begin("transform")
        try:
            more, reserved, length, *names = cursor.fields(TRANSFORM[cursor.major_version])
        except ShortError:
            broken(cursor, "transform")
            break
        check(cursor, start, "transform", (more, reserved, length), (SIZE, _MORE))
        transform = _transform(cursor, cursor.sub(max(length - SIZE, 0)), protocol, names)
        transforms.append(transform)
        budget -= 1
        cursor.end()
        if length < SIZE:
            break
    if declared is not None and len(transforms) != declared and budget > 0:
        expected, found = f"{declared} transforms, as the proposal says", f"{len(transforms)} transforms"
        cursor.defect("wire-transform-count", expected, found, "what is there is decoded")
    return tuple(transforms), budget


def _transform(cursor: Cursor, inner: Cursor, protocol: int, names: list[int]) -> Transform:
    number: int | None
    kind: int | None
    if cursor.major_version == 1:
        number, identifier, reserved = names
        kind = None
        identifiers = registry.values_table("ikev1-protocol-ids", protocol)
        attributes_table = "ikev1-attributes" if protocol == ISAKMP else "ikev1-ipsec-attributes"
        key_length = _KEY_LENGTH if protocol == ISAKMP else _KEY_LENGTH_OF_IPSEC
    else:
        kind, reserved, identifier = names
        number = None
        identifiers = registry.values_table("ikev2-transform-types", kind)
        attributes_table = "ikev2-transform-attribute-types"
        key_length = _KEY_LENGTH
    if reserved:
        cursor.defect("wire-reserved-bits", "0 in a transform's reserved bytes", f"0x{reserved:x}", "ignored")
    cursor.explain("transform_id", identifiers)
    attributes = read_attributes(inner, attributes_table)
    transform = Transform(number, kind, identifier, attributes, None)
    transform = transform._replace(key_bits=transform.attribute(key_length))
    if cursor.recording:
        cursor.tell(_summary(transform, identifiers, attributes_table))
    return transform


def _summary(transform: Transform, identifiers: str, attributes_table: str) -> str:
    """A transform in a line: its name and key length, and all that IKEv1's attributes choose."""
    words = [registry.name(identifiers, transform.transform_id) if identifiers else str(transform.transform_id)]
    if transform.key_bits is not None:
        words.append(f"{transform.key_bits} bits")
    unit = ""
    for attribute in transform.attributes:
        row = registry.entry(attributes_table, attribute.attribute_type)
        if row is None or attribute.value is None:
            continue
        if row.data == "number":  # a duration, behind the attribute that says of what
            words.append(f"{attribute.value} {unit}".rstrip())
        elif row.name.endswith("Life Type"):
            unit = registry.name(row.values, attribute.value)
        elif row.values:
            words.append(registry.name(row.values, attribute.value))
    return ", ".join(words)


def broken(cursor: Cursor, what: str) -> None:
    """End the group of a proposal or transform that was announced and is not there."""
    left = f"{cursor.remaining} bytes left"
    cursor.defect("wire-chain-broken", f"a {what}, as announced", left, f"no further {what}s are read")
    cursor.rest("undecoded_bytes")
    cursor.end()


def check(cursor: Cursor, start: int, what: str, header: tuple[int, int, int], rules: tuple[int, int]) -> None:
    """Complain about the generic fields of a proposal or transform at `start`: more, reserved, length.

    `rules` are the least length and the only value besides 0 that says that more of the same follow.
    """
    more, reserved, length = header
    least, follows = rules
    left = cursor.stop - start
    if more not in (0, follows):
        effect = f"read as: another {what} follows"
        cursor.defect("wire-chain-value", f"0 or {follows}", str(more), effect, start)
    if reserved:
        cursor.defect("wire-reserved-bits", f"0 in a {what}'s reserved byte", f"0x{reserved:02x}", "ignored", start + 1)
    if length < least:
        expected, effect = f"at least {least} bytes of {what}", f"no further {what}s are read"
        cursor.defect("wire-payload-length", expected, str(length), effect, start + 2)
    elif length > left:
        expected, effect = f"at most {left} bytes of {what}", "decoded as far as there are bytes"
        cursor.defect("wire-payload-overlong", expected, str(length), effect, start + 2)
