"""Transform substructures of a proposal (RFC 2408 section 3.6, RFC 7296 section 3.3.2)."""

import re
import struct
from collections.abc import Mapping
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout, ShortError, build
from analyzer.isakmp.memory import Known, Memory
from analyzer.isakmp.numbers import Phase1Attribute, Phase2Attribute, ProtocolId
from analyzer.isakmp.payloads.attribute import Attribute, all_short, read_attributes

GENERIC = {
    1: Layout(">BBH", "next_payload=ikev1-payload-types", "reserved=hex", "transform_length"),
    2: Layout(">BBH", "last_substruct=ikev2-substructures", "reserved=hex", "transform_length"),
}
TRANSFORM = {
    1: Layout(">BBH", "transform_number", "transform_id", "reserved2=hex"),
    2: Layout(">BBH", "transform_type=ikev2-transform-types", "reserved2=hex", "transform_id"),
}
_RESERVED = {v: [name for name, _ in layout.fields].index("reserved2") for v, layout in TRANSFORM.items()}
SIZE = 8  # of both runs of fields
MEMORY_SIZE = 68  # bytes of the longest transform remembered: those of all offers are made of the same few

_MORE = 3
_CHILD_KEY_LENGTH = int(Phase2Attribute.KEY_LENGTH)
# Transforms with a header without fault and as many bytes as it says, behind which another one follows
_FOLLOWED = re.compile(
    re.escape(bytes((_MORE, 0)))
    + b"(?:%s)"
    % b"|".join(re.escape(struct.pack(">H", size)) + b".{%d}" % (size - 4) for size in range(SIZE, MEMORY_SIZE + 1, 4)),
    re.DOTALL,
)
_KEY_LENGTH = int(Phase1Attribute.KEY_LENGTH)  # and of IKEv2, RFC 7296 section 3.3.5
_ASYMMETRIC_TYPE = 20  # GM/T 0022's own attribute
_ENVELOPE = 10
DIGITAL_ENVELOPE = "digital envelope"  # what GM/T 0022 calls it
_CHINESE: dict[int, tuple[int, ...]] = {  # SM1 and SM4, SM3
    Phase1Attribute.ENCRYPTION_ALGORITHM: (127, 128, 129),
    Phase1Attribute.HASH_ALGORITHM: (20,),
}
_SAY_THEIR_TYPE = frozenset(("ENCR", "PRF", "AUTH", "KW"))  # what names of algorithms begin with


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
        return _value(self.attributes, attribute_type)


def _value(attributes: tuple[Attribute, ...], attribute_type: int) -> int | None:
    for attribute in attributes:
        if attribute.attribute_type == attribute_type:
            return attribute.value
    return None


def read_transforms(
    cursor: Cursor, protocol: int, declared: int | None, budget: int
) -> tuple[tuple[Transform, ...], int]:
    """The transforms of one proposal, of which it declares so many, and what is left of the budget of items."""
    known = cursor.memory.transforms[cursor.major_version][protocol == ProtocolId.IKE]
    if known and not cursor.recording:
        same = _all_known(cursor.data[cursor.position : cursor.stop], known)
        if same is not None and declared in (None, len(same)) and len(same) <= budget:
            cursor.position = cursor.stop
            return same, budget - len(same)
    transforms: list[Transform] = []
    layout = GENERIC[cursor.major_version]
    first, last = cursor.start, cursor.stop
    more = declared or cursor.remaining
    while more and budget > 0:
        start = cursor.position
        cursor.begin("transform")
        try:
            more, reserved, length = cursor.fields(layout)
        except ShortError:
            broken(cursor, "transform")
            break
        stop = start + length
        if reserved or more not in (0, _MORE) or length < SIZE or stop > last:
            check(cursor, start, "transform", (more, reserved, length), (SIZE, _MORE))
            stop = min(stop, last)
        if stop - start < SIZE:
            cursor.rest("undecoded_bytes")
            cursor.end()
            break
        cursor.start, cursor.stop = cursor.position, stop
        transforms.append(_transform(cursor, protocol, known))
        budget -= 1
        cursor.start, cursor.position, cursor.stop = first, stop, last
        cursor.end()
    if declared is not None and len(transforms) != declared and budget > 0:
        expected, found = f"{declared} transforms, as the proposal says", f"{len(transforms)} transforms"
        cursor.defect("wire-transform-count", expected, found, "what is there is decoded")
    return tuple(transforms), budget


def _pieces(data: bytes) -> list[bytes] | None:
    """Bytes cut into transforms, if each is as long as its own header says and all but the last say that one follows.

    The last is not looked at further. It is what reading header after header finds; None: that has to be done.
    """
    pieces: list[bytes] = _FOLLOWED.findall(data)
    followed = b"".join(pieces)
    last = data[len(followed) :]
    if not data.startswith(followed) or not last or last[0]:
        return None
    pieces.append(last)
    return pieces


def _all_known(data: bytes, known: Known) -> tuple[Transform, ...] | None:
    """The transforms that these bytes are, if all of them are known: kept by `_transform`, decoded without fault."""
    pieces = _pieces(data)
    try:
        return None if pieces is None else tuple([known[piece] for piece in pieces])
    except KeyError:
        return None


def are_regular(data: bytes, declared: int, version: int, memory: Memory) -> bool:
    """Whether these bytes are so many transforms without fault. True: decoding them would find the same."""
    pieces = _pieces(data)
    if pieces is None or len(pieces) != declared:
        return False
    known = memory.regular[version]
    if all(map(known.__contains__, pieces)):
        return True
    for piece in pieces:
        if piece not in known:
            if not _is_regular(piece, version):
                return False
            memory.keep(known, piece, True)
    return True


def _is_regular(piece: bytes, version: int) -> bool:
    """A transform without fault whose attributes are all of the short form, or that has none."""
    if len(piece) < SIZE:
        return False
    _, reserved, length = GENERIC[version].unpack_from(piece)
    fields = TRANSFORM[version].unpack_from(piece, GENERIC[version].size)
    fits = length == len(piece) and not reserved and not fields[_RESERVED[version]]
    return fits and (length == SIZE or all_short(piece[SIZE:]))


def _transform(cursor: Cursor, protocol: int, known: Known) -> Transform:
    """The transform whose bytes behind its generic header the cursor is bounded to."""
    whole = cursor.data[cursor.start - GENERIC[1].size : cursor.stop]
    if len(whole) > MEMORY_SIZE:
        return _read(cursor, protocol)
    transform: Transform | None = known.get(whole)
    if transform is None:
        transform = _read(cursor, protocol)
        if not cursor.defects:
            cursor.memory.keep(known, whole, transform)
    return transform


def _read(cursor: Cursor, protocol: int) -> Transform:
    number: int | None
    kind: int | None
    key_length = _KEY_LENGTH
    if cursor.major_version == 1:
        number, identifier, reserved = cursor.fields(TRANSFORM[1])
        kind = None
        attributes_table = "ikev1-attributes"
        if protocol != ProtocolId.IKE:
            attributes_table, key_length = "ikev1-ipsec-attributes", _CHILD_KEY_LENGTH
    else:
        kind, reserved, identifier = cursor.fields(TRANSFORM[2])
        number = None
        attributes_table = "ikev2-transform-attribute-types"
    if reserved:
        cursor.defect("wire-reserved-bits", "0 in a transform's reserved bytes", f"0x{reserved:x}", "ignored")
    if cursor.recording:
        identifiers = (
            registry.values_table("ikev1-protocol-ids", protocol)
            if kind is None
            else registry.values_table("ikev2-transform-types", kind)
        )
        cursor.explain("transform_id", identifiers)
    attributes = read_attributes(cursor, attributes_table)
    key_bits = _value(attributes, key_length) if attributes else None
    transform: Transform = build(Transform, (number, kind, identifier, attributes, key_bits))
    if cursor.recording:
        cursor.describe(_summary(transform, identifiers, attributes_table))
    return transform


def _summary(transform: Transform, identifiers: str, attributes_table: str) -> str:
    """A transform in a line: its name and key length, and all that IKEv1's attributes choose."""
    chosen = {a.attribute_type: a.value for a in transform.attributes}
    words = [registry.name(identifiers, transform.transform_id) if identifiers else str(transform.transform_id)]
    if transform.transform_type is not None and words[0].partition("_")[0] not in _SAY_THEIR_TYPE:
        kind = registry.entry("ikev2-transform-types", transform.transform_type)
        words[0] = f"{kind.mnemonic if kind is not None else ''} {words[0]}".lstrip()
    if transform.key_bits is not None:
        words.append(f"{transform.key_bits} bits")
    unit = ""
    for attribute in transform.attributes:
        row = registry.entry(attributes_table, attribute.attribute_type)
        if row is None or attribute.value is None:
            continue
        if row.data == "number":
            words.append(f"{attribute.value} {unit if row.unit == 'named' else row.unit}".rstrip())
        elif row.unit == "names":
            unit = registry.name(row.values, attribute.value)
        elif attribute.attribute_type == Phase1Attribute.AUTHENTICATION_METHOD and is_digital_envelope(
            attributes_table, chosen
        ):
            words.append(DIGITAL_ENVELOPE)
        elif row.values:
            words.append(registry.name(row.values, attribute.value))
    return ", ".join(words)


def is_digital_envelope(attributes_table: str, chosen: Mapping[int, int | None]) -> bool:
    """Whether method 10, beside these values by attribute, is that of GM/T 0022 and not ECDSA (as Wireshark has it)."""
    if attributes_table != "ikev1-attributes" or chosen.get(Phase1Attribute.AUTHENTICATION_METHOD) != _ENVELOPE:
        return False
    return _ASYMMETRIC_TYPE in chosen or any(chosen.get(kind) in values for kind, values in _CHINESE.items())


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
