"""The same packets in every container and compression that is read."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from struct import pack

import zstandard

from tests.capture.packets import enhanced, interface, old_packet, option, section, simple

Record = tuple[int, bytes]
"""Time in microseconds since 1970, and an Ethernet frame."""


def pcap(records: Sequence[Record], order: str = "<", magic: int = 0xA1B2C3D4, link_type: int = 1) -> bytes:
    unit = 1000 if magic == 0xA1B23C4D else 1
    more = bytes(8) if magic == 0xA1B2CD34 else b""
    check = bytes(4) if link_type >> 26 & 1 else b""  # the upper bits say that frames end with their checksum
    out = [pack(order + "IHHiIII", magic, 2, 4, 0, 0, 1 << 18, link_type)]
    for time, frame in records:
        size = len(frame) + len(check)
        out += (pack(order + "IIII", time // 10**6, time % 10**6 * unit, size, size), more, frame, check)
    return b"".join(out)


def sections(records: Sequence[Record]) -> bytes:
    """A section for each packet, of either byte order and of two link types by turns."""
    out = []
    for number, (time, frame) in enumerate(records):
        order, bare = "<>"[number % 2], number % 4 > 1
        out += [section(order), interface(101 if bare else 1, order)]
        out += [enhanced(frame[14:] if bare else frame, order, units=time)]
    return b"".join(out)


def interfaces(records: Sequence[Record]) -> bytes:
    """Three interfaces whose clocks count otherwise: microseconds, nanoseconds, 2^-20 seconds from an offset on."""
    out = [section(), interface(), interface(101, resolution=9), interface(resolution=0x80 | 20, offset=1000)]
    for number, (time, frame) in enumerate(records):
        units = (time, time * 1000, -((1000 * 10**6 - time) * (1 << 20) // 10**6))
        which = number % 3
        out.append(enhanced(frame[14:] if which == 1 else frame, number=which, units=units[which]))
    return b"".join(out)


def commented(records: Sequence[Record]) -> bytes:
    comments = (option(1, b"note %d" % number) + option(0, b"") for number in range(len(records)))
    blocks = (enhanced(frame, units=time, options=next(comments)) for time, frame in records)
    return section() + interface() + b"".join(blocks)


def snoop(records: Sequence[Record]) -> bytes:
    out = [b"snoop\0\0\0" + pack(">II", 2, 4)]
    for time, frame in records:
        pad = -len(frame) % 4
        out.append(pack(">6I", len(frame), len(frame), 24 + len(frame) + pad, 0, time // 10**6, time % 10**6))
        out += [frame, bytes(pad)]
    return b"".join(out)


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("gw.pcap", data)
    return file.getvalue()


def tarred(data: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("gw.pcap")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


FORMS: dict[str, Callable[[Sequence[Record]], bytes]] = {
    "pcap": pcap,
    "pcap, big-endian": partial(pcap, order=">"),
    "pcap, nanoseconds": partial(pcap, magic=0xA1B23C4D),
    "pcap, nanoseconds, big-endian": partial(pcap, order=">", magic=0xA1B23C4D),
    "pcap, modified (Kuznetzov)": partial(pcap, magic=0xA1B2CD34),
    "pcap, frames with their checksum": partial(pcap, link_type=0x24000001),
    "pcapng": lambda records: section() + interface() + b"".join(enhanced(f, units=t) for t, f in records),
    "pcapng, packet blocks of old": lambda r: section() + interface() + b"".join(old_packet(f, units=t) for t, f in r),
    "pcapng, simple packet blocks": lambda r: section() + interface() + b"".join(simple(f) for _, f in r),
    "pcapng, sections of both byte orders": sections,
    "pcapng, interfaces of three kinds": interfaces,
    "pcapng, comments": commented,
    "snoop": snoop,
}
COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip, in two members": lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:]),
    "gzip in gzip": lambda data: gzip.compress(gzip.compress(data)),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
}
ARCHIVES: dict[str, Callable[[bytes], bytes]] = {
    "zip": zipped,
    "tar": tarred,
    "tar in gzip": lambda data: gzip.compress(tarred(data)),
    "tar in bzip2": lambda data: bz2.compress(tarred(data)),
    "tar in xz": lambda data: lzma.compress(tarred(data)),
}


def contained(records: Sequence[Record]) -> Iterator[tuple[str, bytes]]:
    """Packets in everything, by name: each form by itself, and pcap in each compression and archive."""
    for name, form in FORMS.items():
        yield name, form(records)
    for name, pack_up in (COMPRESSIONS | ARCHIVES).items():
        yield name, pack_up(pcap(records))
