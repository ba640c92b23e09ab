"""A capture and its redacted copy: what their tables have to agree in, and what must not stand in the copy.

`python -m tests.redact.same_story CAPTURE...` asks it of any captures: a line for each that differs or leaks.
"""

import re
import sys
from base64 import b64encode
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analyzer.analysis import Analysis
from analyzer.capture.open import open_files
from analyzer.redact.capture import Redaction, redact_capture
from analyzer.redact.key import Key
from analyzer.redact.values import Values
from analyzer.tables.store import Tables
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "redaction.md"
SECRET = b"one secret for all tests, always"
VALUES = Values(Key(SECRET))
"""What the copies that `redacted` writes have in the place of what."""

_ETHERNET = 1
_NAMING = ("advice", "basis")  # columns of diagnoses whose sentences name addresses and points
_LEAST_WORD = 5
_WORD = re.compile(r"[A-Za-z0-9]{5,}")
# Words that stand in what is kept or in what the program writes itself
_OURS = frozenset(
    ("frame", "redacted", "original", "analyzer", "isakmp", "names", "bodies", "zeros", "other", "addresses")
)


def mapped_columns() -> frozenset[str]:
    """The columns that the handbook says are other ones in a redacted capture: `table.column`."""
    text = PAGE.read_text("utf-8")
    return frozenset(re.findall(r"`(\w+\.\w+)`", text[text.index("## What differs") :]))


def tables_of(path: Path) -> Tables:
    analysis = Analysis(policy="ietf", ports=(500, 4500))
    analysis.add(str(path))
    return analysis.tables


def redacted(path: Path, copy: Path, *, keep_other: bool = True, secret: bytes = SECRET) -> Redaction:
    with copy.open("wb") as file:
        return redact_capture(path, file, Values(Key(secret)), keep_other=keep_other)


def differences(before: Tables, after: Tables, mapped: frozenset[str], *, frames: bool = True) -> Iterator[str]:
    """Cells that differ, but those of mapped columns. frames False: nor frame numbers, where packets were left out."""
    for name, table in before.items():
        rows, copies = _rows(name, before, frames=frames), _rows(name, after, frames=frames)
        if len(rows) != len(copies) and name not in ("comments", "implementations"):  # of the file itself, of products
            yield f"{name}: {len(rows)} rows, {len(copies)} in the copy"
        fields = [f for f in table.schema.names if f"{name}.{f}" not in mapped]
        for row, copy in zip(rows, copies, strict=False):
            for field in fields:
                same = row[field] == copy[field] or (
                    name == "diagnoses"
                    and field in _NAMING
                    and _without_names(row[field], before) == _without_names(copy[field], after)
                )
                if not same and (frames or not _counts_frames(name, field)):
                    yield f"{name}.{field}: {row[field]!r}, {copy[field]!r} in the copy"


def _without_names(text: str | None, tables: Tables) -> str:
    """A sentence without addresses, and without the names of the points at which was captured."""
    points = sorted({point for (point,) in tables["sights"].cells("point") if point}, key=len, reverse=True)
    names = "|".join([r"\b\d+\.\d+\.\d+\.\d+\b", *map(re.escape, points)])
    return re.sub(names, "#", text or "")


def _rows(name: str, tables: Tables, *, frames: bool) -> list[dict[str, Any]]:
    rows = list(tables[name].records())
    if name == "defects" and not frames:  # which the copy has no packets for
        rows = [row for row in rows if row["kind"] != "capture-not-opened"]
    if name == "responders":  # in the order of their addresses
        rows.sort(key=lambda r: (r["first_time"] or 0, r["last_time"] or 0, r["port"] or 0, r["evidence_frames"]))
    return rows


def _counts_frames(table: str, field: str) -> bool:
    other = ("captures.packets", "captures.defects", "exchanges.missing", "messages.retransmission_of")
    return "frame" in field or f"{table}.{field}" in other


def originals(path: Path, tables: Tables) -> dict[str, bytes]:
    """What must not stand in the copy, by what it is: packed addresses, MACs, words of identities and certificates."""
    found: dict[str, bytes] = {}
    addresses = {
        value
        for table, columns in {
            "messages": ("src_ip", "dst_ip"),
            "flows": ("client_ip", "server_ip"),
            "icmp_errors": ("reporter_ip", "src_ip", "dst_ip"),
            "esp_streams": ("src_ip", "dst_ip"),
        }.items()
        for cells in tables[table].cells(*columns)
        for value in cells
    }
    for text in sorted(addresses):
        address = ip_address(text)
        if VALUES.addresses.of(address.packed) != address.packed:  # loopback and groups that everybody knows
            found[text] = address.packed
            found[f"{text} as text"] = text.encode()
    for name, columns in {
        "identities": ("identity",),
        "certificates": ("subject", "issuer", "subject_alt_names"),
        "payloads": ("summary",),
    }.items():
        for cells in tables[name].cells(*columns):
            for text in _texts(cells):
                if name != "payloads" or "@" in text or ".example" in text:
                    found |= {word: word.encode() for word in _WORD.findall(text)}
    for data, kind in tables["vendor_ids"].cells("data", "kind"):
        if kind != "capability" and data and len(data) >= 2 * _LEAST_WORD:
            found[f"vendor ID {data}"] = bytes.fromhex(data)
    found |= {mac.hex(":"): mac for mac in macs(path) if VALUES.macs.of(mac) != mac}
    found[f"the name of {path.parent.name}"] = path.parent.name.encode()
    return {name: value for name, value in found.items() if name.lower() not in _OURS and not name.isdecimal()}


def _texts(cells: tuple[Any, ...]) -> Iterator[str]:
    for cell in cells:
        yield from (str(one) for one in cell) if isinstance(cell, tuple) else [str(cell or "")]


def macs(path: Path) -> set[bytes]:
    """The addresses of Ethernet frames."""
    found: set[bytes] = set()
    files = open_files(path)
    for file, packets in files.runs():
        for packet in packets:
            if packet.link_type == _ETHERNET:
                found |= {packet.data[:6], packet.data[6:12]}
        file.source.close()
    return found


def forms(value: bytes) -> Iterator[tuple[str, bytes]]:
    """Ways to write bytes: as they are, in hex, in UTF-16, in base64 at each of its three alignments."""
    yield "as it is", value
    yield "in hex", value.hex().encode()
    yield "in HEX", value.hex().upper().encode()
    if value.isascii() and value.decode().isprintable():
        yield "in UTF-16", value.decode().encode("utf-16-le")
    for shift in range(3):
        cut = (0, 2, 3)[shift]
        whole = (shift + len(value)) * 8 // 6
        yield f"in base64 at {shift}", b64encode(bytes(shift) + value)[cut:whole]


def leaks(wanted: dict[str, bytes], copy: bytes) -> Iterator[str]:
    """What of it stands in these bytes, and how."""
    for name, value in wanted.items():
        yield from (f"{name} {how}" for how, form in forms(value) if form in copy)


def main(paths: list[str]) -> int:
    mapped, faults = mapped_columns(), 0
    with TemporaryDirectory() as folder:
        for path in map(Path, paths):
            before = tables_of(path)
            for keep in (True, False):
                copy = Path(folder) / "copy.pcapng"
                redacted(path, copy, keep_other=keep)
                said = [*differences(before, tables_of(copy), mapped, frames=keep)]
                said += leaks(originals(path, before), copy.read_bytes())
                faults += len(said)
                for line in dict.fromkeys(said):
                    print(f"{path}: {'all packets' if keep else 'IKE and IPsec'}: {line}"[:400])
    print(f"{len(paths)} captures, {faults} faults")
    return faults > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
