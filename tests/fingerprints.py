"""How often the peers of captures with known daemons are named rightly: sides counted by daemon, version and role.

.venv/bin/python -m tests.fingerprints                  # the fixtures, whose case.toml says what each side was
.venv/bin/python -m tests.fingerprints FOLDER ...       # captures with a NAME.yaml beside NAME.pcap, or a case.toml
.venv/bin/python -m tests.fingerprints --each           # and every side that is not named rightly, with its frame

A side is one end of one negotiation that sent at least one message. It says enough where one of its messages that begin
an IKE SA was captured in clear and whole: an SA payload, in IKEv2 with a nonce. A refusal, a cut message and an SA of
which the capture has only the encrypted part do not say enough; they may be named all the same, by another negotiation
of that peer. A name is wrong where no candidate is the daemon, or where the versions leave out the daemon's.
"""

import argparse
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from analyzer.analysis import Analysis
from analyzer.tables.store import Tables
from tests.conftest import FIXTURES, captures_in

# What a birth certificate calls the software at the beginning of its line, and how the tables call it
NAMES: Final = {"strongSwan": "strongSwan", "libreswan": "libreswan", "openiked": "OpenIKED", "vpnc": "vpnc"}
NAMES_OF_PROBES: Final = {"ike-scan": "ike-scan"}
_WHOLE: Final = {1: {1}, 2: {33, 40}}  # payloads of a message that says enough: SA; SA and nonce
_BEGIN: Final = ("IKE_SA_INIT", "IDENTITY_PROTECTION", "AGGRESSIVE", "BASE")
_SIDES: Final = ("initiator", "responder")
_WANTED: Final = {
    "negotiations": ["negotiation", "ike_version", "initiator_ip", "responder_ip", "first_frame"],
    "messages": ["negotiation", "from_initiator", "major_version", "exchange", "encrypted", "payload_types"],
    "implementations": ["negotiation", "side", "implementation", "versions"],
}
_LINE = re.compile(r"(?m)^(initiator|responder): \"([^\"]*)\"")
_ADDRESS = re.compile(r"(?m)^  (initiator|responder): \"([^\"]*)\"")
_SUFFIX = re.compile(r"(\.pcap|\.pcapng|\.cap)(\.gz)?$")


class Daemon(NamedTuple):
    """A program by the name of the tables ("" for nobody, None where it is not known), and its version."""

    name: str | None
    version: str


class Truth(NamedTuple):
    """What the sides of a capture were. at: by address, where that is known. also: other programs that ran there."""

    sides: tuple[Daemon, Daemon]
    at: dict[str, Daemon]
    also: tuple[str, ...] = ()


class Side(NamedTuple):
    """One side of a negotiation as scored. verdict: right, none, wrong."""

    capture: str
    frame_number: int
    ike_version: int
    side: str
    truth: Daemon
    says_enough: bool
    verdict: str
    named: str


def daemon(line: str) -> Daemon:
    """From a line such as "strongSwan 5.9.8 charon"."""
    name, version, *_ = [*re.split(r"[ (]", line), "", ""]
    return Daemon((NAMES | NAMES_OF_PROBES).get(name), version)


def truth_of(capture: Path) -> Truth | None:
    """Of the case.toml in its folder, or the yaml file whose name begins its own; None: nobody says."""
    case = capture.parent / "case.toml"
    if case.is_file():
        origin = tomllib.loads(case.read_text(encoding="utf-8"))["origin"]
        also = tuple(name for name in NAMES_OF_PROBES if any(s.startswith(name) for s in origin["software"]))
        return Truth((daemon(origin.get("initiator", "")), daemon(origin.get("responder", ""))), {}, also)
    name = _SUFFIX.sub("", capture.name)
    while not (said := capture.parent / f"{name}.yaml").is_file():
        name, _, rest = name.rpartition("-")  # NAME-i and NAME-r are the two ends of one event
        if not rest:
            return None
    text = said.read_text(encoding="utf-8")
    sides = {side: daemon(line) for side, line in _LINE.findall(text)}
    at = {address: sides[side] for side, address in _ADDRESS.findall(text) if side in sides}
    also = tuple(name for name in NAMES_OF_PROBES if name in text)
    return Truth((sides["initiator"], sides["responder"]), at, also)


def sides_of(name: str, tables: Tables, truth: Truth) -> Iterator[Side]:
    """The sides of one capture of this name, by its tables."""
    spoke, enough = set(), set()
    for m in tables["messages"].records():
        side = m["negotiation"], m["from_initiator"]
        spoke.add(side)
        types = m["payload_types"] or ()
        if m["exchange"] in _BEGIN and not m["encrypted"] and _WHOLE.get(m["major_version"], {0}).issubset(types):
            enough.add(side)
    named = defaultdict(list)
    for row in tables["implementations"].records():
        named[row["negotiation"], row["side"] == "initiator"].append(row)
    for n in tables["negotiations"].records():
        for place, side in enumerate(_SIDES):
            key = n["negotiation"], side == "initiator"
            was = truth.at.get(n[f"{side}_ip"], truth.sides[place])
            if key not in spoke or was.name is None:
                continue
            shown = "; ".join(f"{row['implementation']} {row['versions'] or ''}".strip() for row in named[key])
            verdict = _verdict(named[key], was, truth.also)
            yield Side(name, n["first_frame"] or 0, n["ike_version"], side, was, key in enough, verdict, shown)


def _verdict(rows: list[dict[str, Any]], was: Daemon, also: tuple[str, ...]) -> str:
    if not rows:
        return "none"
    fitting = [row for row in rows if row["implementation"] in (was.name, *also)]
    if not fitting or (fitting[0]["implementation"] == was.name and not within(fitting[0]["versions"], was.version)):
        return "wrong"
    return "right"


def within(versions: str | None, version: str) -> bool:
    """Whether a version is among "5.8.0 or later", "5.0 to 5.3", "up to 4.6"; True where nothing is said."""
    if not versions:
        return True
    first, last = "", ""
    if versions.endswith(" or later"):
        first = versions.removesuffix(" or later")
    elif versions.startswith("up to "):
        last = versions.removeprefix("up to ")
    else:
        first, _, last = versions.partition(" to ")
        last = last or first
    key = _key(version)
    return (not first or _key(first) <= key) and (not last or key[: len(_key(last))] <= _key(last))


def _key(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))


def folder(path: Path) -> list[Side]:
    """All sides of the captures below a folder of which somebody says what they were."""
    found: list[Side] = []
    for capture in captures_in(path):
        truth = truth_of(capture)
        if truth is not None:
            analysis = Analysis(wanted=_WANTED)
            analysis.add(capture)
            name = capture.parent.name if capture.stem == "capture" else capture.name
            found += sides_of(name, analysis.tables, truth)
    return found


class Row(NamedTuple):
    """A line of the table: a group of sides, how many there are, how many say enough, and how they are named."""

    group: tuple[str, ...]
    sides: int
    enough: int
    right_of_enough: int
    right: int
    none: int
    wrong: int


def table(sides: Iterable[Side]) -> list[Row]:
    """Sides by IKE version, daemon, its version and role; the sums of each IKE version last."""
    groups: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for s in sides:
        version = f"IKEv{s.ike_version}"
        for group in ((version, s.truth.name or "nobody", s.truth.version, s.side), (version, "all", "", "")):
            groups[group].update([s.verdict, "sides"])
            if s.says_enough:
                groups[group].update(["enough", f"{s.verdict} of enough"])
    ordered = sorted(groups, key=lambda g: (g[0], g[1] == "all", g))
    counts = ("sides", "enough", "right of enough", "right", "none", "wrong")
    return [Row(group, *(groups[group][count] for count in counts)) for group in ordered]


def text(rows: Iterable[Row]) -> str:
    """The table for a terminal."""
    head = f"{'':34}{'sides':>7}{'enough':>8}{'right':>7}{'':7}{'all right':>11}{'none':>6}{'wrong':>7}"
    lines = [head]
    for r in rows:
        part = f"{r.right_of_enough / r.enough:6.1%}" if r.enough else ""
        lines.append(
            f"{' '.join(r.group):34}{r.sides:7}{r.enough:8}{r.right_of_enough:7}{part:>7}{r.right:11}{r.none:6}"
            f"{r.wrong:7}"
        )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Print the table of each folder; 1 where a name is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fingerprints", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[FIXTURES])
    parser.add_argument("--each", action="store_true", help="list the sides that are not named rightly")
    options = parser.parse_args(argv)
    wrong = 0
    for path in options.folders:
        sides = folder(path)
        wrong += sum(s.verdict == "wrong" for s in sides)
        print(f"{path}\n{text(table(sides))}\n")
        for s in sides:
            if options.each and s.verdict != "right":
                enough = "" if s.says_enough else " (does not say enough)"
                print(f"  {s.verdict}: {s.capture} frame {s.frame_number} {s.side} {s.truth.name}{enough} {s.named}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
