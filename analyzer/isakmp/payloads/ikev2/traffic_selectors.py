"""Traffic Selector payloads (RFC 7296 section 3.13, RFC 4595 for Fibre Channel, RFC 9478 for security labels)."""

from ipaddress import ip_address
from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout, ShortError
from analyzer.isakmp.payloads import content
from analyzer.isakmp.text import range_text

COUNT = Layout(">BBH", "selector_count", "reserved=hex", "reserved2=hex")
SELECTOR = Layout(">BBH", "ts_type=ikev2-ts-types", "ip_protocol=ip-protocols", "selector_length")
FIBRE_CHANNEL = Layout(
    ">B3sB3sBBBB",
    "reserved=hex",
    "starting_address",
    "reserved2=hex",
    "ending_address",
    "starting_r_ctl",
    "ending_r_ctl",
    "starting_type",
    "ending_type",
)
PORTS = Layout(">HH", "start_port", "end_port")
_ADDRESS_SIZE = {7: 4, 8: 16}
_ANY_PORTS = (0, 65535)
_OPAQUE_PORTS = (65535, 0)
_FIBRE_CHANNEL = 9
_SECURITY_LABEL = 10


class TrafficSelector(NamedTuple):
    """One range. Ports 65535-0 mean OPAQUE. Types other than IP ranges have `data` in place of ports and addresses."""

    ts_type: int
    protocol_id: int
    start_port: int
    end_port: int
    start_address: str
    end_address: str
    data: bytes

    @property
    def text(self) -> str:
        """Range, protocol and ports as an engineer writes them: a prefix where the range is one."""
        if not self.start_address:
            return self.data.hex()
        text = range_text(self.start_address, self.end_address)
        ports = (self.start_port, self.end_port)
        if self.protocol_id == 0 and ports == _ANY_PORTS:
            return text
        text += f" proto {self.protocol_id or 'any'}"
        if ports == _OPAQUE_PORTS:
            return text + " port opaque"
        if ports == _ANY_PORTS:
            return text
        return text + (f" port {ports[0]}" if ports[0] == ports[1] else f" ports {ports[0]}-{ports[1]}")


class TrafficSelectors(NamedTuple):
    """The selectors of one side."""

    selectors: tuple[TrafficSelector, ...]


def decode(cursor: Cursor) -> TrafficSelectors:
    """Decode a TS payload, as many selectors as there are bytes for."""
    count, _, _ = cursor.fields(COUNT)
    selectors: list[TrafficSelector] = []
    while cursor.more(selectors):
        selector = read_selector(cursor)
        if selector is None:
            break
        selectors.append(selector)
    if len(selectors) != count:
        found = f"{len(selectors)} selectors"
        cursor.defect("wire-selector-count", f"{count} selectors", found, "what is there is decoded", cursor.start)
    return TrafficSelectors(tuple(selectors))


def read_selector(cursor: Cursor) -> TrafficSelector | None:
    """One selector; None, with a defect, where its length cannot be."""
    start = cursor.position
    cursor.begin("traffic_selector")
    try:
        kind, protocol, length = cursor.fields(SELECTOR)
    except ShortError:
        length = 0
    left = cursor.stop - start
    if not SELECTOR.size <= length <= left:
        problem = "wire-payload-overlong" if length > left else "wire-payload-length"
        expected = f"{SELECTOR.size} to {left} bytes of selector"
        cursor.defect(problem, expected, str(length), "no further selectors are read", start)
        cursor.rest("undecoded_bytes")
        cursor.end()
        return None
    inner = cursor.sub(length - SELECTOR.size)
    size = _ADDRESS_SIZE.get(kind)
    if size is not None and inner.remaining == PORTS.size + 2 * size:
        start_port, end_port = inner.fields(PORTS)
        first, last = (
            inner.take(size, name, content.read, "address") for name in ("starting_address", "ending_address")
        )
        addresses = str(ip_address(first)), str(ip_address(last))
        selector = TrafficSelector(kind, protocol, start_port, end_port, *addresses, b"")
    else:
        if size is not None:
            found = f"{inner.remaining} bytes"
            inner.defect(
                "wire-payload-length", f"{PORTS.size + 2 * size} bytes of ports and addresses", found, "kept as bytes"
            )
        data = inner.rest("selector_data", _read_other, kind)
        selector = TrafficSelector(kind, protocol, 0, 0, "", "", data)
    if cursor.recording and selector.start_address:
        cursor.describe(selector.text)
    cursor.end("ikev2-ts-types", kind)
    return selector


def _read_other(cursor: Cursor, kind: int) -> None:
    if kind == _FIBRE_CHANNEL:
        cursor.fields(FIBRE_CHANNEL)
    elif kind == _SECURITY_LABEL:
        content.read(cursor, "text")
