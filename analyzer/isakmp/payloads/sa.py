"""Security Association payload and its proposals (RFC 2408 sections 3.4-3.5, RFC 2407 4.6.1, RFC 7296 3.3)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, overload

from analyzer.isakmp.cursor import Cursor, Layout, ShortError, build
from analyzer.isakmp.memory import Memory, size_of
from analyzer.isakmp.numbers import Doi, ProtocolId
from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.transform import Transform, are_regular, broken, check, read_transforms

if TYPE_CHECKING:
    from analyzer.isakmp.payloads.ikev1.gdoi_sa import GroupPolicy

__all__ = ["Attribute", "Proposal", "SecurityAssociation", "Transform", "decode"]

SIT_SECRECY = 2
SIT_INTEGRITY = 4
ITEM_LIMIT = 2000  # proposals and transforms of one SA payload

DOI = Layout(">I", "doi=ikev1-doi")
SITUATION = Layout(">I", "situation=&ikev1-situation")
LABEL = Layout(">HH", "length", "reserved=hex")
_REST = ("reserved=hex", "proposal_length", "proposal_number")
PROPOSAL = {
    1: Layout(
        ">BBHBBBB",
        "next_payload=ikev1-payload-types",
        *_REST,
        "protocol_id=ikev1-protocol-ids",
        "spi_size",
        "transform_count",
    ),
    2: Layout(
        ">BBHBBBB",
        "last_substruct=ikev2-substructures",
        *_REST,
        "protocol_id=ikev2-protocol-ids",
        "spi_size",
        "transform_count",
    ),
}
SIZE = PROPOSAL[1].size

_MORE = 2
_GIKE_UPDATE = 6  # protocol of IKEv2, RFC 9838
_ANY = range(256)
_SPI_SIZES: dict[int, dict[int, Sequence[int]]] = {  # sizes that exist, by protocol
    # RFC 2408 section 3.5 and RFC 3173; RFC 7296 section 3.3.1 and RFC 9838
    1: {ProtocolId.IKE: range(17), ProtocolId.AH: (4,), ProtocolId.ESP: (4,), ProtocolId.IPCOMP: (2, 4)},
    2: {ProtocolId.IKE: (0, 8), ProtocolId.AH: (4,), ProtocolId.ESP: (4,), _GIKE_UPDATE: (16,)},
}


class Proposal(NamedTuple):
    """A proposal. `declared_transforms` is its header's count; `offset` counts from the SA payload's generic header."""

    number: int
    protocol_id: int
    spi: bytes
    transforms: tuple[Transform, ...]
    declared_transforms: int
    offset: int
    length: int


class Undecoded(Sequence[Proposal]):
    """Proposals without any fault, as bytes until somebody asks for one; then what decoding them finds."""

    __slots__ = ("_made", "_unread")

    def __init__(self, cursor: Cursor) -> None:
        """cursor: at the first of them."""
        self._made: tuple[Proposal, ...] | None = None
        self._unread: tuple[bytes, int, int, Memory] | None
        self._unread = cursor.body, cursor.position - cursor.start, cursor.major_version, cursor.memory

    def _read(self) -> tuple[Proposal, ...]:
        if self._made is None and self._unread is not None:
            body, at, version, memory = self._unread
            cursor = Cursor(body, 0, [], version, memory)
            cursor.position = at
            self._made, _ = _proposals(cursor)
            self._unread = None
        return self._made or ()

    @overload
    def __getitem__(self, index: int) -> Proposal: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Proposal, ...]: ...

    def __getitem__(self, index: int | slice) -> Proposal | tuple[Proposal, ...]:
        return self._read()[index]

    def __iter__(self) -> Iterator[Proposal]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __bool__(self) -> bool:
        return True  # no SA payload without fault is without proposals

    def __eq__(self, other: object) -> bool:
        return self._read() == (other._read() if isinstance(other, Undecoded) else other)

    def __hash__(self) -> int:
        return hash(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + size_of(self._read())


class SecurityAssociation(NamedTuple):
    """An SA payload. `doi` and `situation` exist in IKEv1 only, `policies` in GROUPKEY-PULL and GROUPKEY-PUSH only.

    `whole`: all proposals and transforms that it announces could be read.
    """

    doi: int | None
    situation: int | None
    proposals: Sequence[Proposal]
    policies: "tuple[GroupPolicy, ...]" = ()
    whole: bool = True


def decode(cursor: Cursor) -> SecurityAssociation:
    """Decode an SA payload, as many proposals and transforms as can be separated."""
    doi = situation = None
    try:
        if cursor.major_version == 1:
            (doi,) = cursor.fields(DOI)
            (situation,) = cursor.fields(SITUATION)
            if doi == Doi.GDOI and _holds_policies(cursor):
                from analyzer.isakmp.payloads.ikev1.gdoi_sa import read_policies  # noqa: PLC0415  (GDOI is rare)

                return SecurityAssociation(doi, situation, (), read_policies(cursor))
            if doi == Doi.IPSEC and situation & (SIT_SECRECY | SIT_INTEGRITY):
                _labelled_domain(cursor, situation)
    except ShortError:
        left = f"{cursor.remaining} bytes left"
        cursor.defect("wire-payload-short", "the fixed fields of an SA payload", left, "nothing further can be read")
        cursor.rest("undecoded_bytes")
        return SecurityAssociation(doi, situation, (), whole=False)
    if not cursor.recording and _are_regular(cursor):
        later = Undecoded(cursor)
        cursor.position = cursor.stop
        return SecurityAssociation(doi, situation, later)
    proposals, whole = _proposals(cursor)
    return SecurityAssociation(doi, situation, proposals, whole=whole)


def _are_regular(cursor: Cursor) -> bool:
    """Whether from the cursor's position to its end there are proposals without any fault, and nothing else.

    True: `_proposals` has no complaint about them. They are whole then, and it can read them whenever somebody asks.
    """
    data, at, end, version = cursor.data, cursor.position, cursor.stop, cursor.major_version
    unpack, sizes = PROPOSAL[version].unpack_from, _SPI_SIZES[version]
    more, budget = _MORE, ITEM_LIMIT
    before: int | None = None
    while more:
        if at + SIZE > end:
            return False
        more, reserved, length, number, protocol, spi_size, count = unpack(data, at)
        if reserved or more not in (0, _MORE) or at + length > end or spi_size not in sizes.get(protocol, _ANY):
            return False
        if version == 2 and before is not None and number != before + 1:
            return False
        if not are_regular(data[at + SIZE + spi_size : at + length], count, version, cursor.memory):
            return False
        at += length
        before = number
        budget -= 1 + count
    return at == end and budget > 0


def _holds_policies(cursor: Cursor) -> bool:
    """Under GDOI's DOI: policies of its own exchanges, not the proposals that its phase 1 has (RFC 6407 section 5.2).

    Behind the situation stand the next payload as 16 bits and 16 reserved ones; of a proposal these are its length.
    """
    following, reserved = int.from_bytes(cursor.body[8:10]), int.from_bytes(cursor.body[10:12])
    return following not in (0, _MORE << 8) or reserved < SIZE


def _labelled_domain(cursor: Cursor, situation: int) -> None:
    """The fields that follow a situation of secrecy or integrity levels."""
    cursor.take(4, "labelled_domain_identifier")
    for flag, level in ((SIT_SECRECY, "secrecy"), (SIT_INTEGRITY, "integrity")):
        if situation & flag:
            length, _ = cursor.fields(LABEL)
            cursor.take(length, f"{level}_level")
            cursor.take(-length % 4, "padding")
            bits, _ = cursor.fields(LABEL)
            size = (bits + 7) // 8
            cursor.take(size, f"{level}_category_bitmap")
            cursor.take(-size % 4, "padding")


def _proposals(cursor: Cursor) -> tuple[tuple[Proposal, ...], bool]:
    """The proposals, and whether these are all, each with all the transforms it counts."""
    proposals: list[Proposal] = []
    more = _MORE
    fits = True  # the last attributes may be missing where all transforms are there
    budget = ITEM_LIMIT
    layout, sizes = PROPOSAL[cursor.major_version], _SPI_SIZES[cursor.major_version]
    recording, first, last = cursor.recording, cursor.start, cursor.stop
    while more and budget > 0:
        start = cursor.position
        if recording:
            cursor.begin("proposal")
        try:
            more, reserved, length, number, protocol, spi_size, count = cursor.fields(layout)
        except ShortError:
            broken(cursor, "proposal")
            break
        stop = start + length
        if reserved or more not in (0, _MORE) or length < SIZE or stop > last:
            check(cursor, start, "proposal", (more, reserved, length), (SIZE, _MORE))
            fits = fits and stop <= last
            stop = min(max(stop, start + SIZE), last)
        cursor.start, cursor.stop = cursor.position, stop
        if spi_size not in sizes.get(protocol, _ANY):
            _check_spi(cursor, protocol, spi_size, sizes[protocol])
        spi = cursor.take(spi_size, "spi") if spi_size else b""
        transforms, budget = read_transforms(cursor, protocol, count, budget - 1)
        if cursor.position < stop or budget <= 0:
            _left_over(cursor, budget, more_follow=stop < last)
        cursor.start, cursor.position, cursor.stop = first, stop, last
        proposals.append(build(Proposal, (number, protocol, spi, transforms, count, start - first + 4, length)))
        if recording:
            cursor.end("number", number)
        if length < SIZE:
            break
    if budget <= 0:
        cursor.rest("undecoded_bytes")
    _check_numbers(cursor, proposals)
    whole = fits and not more and all(len(p.transforms) >= p.declared_transforms for p in proposals)
    return tuple(proposals), whole


def _left_over(cursor: Cursor, budget: int, *, more_follow: bool) -> None:
    """Complain about what is not read of a proposal, or of those behind it where the budget of items is spent."""
    if budget > 0:
        cursor.finish("proposal")
    elif cursor.remaining or more_follow:
        expected = f"at most {ITEM_LIMIT} proposals and transforms"
        cursor.defect("limit-items", expected, "more", "the rest is not decoded")
        cursor.rest("undecoded_bytes")


def _check_spi(cursor: Cursor, protocol: int, size: int, sizes: Sequence[int]) -> None:
    """Complain about an SPI that is not of one of the sizes that its protocol has."""
    expected = f"0 to {max(sizes)}" if len(sizes) > 2 else " or ".join(map(str, sizes))
    expected = f"an SPI of {expected} bytes for protocol {protocol}"
    cursor.defect("wire-spi-size", expected, str(size), "read as its size says", cursor.start - 2)


def _check_numbers(cursor: Cursor, proposals: list[Proposal]) -> None:
    """IKEv2 counts its proposals; only where a chain begins is the role's choice (RFC 7296 section 3.3.1)."""
    if cursor.major_version == 2:
        for before, after in pairwise(proposals):
            if after.number != before.number + 1:
                expected, at = f"proposal number {before.number + 1}", cursor.start + after.offset - 4
                cursor.defect("wire-proposal-number", expected, str(after.number), "decoded anyway", at)
