"""Messages of a recording, for the tests of this folder: read with dpkt and struct alone, as an independent witness."""

import gzip
import io
import struct
from dataclasses import dataclass
from pathlib import Path

import dpkt

ROOT = Path(__file__).parents[2]
FOLDERS = (
    ROOT / "fixtures" / "pcaps",
    ROOT.parent / "shared" / "captures" / "lab",
    ROOT.parent / "shared" / "captures" / "public",
)


@dataclass(frozen=True)
class Recording:
    """A capture with its key file."""

    name: str
    capture: Path
    keys: Path


def recordings() -> list[Recording]:
    """Ethernet pcap captures that have a key file: the fixtures, and the shared recordings where they are at hand."""
    found: dict[str, Recording] = {}
    for folder in FOLDERS:
        for keys in sorted(folder.rglob("*.keys")):
            for capture in sorted(keys.parent.glob(keys.stem.removesuffix(".pcap") + ".pcap*")):
                if capture.suffix in (".pcap", ".gz"):
                    name = keys.parent.name if keys.stem == "capture" else keys.stem
                    found.setdefault(name, Recording(name, capture, keys))
    return sorted(found.values(), key=lambda r: r.name)


def messages(path: Path) -> list[bytes]:
    """UDP payloads on 500 and 4500 that are ISAKMP, the non-ESP marker taken off; IP fragments left out."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    reader = dpkt.pcap.Reader(io.BytesIO(data))
    found = []
    for _, frame in reader:
        if reader.datalink() != dpkt.pcap.DLT_EN10MB:
            break
        ip = dpkt.ethernet.Ethernet(frame).data
        udp = getattr(ip, "data", None)
        if not isinstance(udp, dpkt.udp.UDP) or not {udp.sport, udp.dport} & {500, 4500}:
            continue
        payload = bytes(udp.data)
        if 4500 in (udp.sport, udp.dport):
            if payload[:4] != bytes(4):
                continue
            payload = payload[4:]
        if len(payload) >= 28 and payload[17] in (0x10, 0x20):
            found.append(payload)
    return found


def chain(data: bytes, first: int) -> list[tuple[int, bytes]]:
    """Payloads (type, body) of a chain, as far as the bytes go."""
    found, kind, at = [], first, 0
    while kind and at + 4 <= len(data):
        length = struct.unpack_from("!H", data, at + 2)[0]
        found.append((kind, data[at + 4 : at + length]))
        kind, at = data[at], at + length
    return found


def attributes(transform: bytes) -> dict[int, int]:
    """Attributes of an IKEv1 transform, TV and short TLV alike."""
    found, at = {}, 0
    while at < len(transform):
        kind, value = struct.unpack_from("!HH", transform, at)
        at += 4
        if not kind & 0x8000:
            value, at = int.from_bytes(transform[at : at + value]), at + value
        found[kind & 0x7FFF] = value
    return found
