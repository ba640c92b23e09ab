"""Two sides of a comparison out of fixtures, each read once."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Final

from analyzer import read_pcap
from analyzer.report.compare.case import Case, cases
from analyzer.report.compare.model import Aspect
from analyzer.tables.store import Tables
from tests.conftest import FIXTURES
from tests.report.sample import INIT, START, Peer, put

CUT: Final = ("capture-truncated at byte 54: expected 456 bytes, found 54 bytes, 402 missing in the capture",)
Topic = Callable[[Case, Case], Iterator[Aspect]]


@cache
def tables_of(name: str, *, keys: bool = False) -> Tables:
    """The tables of a fixture."""
    folder = FIXTURES / name
    return read_pcap(folder / "capture.pcap", keys=folder / "capture.keys" if keys else None).tables


def side(name: str, number: int = 1, *, keys: bool = False) -> Case:
    """One negotiation of it."""
    return cases(tables_of(name, keys=keys), [number])[number]


def asked(topic: Topic, a: Case, b: Case) -> dict[str, Aspect]:
    """The aspects of one topic by name; names that come more than once get a number."""
    return by_name(topic(a, b))


def by_name(aspects: Iterable[Aspect]) -> dict[str, Aspect]:
    """Aspects by name, the second of a name with a number behind it."""
    found: dict[str, Aspect] = {}
    for aspect in aspects:
        again = sum(name.partition(" #")[0] == aspect.name for name in found)
        found[f"{aspect.name} #{again + 1}" if again else aspect.name] = aspect
    return found


def initiated(version: int = 2, **cells: Any) -> tuple[Tables, Peer]:
    """Tables with a negotiation that has no messages yet, and who sends them."""
    tables = Tables()
    mode = "ikev2" if version == 2 else "main"
    row = {"ike_version": version, "mode": mode, "first_time": START, "first_frame": 1, "outcome": "incomplete"}
    put(tables, "negotiations", **{"negotiation": 1, **row, **cells})
    return tables, Peer(tables, 1, ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2"), version)


def cut_side(*types: tuple[int, ...], defects: tuple[str, ...] = CUT, **cells: Any) -> Case:
    """IKE_SA_INIT, request and response in frames 1 and 2 as far as there are payload types; SAs and KEs have rows."""
    tables, peer = initiated(**cells)
    for frame, (held, who, name) in enumerate(zip(types, "ir", ("offered", "chosen"), strict=False), 1):
        peer.send(frame, frame, who, INIT, held, defects=defects)
        if 33 in held:
            made = {"proposal_number": 1, "protocol_id": 1, "protocol": "IKE", "transforms": ("ENCR_AES_CBC-256",)}
            put(tables, "proposals", frame_number=frame, negotiation=1, side=name, **made)
        if 34 in held:
            end = "initiator" if who == "i" else "responder"
            put(tables, "ke_values", frame_number=frame, negotiation=1, side=end, length=22)
    return cases(tables, [1])[1]
