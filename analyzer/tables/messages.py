"""Rows that one message brings.

Message, payloads, proposals, transforms, notifications, vendor IDs, identities, certificates, KE values.

The hot path of a capture full of IKE: rows of identical SA payloads are made once, and tables that nobody wants are not
filled.
"""

from collections import Counter
from collections.abc import Collection
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from analyzer.capture.datagram import Datagram
from analyzer.capture.places import Places
from analyzer.defects import Defect
from analyzer.isakmp import Memory, Message, Payload, notify_meaning, registry
from analyzer.isakmp.header import FLAG_INITIATOR, FLAG_RESPONSE
from analyzer.isakmp.numbers import Phase1Attribute, Phase2Attribute, ProtocolId, TransformType
from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.isakmp.payloads.identification import Identification
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.nonce import Nonce
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation, Transform
from analyzer.isakmp.payloads.vendor_id import VendorID
from analyzer.isakmp.weak_values import ke_fault, nonce_fault
from analyzer.negotiation.follow.placed import Placed
from analyzer.tables.certificates import certificate_row
from analyzer.tables.store import Tables
from analyzer.tables.summaries import summary

if TYPE_CHECKING:
    from analyzer.capture.evidence import Seen

Row = tuple[Any, ...]

_IKE = int(ProtocolId.IKE)
_TYPE_TABLES: dict[int | None, str] = {
    TransformType.ENCR: "encr",
    TransformType.PRF: "prf",
    TransformType.INTEG: "integ",
    TransformType.KE: "ke",
    TransformType.SN: "sn",
    **dict.fromkeys(range(TransformType.ADDKE1, TransformType.ADDKE7 + 1), "ke"),
    TransformType.KWA: "kwa",
    TransformType.GCAUTH: "gcauth",
}
_V1_TRANSFORMS: dict[int, str] = {
    ProtocolId.IKE: "ikev1-isakmp-transforms",
    ProtocolId.AH: "ikev1-ah-transforms",
    ProtocolId.ESP: "ikev1-esp-transforms",
    ProtocolId.IPCOMP: "ikev1-ipcomp-transforms",
}
_V1_PHASE1_VALUES: dict[int, str] = {
    Phase1Attribute.ENCRYPTION_ALGORITHM: "ikev1-encryption",
    Phase1Attribute.HASH_ALGORITHM: "ikev1-hash",
    Phase1Attribute.AUTHENTICATION_METHOD: "ikev1-auth-methods",
    Phase1Attribute.GROUP_DESCRIPTION: "ikev1-groups",
}
_V1_PHASE2_VALUES: dict[int, str] = {
    Phase2Attribute.GROUP_DESCRIPTION: "ikev1-groups",
    Phase2Attribute.ENCAPSULATION_MODE: "ikev1-encap-modes",
    Phase2Attribute.AUTHENTICATION_ALGORITHM: "ikev1-ipsec-auth-algorithms",
}
DEFECT_LIMIT = 100_000
_DIGEST = 16  # bytes of notification data from which on they are another message's: digests, cookies, tickets
_WITH_ROWS = (Notify, VendorID, KeyExchange, Nonce, Identification, Certificate)  # bodies with a table of their own
_DRAWN = (KeyExchange, Nonce)  # whose values are drawn at random

_EXCHANGE_AT, _FLAGS_AT = 18, 19  # places of bytes of the header (RFC 7296 section 3.1)


class MessageRows:
    """Appends the rows of each message to the tables named in `wanted`.

    of_floods: those of packed first messages too; without, they are counted, and have rows once they are unpacked.
    places: of a set of captures, of each of which messages and defects are counted. seen: what stands around messages,
    where such columns are kept.
    """

    def __init__(
        self,
        tables: Tables,
        capture: str,
        wanted: Collection[str],
        memory: Memory | None = None,
        *,
        of_floods: bool = True,
        places: Places | None = None,
        seen: "Seen | None" = None,
    ) -> None:
        memory = Memory() if memory is None else memory
        self._sa_rows = memory.remembering(_sa_rows)
        self._notify_row = memory.remembering(_notify_row)
        self._vendor_row = memory.remembering(partial(_vendor_row, memory))
        self._memory = memory
        self.capture = capture
        self._tables = tables
        self.messages = tables["messages"] if "messages" in wanted else None
        self.payloads = tables["payloads"] if "payloads" in wanted else None
        self._by_payload = bool(
            {
                "payloads",
                "proposals",
                "transforms",
                "notifications",
                "vendor_ids",
                "identities",
                "certificates",
                "ke_values",
                "nonces",
            }
            & set(wanted)
        )
        self._wanted = frozenset(wanted)
        self._of_floods = of_floods
        self._seen = seen
        self.late = False  # rows of an earlier message stand behind those of a later one
        self.count = 0
        self.defects = 0  # rows of that table, wanted or not
        self._places = places  # of a set of captures
        self.count_of, self.defects_of = Counter[str](), Counter[str]()  # of each of its captures

    def add(self, datagram: Datagram, message: Message, placed: Placed, *, row: bool = True) -> None:
        """The rows of one message. row False: not the one of `messages`."""
        self.see(datagram.frame_number)
        defects = defects_of(message, placed)
        if defects:
            self._defects(datagram.frame_number, defects)
        if not self.leaves_out(placed):
            self._fill(datagram, message, placed, row=row)

    @property
    def has_all(self) -> bool:
        """Whether packed first messages have rows in any table, of messages or payloads."""
        return self._of_floods and (self.messages is not None or self.payloads is not None)

    def leaves_out(self, placed: Placed) -> bool:
        """Whether a message has no rows because it is packed."""
        return placed.packed and not self._of_floods

    def see(self, *frames: int) -> None:
        """Count messages in these frames. By itself: of which no table has rows, as they are packed without defects."""
        self.count += len(frames)
        if self._places is not None:
            self.count_of.update(self._places.of(frame).capture for frame in frames)

    def add_unpacked(self, datagram: Datagram, message: Message, placed: Placed) -> None:
        """The rows of a message that was packed, where it has none yet; not of its values, which were not kept."""
        if not self._of_floods:
            self.late = True
            self._fill(datagram, message, placed, drawn=False)

    def _fill(
        self, datagram: Datagram, message: Message, placed: Placed, *, row: bool = True, drawn: bool = True
    ) -> None:
        """Drawn False: its KE and nonce payloads have no values."""
        if row and self.messages is not None:
            cells = self.row(datagram, message, placed, defects_of(message, placed))
            self.messages.append(cells if self._seen is None else cells + _evidence(self._seen, datagram))
        if self._by_payload:
            if message.payloads:
                self._payloads(datagram.frame_number, message, message.payloads, placed, False, drawn=drawn)
            if placed.inside is not None:
                self._payloads(datagram.frame_number, message, placed.inside.payloads, placed, True)

    def note(self, frame_number: int, defect: Defect) -> None:
        """A defect that is found apart from the rows of its message."""
        self._defects(frame_number, (defect,))

    def row(self, d: Datagram, m: Message, placed: Placed, defects: tuple[Defect, ...]) -> Row:
        """The row of table `messages`, not added to it."""
        # by unpacking, not by name: a capture may have millions of messages
        frame_number, time, transport, src_ip, src_port, dst_ip, dst_port, _, _, _, _ = d
        initiator, responder, first, major, minor, kind, flags, message_id, length, payloads, _, encrypted, _, _, ok = m
        if not ok:
            return self._cut_row(d, m, placed, defects)
        negotiation, from_initiator, _, _, repeats, duplicate, decrypted, inside, fragment, _, gdoi, _ = placed
        name = registry.exchange_name(major, kind, gdoi=gdoi)
        return (
            self.capture, frame_number, time, src_ip, src_port, dst_ip, dst_port, transport,
            negotiation, initiator, responder, major, minor, kind, name, flags,
            flags & FLAG_INITIATOR != 0 if major == 2 else None, flags & FLAG_RESPONSE != 0 if major == 2 else None,
            message_id, length, first, tuple([p.type for p in payloads]), encrypted, decrypted,
            None if inside is None else tuple([p.type for p in inside.payloads]),
            None if fragment is None else fragment[0], None if fragment is None else fragment[1],
            None if duplicate else repeats, tuple(map(str, defects)) if defects else (), duplicate, from_initiator,
            None if inside is None or not encrypted else "log" if inside.by_log else "keys", None,
        )  # fmt: skip

    def _cut_row(self, d: Datagram, m: Message, placed: Placed, defects: tuple[Defect, ...]) -> Row:
        """The row of a message whose header is not whole, or that was not decoded: numbers that are not there are 0.

        Its length is missing, and what is read from a byte that is not there.
        """
        size = len(d.payload) if m.major_version else 0
        flags = size > _FLAGS_AT
        return (
            self.capture, d.frame_number, d.time_ns, d.src_ip, d.src_port, d.dst_ip, d.dst_port, d.transport,
            placed.negotiation, m.initiator_spi, m.responder_spi, m.major_version, m.minor_version, m.exchange_type,
            registry.exchange_name(m.major_version, m.exchange_type) if size > _EXCHANGE_AT else None, m.flags,
            m.is_initiator if flags else None, m.is_response if flags else None, m.message_id, None, m.next_payload, (),
            False, None, None, None, None, None, tuple(map(str, defects)), False, placed.from_initiator, None, None,
        )  # fmt: skip

    def _defects(self, frame_number: int, defects: tuple[Defect, ...]) -> None:
        table = self._tables["defects"]
        if max(len(table), self.defects) >= DEFECT_LIMIT:
            return
        self.defects += len(defects)
        if self._places is not None:
            self.defects_of[self._places.of(frame_number).capture] += len(defects)
        if "defects" in self._wanted:
            table.extend((self.capture, frame_number, d.offset, d.kind, d.expected, d.found, d.effect) for d in defects)

    def _payloads(
        self,
        frame: int,
        message: Message,
        payloads: tuple[Payload, ...],
        placed: Placed,
        encrypted: bool,
        *,
        drawn: bool = True,
    ) -> None:
        version, memory = message.major_version, self._memory
        if self.payloads is not None:
            self.payloads.extend(
                (
                    frame,
                    position,
                    p.type,
                    registry.payload_name(version, p.type),
                    p.critical if version == 2 else None,
                    p.length,
                    p.offset,
                    encrypted,
                    summary(p, version, memory),
                    self.capture,
                )
                for position, p in enumerate(payloads, 1)
            )
        for payload in payloads:
            body = payload.body
            if isinstance(body, SecurityAssociation):
                self._sa(frame, version, body, placed, encrypted)
            elif isinstance(body, _WITH_ROWS) and (drawn or not isinstance(body, _DRAWN)):
                self._body(frame, version, body, placed)

    def _sa(self, frame: int, version: int, sa: SecurityAssociation, placed: Placed, encrypted: bool) -> None:
        side = "chosen" if placed.answering else "offered"
        child = placed.child if encrypted else None
        head, tail = (frame, placed.negotiation, child, side), (self.capture,)
        proposals, transforms = self._sa_rows(version, sa)
        if "proposals" in self._wanted:
            self._tables["proposals"].extend(head + row + tail for row in proposals)
        if "transforms" in self._wanted:
            back = (placed.negotiation, child, side)
            self._tables["transforms"].extend(
                (frame, *row, *back, protocol, self.capture) for row, protocol in transforms
            )

    def _body(
        self,
        frame: int,
        version: int,
        body: Notify | VendorID | KeyExchange | Nonce | Identification | Certificate,
        placed: Placed,
    ) -> None:
        side = None if placed.from_initiator is None else "initiator" if placed.from_initiator else "responder"
        head = (frame, placed.negotiation, side)
        if isinstance(body, Notify):
            if "notifications" in self._wanted:
                made = self._notify_row if len(body.data) < _DIGEST else _notify_row
                self._tables["notifications"].append((frame, placed.negotiation, *made(version, body), self.capture))
        elif isinstance(body, VendorID):
            if "vendor_ids" in self._wanted:
                self._tables["vendor_ids"].append(head + self._vendor_row(body.data) + (self.capture,))
        elif isinstance(body, KeyExchange):
            if "ke_values" in self._wanted:
                group = body.group if version == 2 else placed.ikev1_group
                table = "ikev2-ke" if version == 2 else "ikev1-groups"
                name = registry.name(table, group) if group is not None else None
                row = (group, name, len(body.data), sha256(body.data).hexdigest(), self.capture)
                fault = None if group is None else ke_fault(group, body.data, answer=placed.answering)
                self._tables["ke_values"].append((*head, *row, fault))
        elif isinstance(body, Nonce):
            if "nonces" in self._wanted:
                known = len(body.data), sha256(body.data).hexdigest(), nonce_fault(body.data), self.capture
                self._tables["nonces"].append((*head, *known))
        elif isinstance(body, Identification):
            if "identities" in self._wanted:
                named = registry.name(f"ikev{version}-id-types", body.id_type)
                self._tables["identities"].append((*head, body.id_type, named, body.text, self.capture))
        elif "certificates" in self._wanted:
            self._tables["certificates"].append((*head, *certificate_row(version, body, self.capture, self._memory)))


def _evidence(seen: "Seen", d: Datagram) -> Row:
    """The columns of `messages` behind the usual ones."""
    from analyzer.capture.evidence import NOTHING, PROTOCOLS, community_id  # noqa: PLC0415  (it is loaded then)

    found = seen.frames.get(d.frame_number, NOTHING)
    return (*found, community_id(d.src_ip, d.src_port, d.dst_ip, d.dst_port, PROTOCOLS[d.transport]))


def defects_of(message: Message, placed: Placed) -> tuple[Defect, ...]:
    """What is wrong with a message's bytes, and with those inside it."""
    return message.defects if placed.inside is None else message.defects + placed.inside.defects


def _sa_rows(version: int, sa: SecurityAssociation) -> tuple[tuple[Row, ...], tuple[tuple[Row, int], ...]]:
    """Columns of `proposals` behind the side, and of `transforms` behind the frame number, with their protocol."""
    proposals: list[Row] = []
    transforms: list[tuple[Row, int]] = []
    for p in sa.proposals:
        names = []
        for place, t in enumerate(p.transforms, 1):
            row = _transform_row(version, p, place, t)
            transforms.append((row, p.protocol_id))
            names.append(_suite_text(p, t) if version == 1 else row[5] + (f"-{t.key_bits}" if t.key_bits else ""))
        protocol = registry.name(f"ikev{version}-protocol-ids", p.protocol_id)
        proposals.append((p.number, p.protocol_id, protocol, p.spi.hex() or None, tuple(names)))
    return tuple(proposals), tuple(transforms)


def _transform_row(version: int, p: Proposal, place: int, t: Transform) -> Row:
    if version == 2 and t.transform_type is not None:
        table = _TYPE_TABLES.get(t.transform_type)
        name = registry.name(f"ikev2-{table}", t.transform_id) if table else str(t.transform_id)
        type_name = registry.name("ikev2-transform-types", t.transform_type)
        attributes = tuple(
            f"{registry.name('ikev2-transform-attribute-types', a.attribute_type)}={_value(a)}" for a in t.attributes
        )
        return (p.number, place, t.transform_type, type_name, t.transform_id, name, t.key_bits, attributes)
    registry_name = _V1_TRANSFORMS.get(p.protocol_id)
    name = registry.name(registry_name, t.transform_id) if registry_name else str(t.transform_id)
    return (p.number, t.number, None, None, t.transform_id, name, t.key_bits, tuple(_v1_attributes(p.protocol_id, t)))


def _value(attribute: Any) -> str:
    return str(attribute.value) if attribute.value is not None else attribute.data.hex()


def _v1_attributes(protocol_id: int, t: Transform) -> list[str]:
    phase1 = protocol_id == _IKE
    names, values = ("ikev1-attributes", _V1_PHASE1_VALUES) if phase1 else ("ikev1-ipsec-attributes", _V1_PHASE2_VALUES)
    texts = []
    for a in t.attributes:
        table = values.get(a.attribute_type)
        value = registry.name(table, a.value) if table and a.value is not None else _value(a)
        texts.append(f"{registry.name(names, a.attribute_type)}={value}")
    return texts


def _suite_text(p: Proposal, t: Transform) -> str:
    """An IKEv1 transform as one line: its parts joined by '/'."""
    phase1 = p.protocol_id == _IKE
    values = _V1_PHASE1_VALUES if phase1 else _V1_PHASE2_VALUES
    named = [] if phase1 else [registry.name(_V1_TRANSFORMS.get(p.protocol_id, "ikev1-esp-transforms"), t.transform_id)]
    for kind, table in values.items():
        value = t.attribute(kind)
        if value is not None:
            named.append(registry.name(table, value))
    if t.key_bits and named:
        named[0] += f"-{t.key_bits}"
    return "/".join(named)


def _notify_row(version: int, body: Notify) -> Row:
    return (
        body.notify_type,
        registry.notify_name(version, body.notify_type),
        registry.notify_class(version, body.notify_type),
        body.protocol_id or None,
        body.spi.hex() or None,
        body.data.hex() or None,
        notify_meaning(version, body) or None,
    )


def _vendor_row(memory: Memory, data: bytes) -> Row:
    found, digits = registry.vendors.identify(data), memory.recall(bytes.hex, data)
    if found is None:
        return (digits, None, None, None, None)
    return (digits, found.name, found.vendor, found.kind, found.detail or None)
