"""No secret is in any output: keys of key files, and passwords that the messages hold, in clear or opened with keys.

Every output of every fixture with keys is searched for each of them, in the forms in which bytes are written; so are
those of captures made here, in which users send passwords in every way that is known to be read.
"""

import base64
import json
import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.analysis import Analysis
from analyzer.capture import open_capture, read_frames
from analyzer.capture.datagram import Datagram
from analyzer.decryption.keyfile import load_keys
from analyzer.isakmp import decode
from analyzer.isakmp.credentials import attribute_form
from analyzer.isakmp.payloads.configuration import Configuration
from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.negotiation.tracker import Tracker
from analyzer.report.capture_story import capture_story
from analyzer.report.checklist import check_lines
from analyzer.report.dossier import dossiers
from analyzer.report.folder import write_report
from analyzer.report.outputs import OutputFolder
from analyzer.report.provenance import provenance_of
from analyzer.report.story import negotiation_story
from analyzer.report.tree import frame_bytes, frame_lines
from analyzer.tables.schema import SCHEMA
from tests.capture.packets import HOST_A, HOST_B, ethernet, ipv4, pcap, tcp, udp
from tests.cli.running import run
from tests.conftest import FIXTURES
from tests.isakmp.wire import long, message, short
from tests.negotiation.build import IKE_AUTH, SPI_I, SPI_R, init_answer, init_request
from tests.negotiation.keyed import auth, identity, locked, locked_fragments
from tests.report.explorer.decoded import blocks, tabs

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.no_cover,
]  # whole captures, read many times: each layer has tests of its own

KEYED = sorted(path.parent for path in FIXTURES.glob("*/*.keys"))
PASSWORD = b"Tr0ub4dor&3-and-some-more-of-it"
_HEX_LINE = re.compile(r"^ *\d+  [0-9a-f]{4,}  ([0-9a-f* ]{23})  ([0-9a-f* ]{23})  ", re.MULTILINE)
_SHORTEST = 4  # a shorter secret stands everywhere by chance
_WINDOW = 8  # bytes of a key; a part of it is a leak too


def written(secret: bytes) -> Iterator[bytes]:
    """The forms in which outputs may hold some bytes."""
    text = secret.decode("latin-1")
    yield from (secret, text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"))
    yield from (secret.hex().encode(), secret.hex().upper().encode())
    yield from (secret.hex(separator).encode() for separator in " :-")
    for shift in range(3):  # what of the base64 does not depend on the bytes around it
        whole = base64.b64encode(bytes(shift) + secret)
        yield whole[(0, 2, 3)[shift] : (shift + len(secret)) // 3 * 4]


def needles(secrets: set[bytes]) -> list[bytes]:
    """All that is looked for: the forms of each eight bytes of each secret, four bytes apart."""
    starts = {(secret, at) for secret in secrets for at in range(0, max(len(secret) - _WINDOW, 0) + 1, 4)}
    return sorted({form for secret, at in starts for form in written(secret[at : at + _WINDOW])})


class Search:
    """Looks for very many byte strings at once. A regular expression would try each of ten thousand at each place."""

    def __init__(self, secrets: set[bytes]) -> None:
        wanted = needles(secrets)
        self._head = min(map(len, wanted))
        self._wanted: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for needle in wanted:
            self._wanted[needle[: self._head]].append(needle)

    def find(self, data: bytes) -> list[bytes]:
        """What stands in some bytes, once for each place."""
        places = range(len(data) - self._head + 1)
        heads = ((at, self._wanted.get(data[at : at + self._head])) for at in places)
        return [needle for at, found in heads if found for needle in found if data.startswith(needle, at)]


def keys_of(path: Path) -> set[bytes]:
    """All keys of a key file: its hexadecimal cells that are no SPIs. Found without the code under test."""
    rows = [line.lstrip("# ").split(",") for line in path.read_text().splitlines()]
    cells = [cell.strip() for row in rows for cell in row[2 if len(row) == 8 else 1 :]]
    return {bytes.fromhex(cell) for cell in cells if re.fullmatch(r"([0-9a-fA-F]{2}){8,}", cell)}


def passwords_of(capture: Path, keys: Path | None) -> set[bytes]:
    """What users sent, in the messages themselves."""
    found: set[bytes] = set()
    tracker = Tracker(str(capture), load_keys(keys) if keys else None)
    for item in open_capture(capture):
        if isinstance(item, Datagram):
            read = decode(item.payload, item.missing)
            placed = tracker.feed(item, read)
            for payload in (*read.payloads, *(placed.inside.payloads if placed.inside else ())):
                body = payload.body
                if isinstance(body, Configuration):
                    table = f"ikev{read.major_version}-cfg-attributes"
                    found |= {a.data for a in body.attributes if attribute_form(table, a.attribute_type) == "secret"}
                elif isinstance(body, Eap) and body.code == 2 and body.eap_type in (5, 6):
                    found.add(body.data)
    return {secret for secret in found if len(secret) >= _SHORTEST}


def outputs(capture: Path, keys: Path | None, folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that is written about a capture, by name; hex panes also as the bytes they show."""
    analysis = Analysis(keys=keys)
    analysis.add(capture)
    tables = analysis.tables
    with OutputFolder(folder) as out:
        write_report(tables, provenance_of(analysis), out, analysis.dissected)
    analysis.to_json(folder / "whole.json")
    texts = {"summary": capture_story(tables), "check": check_lines(tables)}
    numbers = tables["negotiations"].column("negotiation")
    texts |= {f"negotiation {d.n['negotiation']}": negotiation_story(d) for d in dossiers(tables, numbers)}
    frames = read_frames(capture, range(1, sum(tables["captures"].column("packets")) + 1))
    trees = analysis.dissect_frames(list(frames))
    for number, frame in frames.items():
        own = trees.get(number)
        texts[f"frame {number}"] = frame_lines(own, (), with_hex=True) if own else frame_bytes(frame)
    for name, lines in texts.items():
        text = "\n".join(line.text for line in lines)
        yield name, text.encode()
        yield f"{name}, bytes", shown_bytes(text)
    for path in sorted(folder.rglob("*.*")):
        yield path.name, path.read_bytes()
    page = (folder / "report.html").read_text()
    yield "report.html, bytes", shown_bytes(page)
    for name, data in blocks(page).items():
        yield f"report.html, {name}", json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace")
    explored = blocks(page).get("explorer-data")
    for number, held in tabs(explored) if explored else ():
        yield f"report.html, bytes of frame {number}", b"\0\0\0\0".join(tab.data for tab in held)
        texts = [f"{field.value} {field.meaning}" for tab in held for field in tab.fields]
        yield f"report.html, fields of frame {number}", "\n".join(texts).encode("utf-8", "backslashreplace")


def shown_bytes(text: str) -> bytes:
    """What the hex panes of a text show; what they hide is a byte that no secret here has."""
    pairs = [pair for line in _HEX_LINE.findall(text) for pair in " ".join(line).split()]
    return bytes(0 if pair == "**" else int(pair, 16) for pair in pairs)


def leaks(capture: Path, keys: Path | None, secrets: set[bytes], folder: Path) -> list[str]:
    search = Search(secrets)
    return [f"{name}: {found!r}" for name, data in outputs(capture, keys, folder) for found in search.find(data)]


@pytest.mark.parametrize("fixture", KEYED, ids=lambda path: path.name)
def test_nothing_of_a_fixture_is_in_any_output(fixture: Path, tmp_path: Path) -> None:
    (keys,) = fixture.glob("*.keys")
    (capture,) = (path for path in fixture.iterdir() if path.name.startswith("capture.pcap"))
    secrets = keys_of(keys) | passwords_of(capture, keys)
    assert secrets
    assert leaks(capture, keys, secrets, tmp_path / "o") == []


def test_some_fixtures_hold_passwords() -> None:
    assert {
        folder.name
        for folder in KEYED
        if "xauth" in folder.name and passwords_of(folder / "capture.pcap", folder / "capture.keys")
    }


def frame_of(payload: bytes, *, back: bool = False) -> bytes:
    return ethernet(ipv4(17, udp(500, 500, payload), *((HOST_B, HOST_A) if back else (HOST_A, HOST_B))))


def eap(code: int, data: bytes) -> tuple[int, bytes]:
    return 48, struct.pack(">BBH", code, 1, 4 + len(data)) + data


INSIDE = {
    "otp": [eap(2, b"\5" + PASSWORD)],
    "gtc": [eap(2, b"\6" + PASSWORD)],
    "securid": [eap(2, b"\x0f" + PASSWORD)],
    "unknown method": [eap(2, b"\xc8" + PASSWORD)],
    "expanded gtc": [eap(2, b"\xfe\0\0\0\0\0\0\6" + PASSWORD)],
    "expanded of a vendor": [eap(2, b"\xfe\0\1\x37\0\0\0\1" + PASSWORD)],
    "wrong eap length": [(48, b"\2\1\0\x0a\6" + PASSWORD)],
    "xauth in cp": [(47, b"\2\0\0\0" + long(16521, b"joe") + long(16522, PASSWORD))],
    "passcode in cp": [(47, b"\2\0\0\0" + long(16523, PASSWORD))],
    "lying length in cp": [(47, b"\2\0\0\0" + long(16522, PASSWORD)[:2] + b"\0\4" + PASSWORD)],
}
XAUTH = message(
    (14, b"\2\0\0\7" + short(16520, 0) + long(16521, b"joe") + long(16522, PASSWORD)), version=0x10, exchange=6, flags=0
)


def keyed_capture(folder: Path, *messages: bytes) -> tuple[Path, Path]:
    capture, keys = folder / "made.pcap", folder / "made.keys"
    frames = [frame_of(init_request()), frame_of(init_answer(), back=True), *map(frame_of, messages)]
    capture.write_bytes(pcap(frames))
    keys.write_text(f"{SPI_I},{SPI_R},{bytes(range(36)).hex()},{bytes(range(100, 136)).hex()},,,,\n")
    return capture, keys


@pytest.mark.parametrize("kind", INSIDE)
@pytest.mark.parametrize("pieces", [1, 3])
def test_passwords_inside_encryption(kind: str, pieces: int, tmp_path: Path) -> None:
    payloads = (identity(True, "client"), *INSIDE[kind])
    sent = [locked(IKE_AUTH, *payloads)] if pieces == 1 else locked_fragments(IKE_AUTH, *payloads, pieces=pieces)
    capture, keys = keyed_capture(tmp_path, *sent)
    assert leaks(capture, keys, {PASSWORD}, tmp_path / "o") == []


def test_every_form_is_found_wherever_it_stands() -> None:
    secrets = {PASSWORD, PASSWORD[:5]}
    search = Search(secrets)
    for form in needles(secrets):
        assert all(form in search.find(data) for data in (form, b"x" + form, form + b"\0", form[:-1] + form))
        assert form not in search.find(form[:-1] + b"?")


def test_this_search_finds_what_is_shown(tmp_path: Path) -> None:
    """The same with a vendor ID in place of the password: nothing hides it."""
    capture, keys = keyed_capture(tmp_path, locked(IKE_AUTH, identity(True, "client"), auth(), (43, PASSWORD)))
    found = leaks(capture, keys, {PASSWORD}, tmp_path / "o")
    places = {"vendor_ids.csv", "whole.json", "frame 3", "frame 3, bytes"}
    places |= {"report.html, bytes of frame 3", "report.html, fields of frame 3"}
    assert places <= {text.partition(":")[0] for text in found}


def in_ip_fragments() -> list[bytes]:
    datagram = udp(500, 500, XAUTH)
    cuts = [(0, 64), (64, 96), (96, len(datagram))]
    return [
        ethernet(ipv4(17, datagram[a:b], fragment=a // 8 | (0x2000 if b < len(datagram) else 0), identification=7))
        for a, b in cuts
    ]


def in_vendor_fragments() -> list[bytes]:
    parts = [XAUTH[:50], XAUTH[50:80], XAUTH[80:]]
    return [
        frame_of(
            message(
                (132, struct.pack(">HBB", 1, number, number == len(parts)) + part), version=0x10, exchange=6, flags=0
            )
        )
        for number, part in enumerate(parts, 1)
    ]


def in_segments() -> list[bytes]:
    stream = b"IKETCP" + struct.pack(">H", 6 + len(XAUTH)) + bytes(4) + XAUTH
    return [ethernet(ipv4(6, tcp(40000, 4500, 1 + at, stream[at : at + 40]))) for at in range(0, len(stream), 40)]


def quoted() -> list[bytes]:
    inner = ipv4(17, udp(500, 500, XAUTH))
    return [
        ethernet(ipv4(1, bytes((3, 3, 0, 0, 0, 0, 0, 0)) + inner[: len(inner) - cut], HOST_B, HOST_A))
        for cut in (0, 20)
    ]


@pytest.mark.parametrize("lost", [None, 0, 1, 2])
@pytest.mark.parametrize("make", [in_ip_fragments, in_vendor_fragments, in_segments, quoted, lambda: [frame_of(XAUTH)]])
def test_passwords_in_clear_whole_and_in_pieces(make: object, lost: int | None, tmp_path: Path) -> None:
    frames = make()  # type: ignore[operator]
    kept = [frame for number, frame in enumerate(frames) if number != lost]
    capture = tmp_path / "clear.pcap"
    capture.write_bytes(pcap(kept or frames))
    assert leaks(capture, None, {PASSWORD}, tmp_path / "o") == []


@pytest.mark.parametrize("cut", [1, 5, 20, 40])
def test_passwords_in_a_cut_capture(cut: int, tmp_path: Path) -> None:
    frame = frame_of(XAUTH)
    capture = tmp_path / "cut.pcap"
    capture.write_bytes(pcap([frame[:-cut]], originals={1: len(frame)}))
    assert leaks(capture, None, {PASSWORD}, tmp_path / "o") == []


def test_every_command_by_its_name(tmp_path: Path) -> None:
    capture, keys = keyed_capture(tmp_path, locked(IKE_AUTH, identity(True, "client"), *INSIDE["gtc"]))
    search = Search({PASSWORD, *keys_of(keys)})
    frames = [["show", capture, "--frame", number, "-x"] for number in "123"]
    tables = [["export", capture, "--table", name, "--format", form] for name in SCHEMA for form in ("csv", "jsonl")]
    for words in (["summary", capture], ["check", capture], ["diff", capture, capture], *frames, *tables):
        done = run(*words, "--keys", keys)
        assert done.exit_code == 0
        assert not search.find(done.output.encode()), words
