"""What kind of file something is by its first bytes, and what its name says it is."""

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, NamedTuple

from analyzer.capture import pcap, pcapng, snoop
from analyzer.capture.compressions import COMPRESSIONS, Head

HEAD: Final = 512
"""First bytes of a file's content by which it is known."""


ZIP_MAGICS: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip archive begins: with a file, or if it is empty with its directory's end."""
_TAR_MAGIC: Final = b"ustar"
_TAR_MAGIC_AT: Final = 257


class Kind(Enum):
    """What becomes of a file in a folder."""

    CAPTURE = auto()  # it is read, or refused by its name
    ZIP = auto()
    TAR = auto()
    OTHER = auto()


class Other(NamedTuple):
    """A format that is not read. advice: what to do. may_hold: whether packets may be in such a file."""

    name: str
    advice: str
    may_hold: bool = True


_EDITCAP: Final = "`editcap FILE new.pcapng` of Wireshark converts it"
WHAT_IS_READ: Final = (
    "pcap, pcapng and snoop are read, also compressed with gzip, zstd, xz or bzip2 and in zip and tar archives; "
    "editcap of Wireshark converts other captures"
)


def _other(name: str) -> Other:
    return Other(name, _EDITCAP)


OTHER_FORMATS: Final = {
    b"GMBU": _other("a Microsoft Network Monitor 2 capture"),
    b"RTSS": _other("a Microsoft Network Monitor 1 capture"),
    b"TRSNIFF data    \x1a": _other("a Sniffer capture for DOS"),
    b"XCP\0": _other("a NetXray or Sniffer capture for Windows"),
    b"VL\0\0": _other("a NetXray 1.0 capture"),
    b"iptrace 1.0": _other("an AIX iptrace capture"),
    b"iptrace 2.0": _other("an AIX iptrace capture"),
    b"\x7fver": _other("an OmniPeek or EtherPeek capture"),
    b"ObserverPktBuffe": _other("an Observer capture"),
    b"\x05VNF": _other("a Visual Networks capture"),
    b"\0\0\x02\0\x12\x05\0\x10": _other("a Tektronix K12 capture"),
    b"+---------+---------------+----------+": _other("a Tektronix K12 capture as text"),
    b"cpse": _other("a Capsa capture"),
    b"LOGG": _other("a Vector BLF log"),
    b"EyeSDN": _other("an EyeSDN capture"),
    b"btsnoop\0": Other("a Bluetooth capture", "It holds no IP packets of a network"),
    b"\x0a\x0d\x0d\x0a": Other("a damaged pcapng capture", WHAT_IS_READ),
    **dict.fromkeys(COMPRESSIONS, Other("compressed more than twice", "Unpack it once, and give what comes out")),
    b"\x04\x22\x4d\x18": Other("lz4 data", "`lz4 -d FILE` unpacks it"),
    b"\x1f\x9d": Other("data of compress", "`uncompress FILE` unpacks it"),
    b"7z\xbc\xaf": Other("a 7-Zip archive", "`7z x FILE` unpacks it"),
    b"Rar!": Other("a RAR archive", "`unrar x FILE` unpacks it"),
    b"\x7fELF": Other("a program", WHAT_IS_READ, may_hold=False),
    b"%PDF": Other("a PDF document", WHAT_IS_READ, may_hold=False),
    b"MDMP": Other("a memory dump of Windows", WHAT_IS_READ, may_hold=False),
    b"PAGE": Other("a memory dump of Windows", WHAT_IS_READ, may_hold=False),
}
"""What is not read, by its first bytes; most of it as Wireshark's wiretap library knows it."""
_BY_NAME: Final = {
    "erf": _other("perhaps an Endace ERF capture"),
    "etl": Other("perhaps an event trace of Windows", "`etl2pcapng FILE new.pcapng` of Microsoft converts it"),
}
UNKNOWN: Final = Other("of no known format", WHAT_IS_READ)
TEXT: Final = Other(
    "a text file",
    "Captures are read, and logs in which a gateway prints IKE messages as digits: docs/logs.md says how to have it "
    "print them",
)
_DOCUMENTS: Final = (b"[Content_Types].xml", b"mimetype", b"META-INF/", b"_rels/", b"AndroidManifest.xml")
_APPLE_DOUBLE: Final = b"\x00\x05\x16\x07"  # what macOS knows of a file besides, named ._FILE
_NAMED: Final = (
    r"\.(pcap|pcapng|ntar|cap|dmp|snoop|trc|etl|erf|5vw|bfr|tr1|fdc|syc)[0-9]*([._-][0-9]+)*"
    r"(\.(gz|zst|xz|bz2|lz4|z|zip|tar|tgz|7z|rar))*$"
)


def kind_of(head: bytes, name: str, *, is_lost: bool = False) -> Kind:
    """What to do with a file whose content begins with `head`; its name may say that it is a capture, too.

    is_lost: its content is damaged from the beginning on, and may have been anything.
    """
    if is_lost:
        return Kind.CAPTURE
    if head[:4] in pcap.MAGICS or head.startswith((pcapng.MAGIC, snoop.MAGIC)):
        return Kind.CAPTURE
    if head.startswith(_TAR_MAGIC, _TAR_MAGIC_AT):
        return Kind.TAR
    if head.startswith(ZIP_MAGICS):
        return Kind.OTHER if _is_document(head) else Kind.ZIP
    if head.startswith(_APPLE_DOUBLE):
        return Kind.OTHER
    known = _known(head)
    if (known and known.may_hold) or is_named_like_capture(name):
        return Kind.CAPTURE
    return Kind.OTHER


def kind_by(head: Callable[[int], Head], name: str) -> Kind:
    """The same, of a file of which `head` gives so many of the first bytes: of a text enough for a log to show."""
    first = head(HEAD)
    kind = kind_of(first.data, name, is_lost=first.is_lost)
    if kind is Kind.OTHER and guess(first.data, name) in (TEXT, UNKNOWN):
        from analyzer.capture.logs import LOOKED_AT, is_log  # noqa: PLC0415  (of texts alone)

        return Kind.CAPTURE if is_log(head(LOOKED_AT).data) else kind
    return kind


def is_named_like_capture(name: str) -> bool:
    """Whether a file's name says that it holds packets: with the numbers that tcpdump puts behind, or compressed."""
    return re.search(_NAMED, name.lower()) is not None


def guess(head: bytes, name: str) -> Other:
    """What a file that is no capture seems to be."""
    known = _known(head)
    if known is not None:
        return known
    try:
        text = head.decode("utf-8", errors="strict" if len(head) < HEAD else "ignore")
    except UnicodeDecodeError:
        text = "\0"
    if all(c.isprintable() or c in "\r\n\t\f" for c in text):
        return TEXT
    return _BY_NAME.get(name.lower().rpartition(".")[2], UNKNOWN)


def _known(head: bytes) -> Other | None:
    return next((other for magic, other in OTHER_FORMATS.items() if head.startswith(magic)), None)


def _is_document(head: bytes) -> bool:
    """Whether a zip archive is the file of some program: an office document, a Java archive."""
    return head.startswith(_DOCUMENTS, 30)
