"""What first messages that look alike share: kept once, whatever their number.

A `Pattern` has all bytes of a message but those that differ where a tool sends very many: the initiator's SPI, the
values of KE and nonce payloads, the hashes of NAT detection. SPI and hashes are kept of each message (`packed.py`).
Values of KE and nonces are not: nothing that is told of a negotiation rests on them but IKEv1's first IV, so a message
whose SPI the user's keys name is none of these.
"""

from struct import Struct
from typing import Final, NamedTuple

from analyzer.capture.addresses import packed_address, text_of
from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message, registry
from analyzer.isakmp.header import FLAG_INITIATOR
from analyzer.isakmp.numbers import Doi, ExchangeV2, PayloadV1, PayloadV2
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.isakmp.payloads.vendor_id import VendorID
from analyzer.negotiation.follow.fragments import CISCO_FRAGMENT
from analyzer.negotiation.follow.groups import is_gdoi
from analyzer.negotiation.follow.placed import Placed
from analyzer.negotiation.follow.sides import PHASE1
from analyzer.negotiation.follow.steps import NAT_HASHES, agreed_group, values_in
from analyzer.negotiation.story import FloodForm

MOST_PATTERNS: Final = 1 << 12
"""So many are told apart; of what else comes each message is kept whole, under its IKE version, exchange and target."""

MOST_TARGETS: Final = 1 << 10
"""Targets whose messages of other patterns are counted by target; those to more targets are counted together."""

SPI: Final = 8
_GENERIC, _NOTIFY_HEAD = 4, 8  # bytes before the content of a payload; before the data of a notify without SPI
_KE_HEAD = {1: 0, 2: 4}  # bytes of a KE payload before its value
_KE = {1: int(PayloadV1.KE), 2: int(PayloadV2.KE)}
_NONCE = {1: int(PayloadV1.NONCE), 2: int(PayloadV2.NONCE)}
_IKE_SA_INIT = int(ExchangeV2.IKE_SA_INIT)
PACKED_OF: Final = ("udp", "udp-4500")
"""Transports of what may be packed."""

_WHOLE = Struct("<B16sHBIi")  # bytes of the destination's address, address, port, transport, missing, offset

Cut = tuple[int, int, bool]  # from, to, whether each message's bytes are kept
Group = tuple[str | None, FloodForm]  # where messages go to, and what they look like but for the offer


def is_plain(datagram: Datagram, message: Message) -> bool:
    """Whether a message that begins a negotiation is one of which a flood is made: a datagram in clear, whole or cut.

    Not GDOI's, whose address is no target, and no fragment.
    """
    if message.encrypted or datagram.transport not in PACKED_OF:
        return False
    if message.major_version == 2:
        return message.exchange_type == _IKE_SA_INIT
    if message.exchange_type not in PHASE1 or is_gdoi(datagram, message):
        return False
    sa = message.first(int(PayloadV1.SA))
    return message.first(CISCO_FRAGMENT) is None and not (isinstance(sa, SecurityAssociation) and sa.doi == Doi.GDOI)


def form_of(message: Message) -> FloodForm:
    """What it looks like, in the words of a flood."""
    name = registry.exchange_name(message.major_version, message.exchange_type)
    bodies = [p.body for p in message.payloads]
    offer = next((body for body in bodies if isinstance(body, SecurityAssociation)), None)
    vendor_ids = tuple([body.data for body in bodies if type(body) is VendorID])
    return FloodForm(message.major_version, name, message.length, None, vendor_ids, None, offer)


def coarse(form: FloodForm) -> FloodForm:
    """The same for messages of many forms."""
    return FloodForm(form.ike_version, form.exchange, None, None, (), None, None)


class Pattern(NamedTuple):
    """One of them. place: among all; group: of what flood its messages may be; form: what they look like.

    placed: of each, but for its number. cuts: what differs; fixed: the other bytes behind the SPI, None where each
    message is kept whole. length: bytes of all; dst_ip to missing: of each datagram. clean: they have no defects.
    """

    place: int
    group: Group
    form: FloodForm
    placed: Placed
    fixed: bytes | None
    cuts: tuple[Cut, ...] = ()
    length: int = 0
    dst_ip: str = ""
    dst_port: int = 0
    transport: str = ""
    offset: int | None = None
    missing: int = 0
    clean: bool = True

    def rest_of(self, datagram: Datagram) -> bytes:
        """What is kept of one message besides SPI, digest, time and source."""
        payload = datagram.payload
        if self.fixed is not None:
            return b"".join([payload[start:stop] for start, stop, kept in self.cuts if kept])
        address, place = packed_address(datagram.dst_ip), -1 if datagram.offset is None else datagram.offset
        about = len(address), address, datagram.dst_port, PACKED_OF.index(datagram.transport), datagram.missing, place
        return _WHOLE.pack(*about) + payload[SPI:]

    def carried(self, rest: bytes) -> tuple[str, int, str, int | None, int, bytes]:
        """Destination, transport, offset, missing bytes and payload behind the SPI, zeros for what was not kept."""
        if self.fixed is None:
            size, address, port, transport, missing, offset = _WHOLE.unpack_from(rest)
            place = None if offset < 0 else offset
            return text_of(address[:size]), port, PACKED_OF[transport], place, missing, rest[_WHOLE.size :]
        parts, at, used, taken = [], SPI, 0, 0
        for start, stop, kept in self.cuts:
            parts.append(self.fixed[used : used + start - at])
            used += start - at
            parts.append(rest[taken : taken + stop - start] if kept else bytes(stop - start))
            taken += stop - start if kept else 0
            at = stop
        payload = b"".join([*parts, self.fixed[used:]])
        return self.dst_ip, self.dst_port, self.transport, self.offset, self.missing, payload


class Patterns:
    """Those of one capture."""

    def __init__(self) -> None:
        self.all: list[Pattern] = []
        self._known: dict[tuple[object, ...], Pattern] = {}
        self._whole: dict[tuple[Group, Placed], Pattern] = {}
        self._targets: set[str] = set()
        self._lately: dict[tuple[str, int, str, int], Pattern] = {}

    def alike(self, datagram: Datagram) -> Pattern | None:
        """The pattern of a datagram that looks like one before it, down to the last byte that counts.

        All of its header and of its payloads' headers count: what was said of the one before holds of it as well.
        """
        _, _, transport, _, _, dst_ip, dst_port, payload, offset, missing, _ = datagram
        pattern = self._lately.get((dst_ip, dst_port, transport, len(payload)))
        if (
            pattern is None
            or missing
            or not pattern.clean
            or offset != pattern.offset
            or _fixed_of(payload, pattern.cuts) != pattern.fixed
        ):
            return None
        return pattern

    def of(self, datagram: Datagram, message: Message) -> Pattern:
        """The pattern of a plain first message; a new one, if need be."""
        cuts = () if datagram.missing else _cuts_of(message, len(datagram.payload))
        fixed = _fixed_of(datagram.payload, cuts)
        _, _, transport, _, _, dst_ip, dst_port, payload, offset, missing, _ = datagram
        key = fixed, dst_ip, dst_port, transport, offset, missing
        pattern = self._known.get(key)
        if pattern is None and len(self._known) >= MOST_PATTERNS:
            return self._kept_whole(dst_ip, message)
        if pattern is None:
            size, form = len(payload), form_of(message)
            group = dst_ip, form._replace(offer=None)
            about = fixed, cuts, size, dst_ip, dst_port, transport, offset, missing, not message.defects
            pattern = self._known[key] = Pattern(len(self.all), group, form, _placed(message), *about)
            self.all.append(pattern)
        if not missing:
            self._lately[dst_ip, dst_port, transport, len(payload)] = pattern
        return pattern

    def _kept_whole(self, target: str, message: Message) -> Pattern:
        """The pattern of what is like nothing before it, when there are many patterns already."""
        if target not in self._targets and len(self._targets) < MOST_TARGETS:
            self._targets.add(target)
        placed = _placed(message)
        group = target if target in self._targets else None, coarse(form_of(message))
        pattern = self._whole.get((group, placed))
        if pattern is None:
            pattern = self._whole[group, placed] = Pattern(len(self.all), group, group[1], placed, None)
            self.all.append(pattern)
        return pattern


def _placed(message: Message) -> Placed:
    """What the tracker says of a plain first message, but for its number."""
    if message.major_version == 2:
        return Placed(None, message.flags & FLAG_INITIATOR != 0, packed=True)
    groups: set[int | None] = set()
    group = None
    for payload in message.payloads:
        if isinstance(payload.body, SecurityAssociation):
            groups |= values_in(payload.body)
        elif isinstance(payload.body, KeyExchange):
            group = agreed_group(groups)
    return Placed(None, True, ikev1_group=group, packed=True)


def _cuts_of(message: Message, size: int) -> tuple[Cut, ...]:
    version = message.major_version
    cuts: list[Cut] = []
    for kind, _, length, offset, body in message.payloads:
        end = min(size, offset + length)
        if kind == _KE[version]:
            cuts.append((min(end, offset + _GENERIC + _KE_HEAD[version]), end, False))
        elif kind == _NONCE[version]:
            cuts.append((min(end, offset + _GENERIC), end, False))
        elif version == 2 and type(body) is Notify and body.notify_type in NAT_HASHES and not body.spi:
            cuts.append((min(end, offset + _NOTIFY_HEAD), end, True))
    return tuple(cuts)


def _fixed_of(payload: bytes, cuts: tuple[Cut, ...]) -> bytes:
    """All bytes behind the SPI that no cut takes out."""
    parts, at = [], SPI
    for start, stop, _ in cuts:
        parts.append(payload[at:start])
        at = stop
    parts.append(payload[at:])
    return b"".join(parts)
