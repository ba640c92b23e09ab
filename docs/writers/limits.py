"""What limits.md repeats of the code: link types, ciphers, and bounds with their values."""

import csv
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules

from analyzer.batch import arrivals
from analyzer.capture import (
    archives,
    compressions,
    decoder,
    fragments,
    handshakes,
    kinds,
    layers,
    ledger,
    sets,
    spool,
    tcp,
    zipped,
)
from analyzer.capture import link as links
from analyzer.capture.joining import glance
from analyzer.decryption import keyfile
from analyzer.isakmp import cursor, recorder
from analyzer.isakmp.payloads import sa
from analyzer.negotiation.conclude import floods, verdict
from analyzer.negotiation.follow import half_open, malformed, windows
from analyzer.report import bulk, cbom, evidence, exposed, extract, index, json, sarif, sections, watched
from analyzer.report.explorer import choice
from analyzer.report.find import data as find
from analyzer.tables import united
from analyzer.tables.filter import parse

IN_CAPTURES = (
    (
        "expansion of a compressed capture",
        f"{compressions.EXPANSION} times its size, beyond {{{compressions.FREE_EXPANSION}}}",
        "the rest is not read: `limit-expansion`, exit code 3; `--max-expansion`",
    ),
    ("captures of a set that ran at the same time", sets.MOST_CHAINS, "more are refused, exit code 3"),
    (
        "IKE SAs of one capture that are held to those of others",
        glance.MOST_SAS,
        "said; `--as-one` joins what belongs together",
    ),
    (
        "messages of each SA that are held to those of others",
        glance.MESSAGES,
        f"and {glance.MOST_MORE:,} more of the capture; of others the times alone",
    ),
    ("files of an archive that are looked at", archives.MOST_FILES, "named, exit code 3"),
    (
        "size of a zip archive's directory",
        f"{{{zipped.MOST_DIRECTORY}}}",
        "the archive is not opened: named, exit code 3",
    ),
    ("captures of a compressed tar archive in memory", f"{{{spool.IN_MEMORY}}}", "more are in a temporary file"),
    ("IP headers and tunnels inside each other", decoder.MAX_DEPTH, "`limit-nesting`"),
    (
        "IP datagrams in fragments at one time",
        fragments.MAX_DATAGRAMS,
        "the oldest is given up; what is there of it is read",
    ),
    ("time that fragments are waited for", f"{fragments.MAX_AGE_NS // 10**9} s", "as RFC 8200 section 4.5; the same"),
    ("fragments of one datagram", fragments.MAX_PIECES, "`limit-fragments`"),
    ("bytes of all fragments that wait", f"{{{fragments.MAX_BYTES}}}", "the oldest is given up"),
    (
        "TCP streams that are put together at one time",
        tcp.MAX_DIRECTIONS,
        "`limit-tcp-streams`: the one idle for longest is forgotten",
    ),
    ("bytes of TCP that wait", f"{{{tcp.MAX_BYTES}}}", "the same"),
    (
        "addresses and ports that answered on TCP, and that did not",
        f"{handshakes.MAX_TARGETS:,} and {handshakes.MAX_SILENT:,}",
        "`limit-tcp-targets`: packets of others are counted",
    ),
    (
        "connections that wait for an answer to a SYN",
        handshakes.MAX_ASKED,
        "`limit-tcp-answers`: the oldest is forgotten",
    ),
    ("peers of each that are named", handshakes.MAX_PEERS, "`responders`: `askers` is missing, `all_peers` is no"),
    ("flows of IKE that are listed", ledger.MAX_IKE_FLOWS, "`limit-flows`: counted, not listed"),
    ("flows of ESP and AH that are listed", ledger.MAX_ESP_FLOWS, "`limit-flows`: counted, not listed"),
    ("ESP and AH streams that are listed", ledger.MAX_STREAMS, "`limit-esp-streams`: counted, not listed"),
    ("ICMP errors that quote ESP, AH or fragments", decoder.MAX_TRAFFIC_ERRORS, "`limit-icmp-errors`"),
    ("datagrams whose first fragment is missing", decoder.MAX_RESTS, "`limit-rests`"),
    (
        "messages of which it is noted that they came in IP fragments",
        decoder.MAX_REASSEMBLED,
        "`ml-kem-init-in-fragments` says nothing of more",
    ),
)
IN_MESSAGES = (
    ("payloads of a message, items of a payload", cursor.LIST_LIMIT, "`limit-payloads`, `limit-items`"),
    ("proposals and transforms of an SA payload", sa.ITEM_LIMIT, "`limit-items`"),
    ("defects of one message", cursor.DEFECT_LIMIT, "`limit-defects`"),
    ("fields of a message that `show` and the page list", recorder.NODE_LIMIT, "`limit-nodes`"),
    ("size of a key file", f"{{{keyfile._LARGEST_FILE}}}", "exit code 2"),
)
IN_NEGOTIATIONS = (
    (
        "pairs of hosts with malformed AuthIP in no SA",
        windows.MOST,
        "`limit-malformed`: rows of `defects`, and no finding",
    ),
    (
        "first messages without an answer, one negotiation each",
        half_open.MOST,
        "more are [floods](verdicts.md#floods); `--max-negotiations`",
    ),
    (
        "bytes for those in floods",
        f"{{{half_open.ROOM}}}",
        "for each 10,000 of `--max-negotiations`; the oldest are forgotten: `limit-half-open`, column `not_kept`",
    ),
    (
        "pairs of hosts of which malformed messages are counted",
        malformed.MOST,
        "`limit-malformed`: no `malformed-burst` between others",
    ),
    ("responders that answer one address unasked", floods.LEAST_SOURCES, "from so many on one event: a flood"),
    (
        "end of the capture after a request without an answer",
        f"{verdict.PATIENCE_NS // 10**9} s",
        "less shows no missing answer",
    ),
)
IN_OUTPUTS = (
    ("rows of a table that `report` writes as CSV", bulk.MOST_ROWS, "named; `--tables all`, `export`"),
    ("rows of a table in report.json", json.MOST_ROWS, "`left_out`; the CSV file has them"),
    (
        "negotiations that a page shows in full",
        sections.MOST_NEGOTIATIONS,
        f"of more {sections.EXAMPLES}; the others in its table",
    ),
    ("negotiations that a page searches", find.MOST, "the worst; the page says so"),
    (
        "frames in the packets of a page",
        choice.MOST_FRAMES,
        f"or {{{choice.MOST_BYTES}}}; of more {choice.MOST_CHOSEN:,}, chosen and named",
    ),
    ("frames of the evidence below the negotiations", evidence.MOST_FRAMES, "named; `show --frame`"),
    ("hosts in the exposure section of a page", exposed.MOST_HOSTS, "counted; `exposure` prints all"),
    ("packets of `extract` with comments", extract.MOST_COMMENTED, "counted"),
    ("size of a report.json that `diff` reads", f"{{{json.MOST_BYTES}}}", "refused, exit code 3"),
    ("rows that `diff` reads of saved reports or a dataset", united.MOST_ROWS, "refused, exit code 3"),
    (
        "subjects of drift that `watch` remembers",
        watched.MOST_EMITTED,
        "the oldest come again where they are seen again",
    ),
    (
        "time without a change after which `watch` takes a capture that may not be whole for one that was cut",
        f"{arrivals.PATIENCE // (60 * 10**9)} min",
        "until then it waits; named",
    ),
    ("rows of what was chosen by month on an index page", index.MOST_CHOICES, "counted; `peers.csv`"),
    ("algorithms, suites, certificates of a CBOM", cbom.MOST_ASSETS, "of each so many; counted in it"),
    ("places that a CBOM names for one of them", cbom.MOST_PLACES, "counted in it"),
    ("frames of a SARIF result that are places", sarif.MOST_FRAMES, "all stand in its property `frames`"),
    ("characters of a filter", parse.MOST_CHARACTERS, "an error"),
)


def parts() -> dict[str, str]:
    """The parts of limits.md by the names of their marks."""
    return {
        "link types": _listed(sorted({name for name, _ in (*links._READERS.values(), *layers.LINK_TYPES.values())})),
        "layers": "; ".join(sorted(_layers(), key=str.lower)) + ".",
        "other formats": _listed(sorted({other.name for other in kinds.OTHER_FORMATS.values()})),
        "ciphers": _listed(_names("encryption.csv")),
        "integrity": _listed(name for name in _names("integrity.csv") if not name.startswith(("NONE", "UNCHECKED"))),
        "bounds": "\n".join(_table()),
    }


def _layers() -> Iterator[str]:
    """What each module of capture/layers reads between frame and IP, by the beginning of its docstring."""
    of_links = {module for _, module in layers.LINK_TYPES.values()}
    for module in sorted(iter_modules(layers.__path__), key=lambda m: m.name):
        if module.name not in of_links:
            doc = import_module(f"{layers.__name__}.{module.name}").__doc__ or ""
            yield re.split(r"[:.]? *\n|: |; |\.$|, also ", doc)[0]


def _names(table: str) -> list[str]:
    text = files("analyzer.decryption").joinpath(table).read_text("utf-8")
    return list(dict.fromkeys(row["name"] for row in csv.DictReader(text.splitlines())))


def _listed(names: Iterator[str] | list[str]) -> str:
    return ", ".join(names) + "."


def _table() -> Iterator[str]:
    yield "| Bound | Value | Beyond it |\n|---|---|---|"
    for title, rows in (
        ("Captures", IN_CAPTURES),
        ("Messages", IN_MESSAGES),
        ("Negotiations", IN_NEGOTIATIONS),
        ("Outputs", IN_OUTPUTS),
    ):
        yield f"| **{title}** | | |"
        yield from (f"| {what} | {_value(value)} | {_value(beyond)} |" for what, value, beyond in rows)


def _value(value: int | str) -> str:
    """A number with its thousands; in a text {N} is N bytes."""
    if isinstance(value, int):
        return f"{value:,}"
    before, mark, rest = value.partition("{")
    if not mark:
        return value
    size, _, after = rest.partition("}")
    return f"{before}{_bytes(int(size))}{after}"


def _bytes(size: int) -> str:
    """In MiB where that is a whole number."""
    return f"{size >> 20:,} MiB" if size % (1 << 20) == 0 else f"{size:,} bytes"
