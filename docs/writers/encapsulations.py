"""encapsulations.md: every link type, tag, tunnel and container of the tests' tables, beside tshark's answer."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from struct import unpack_from

from analyzer.capture import layers
from analyzer.capture.link import IPV4, IPV6, link_name
from tests.capture.layers.tshark import FOUND, LOGS, Answer, Frame, files, frames, recorded

from .markdown import WRITTEN, table

UDP, GRE = 17, 47
HEADS = ("What", "Known by", "Frames asked", "tshark's answer")


def page() -> Iterator[str]:
    """encapsulations.md."""
    version, answers = recorded()
    yield WRITTEN
    yield f"""# Encapsulations and containers

Every link type, tag, tunnel and file format that is read, and what carries IP and is not: the tests of this program
make frames of each with a message of IKE in them, and ask tshark {version} for the same. *{FOUND}*: it finds the
message too, of its own accord, or with the option named. `python -m tests.capture.layers.tshark` asks again.

What is not opened is counted by name: columns `packets_not_opened` and `not_opened` of `captures`, and the defect
`capture-not-opened`. [Limits](limits.md) has what is looked for where.

## Link types and tags

All of these are opened. A tag or tunnel may stand in any other, 16 deep.
"""
    every = list(frames())
    yield from table(HEADS, _rows((f for f in every if f.table == "plain"), answers))
    yield "## Rarer link types\n\nAll of these are opened.\n"
    rare = [f for f in every if f.table == "layers"]
    yield from table(HEADS, _rows((f for f in rare if f.link_type != 1), answers))
    yield "## Tags and tunnels\n\nAll of these are opened.\n"
    yield from table(HEADS, _rows((f for f in rare if f.link_type == 1), answers))
    yield "## Counted by name, not opened\n"
    yield """Encrypted or compressed, in pieces, of another version, or rare. Where a frame holds no message that could
be found (it is encrypted, or compressed) the answer is *not found* as well.
"""
    yield from table(HEADS, _rows((f for f in every if f.table == "not opened"), answers))
    yield "## Containers\n"
    yield """The same packets in each; all are read, alike. For tshark capinfos was asked, which reads files as it does:
whether it finds the packets.
"""
    yield from table(("File", "tshark's answer"), _files("containers", answers))
    yield "## Logs\n\n[Logs of a device](logs.md) are read as captures; tshark finds no packets in them.\n"
    yield from table(("Log", "tshark's answer"), dict.fromkeys(_files("logs", answers)))


def _rows(some: Iterable[Frame], answers: dict[tuple[str, str], Answer]) -> Iterator[tuple[str, ...]]:
    """A row for each layer and answer."""
    grouped: dict[tuple[str, str], list[Frame]] = defaultdict(list)
    for frame in some:
        answer, note = answers[frame.layer, frame.name]
        layer = frame.name if frame.layer == "network" else frame.layer  # many tunnels, read in one place
        grouped[layer, f"{answer}: {note}" if note else answer].append(frame)
    for (layer, answer), rows in grouped.items():
        known = dict.fromkeys(filter(None, map(known_by, rows)))
        yield _title(layer), "; ".join(known), "; ".join(row.name for row in rows), answer


def _title(layer: str) -> str:
    """As the module says that reads it."""
    if layer not in _modules():
        return layer
    doc = import_module(f"{layers.__name__}.{layer}").__doc__ or ""
    return layers.NAMES.get(layer) or doc.partition("\n")[0].partition(":")[0].partition(";")[0].rstrip(".")


def _modules() -> set[str]:
    links = {module for _, module in layers.LINK_TYPES.values()}
    return links.union(layers.ETHERTYPES.values(), layers.UDP_PORTS.values())


def known_by(frame: Frame) -> str:
    """What announces the outermost layer that is not plain IP in Ethernet: a number of somebody's registry."""
    if frame.link_type != 1:
        return f"link type {frame.link_type} {link_name(frame.link_type)}"
    ethertype = int.from_bytes(frame.data[12:14], "big")
    if ethertype <= 1500:
        return "LLC and SNAP"
    if ethertype not in (IPV4, IPV6):
        return _ethertype(frame, ethertype)
    protocol, behind = (frame.data[23], 34) if ethertype == IPV4 else (frame.data[20], 54)
    _, second = unpack_from(">HH", frame.data, behind)  # of GRE and of UDP
    if protocol == GRE:
        return f"GRE protocol 0x{second:04x}"
    if protocol != UDP:
        return f"IP protocol {protocol}"
    if frame.layer == "Ethernet":
        return "link type 1 ETHERNET"
    known = second in layers.UDP_PORTS or frame.table == "not opened"
    return f"UDP port {second}" if known else "UDP, any port, by its content"


def _ethertype(frame: Frame, ethertype: int) -> str:
    """Behind VLAN tags where the layer is none of them."""
    if ethertype in (0x8100, 0x88A8) and "VLAN" not in frame.layer:
        at = 16
        while (ethertype := int.from_bytes(frame.data[at : at + 2], "big")) in (0x8100, 0x88A8):
            at += 4
    protocol = int.from_bytes(frame.data[20:22], "big")
    return f"PPP protocol 0x{protocol:04x}" if frame.layer.startswith("PPP ") else f"ethertype 0x{ethertype:04x}"


def _files(wanted: str, answers: dict[tuple[str, str], Answer]) -> Iterator[tuple[str, str]]:
    for kind, name, _ in files():
        if kind == wanted:
            shown = tomllib.loads((LOGS / name / "case.toml").read_text("utf-8"))["format"] if kind == "logs" else name
            yield shown, answers[kind, name].answer
