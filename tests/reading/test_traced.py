import logging
import re
from collections import Counter
from pathlib import Path

import pytest

import analyzer
from analyzer.errors import CaptureError
from tests import floods
from tests.conftest import FIXTURES
from tests.floods import back, pcap, sent, spi
from tests.negotiation.build import ZERO, init_answer, init_notify, init_request, main_1

# What is said of some frame of a capture: with keys (or those of another one), and a pattern
SAID = [
    ("ikev2-psk-gcm", "", "IKE_SA_INIT request 0: negotiation 1, from the initiator: new: a first message under"),
    (
        "ikev2-psk-gcm",
        "",
        "IKE_SA_INIT response 0: .*: its initiator SPI is known between these hosts, and the respond",
    ),
    (
        "ikev2-psk-gcm",
        "",
        "IKE_AUTH request 1: .*: its pair of SPIs is known; begins an exchange; not decrypted: no",
    ),
    ("ikev2-psk-gcm", "", r"IKE_AUTH response 1: .*; of the exchange that begins in frame \d+; not decrypted"),
    ("ikev2-psk-gcm", "", r"negotiation 1: established \(\w+\): "),
    ("ikev2-psk-gcm", "ikev2-psk-gcm", "decrypted, 1 row of the keys with its SPIs$"),
    ("ikev2-psk-gcm", "ikev2-rekey", "not decrypted: 0 rows of the keys with its SPIs$"),
    ("ikev2-rekey", "ikev2-rekey", "frame 19: its decrypted content makes negotiation 2 inside negotiation 1$"),
    ("ikev2-rekey", "", "new: its SPIs are new, and negotiation 1 between these hosts has made an SA inside"),
    ("ikev2-loss-retransmit", "", r"a retransmission of frame \d+: same bytes$"),
    ("ikev2-capture-starts-late", "", "new: its SPIs are new, and it begins nothing: the beginning is not in the capt"),
    ("ikev2-nat-seen-twice", "", "the same first message to the same address came just now from another source"),
    ("ikev2-nat-seen-twice", "", r"a copy by the capture of frame \d+"),
    ("ikev2-port-unreachable", "", "ICMP port-unreachable from 192.0.2.20 quotes udp from .*fits is negotiation 1$"),
    (
        "ikev2-cert-frag",
        "ikev2-cert-frag",
        r"fragment 1 of \d; decrypted, 1 row .*; the other fragments are",
    ),
    ("ikev2-cert-ipfrag", "", r"\(udp(-4500)?, put together from several frames\)"),
    ("noise-on-ike-ports", "", "no negotiation: its length field, .* does not fit the .* bytes of it"),
    ("noise-on-ike-ports", "", "no negotiation: version, exchange type and flags are none that a peer could mean"),
    ("ikev2-natt-data", "", "ESP SPI [0-9a-f]{8} from .*: of negotiation 1, child SA 1, by its "),
    ("ikev1-main-psk", "", "IDENTITY_PROTECTION: negotiation 1, from the responder: "),
]


OTHER = init_notify(5, spis=(spi(1), ZERO))
ANSWER = init_answer(spis=(spi(1), spi(1, 2)))


def lines_of(path: Path, caplog: pytest.LogCaptureFixture, level: int = logging.DEBUG, **how: object) -> list[str]:
    caplog.clear()
    with caplog.at_level(level, "analyzer"):
        analyzer.read_pcap(path, **how)  # type: ignore[arg-type]
    return [record.getMessage() for record in caplog.records]


def keys_of(name: str) -> Path | None:
    return FIXTURES / name / "capture.keys" if name else None


def capture_of(name: str) -> Path:
    return next(path for path in (FIXTURES / name).iterdir() if path.name.startswith("capture.pcap"))


@pytest.mark.parametrize(("name", "keys", "pattern"), SAID)
def test_why(name: str, keys: str, pattern: str, caplog: pytest.LogCaptureFixture) -> None:
    lines = lines_of(capture_of(name), caplog, keys=keys_of(keys))
    assert any(re.search(pattern, line) for line in lines), "\n".join(lines)


def test_keys_that_do_not_fit_were_tried(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = (FIXTURES / "ikev2-psk-gcm" / "capture.keys").read_text()
    other = tmp_path / "keys"
    other.write_text(re.sub(r"(?<=,)[0-9a-f]{40,}", lambda found: "5a" * (len(found[0]) // 2), text))
    lines = lines_of(capture_of("ikev2-psk-gcm"), caplog, keys=other)
    assert any(line.endswith("not decrypted: 1 row of the keys with its SPIs, tried in vain") for line in lines)
    assert not any("5a5a" in line for line in lines)


@pytest.mark.parametrize(
    ("packets", "most", "pattern"),
    [
        (
            floods.cookie_loop_with_new_spis(5).packets,
            None,
            "a new initiator SPI, but it brings what the responder has",
        ),
        (floods.half_open_of_many_sources(60).packets, 20, "for now: a first message without an answer, beyond those"),
        ([*floods.up(1), sent(init_request(spi=spi(1), group=14))], None, "exchange is long over: another SA"),
        (
            [*floods.opened(1)[:1], sent(ANSWER, "198.51.100.77", "192.0.2.10")],
            None,
            "comes from an address that was not asked",
        ),
        ([sent(main_1(spi=spi(1))), back(OTHER)], None, "an error in clear of another IKE version answers"),
    ],
)
def test_why_of_what_no_fixture_has(
    packets: list[tuple[float, bytes]],
    most: int | None,
    pattern: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(pcap(packets))
    lines = lines_of(path, caplog, max_negotiations=most)
    assert any(pattern in line for line in lines), "\n".join(lines)


def test_each_message_is_said_once_and_nothing_else_is_different(caplog: pytest.LogCaptureFixture) -> None:
    for name in dict.fromkeys(name for name, _, _ in SAID):
        path = capture_of(name)
        keys = path.parent / "capture.keys"
        given = keys if keys.exists() else None
        plain = analyzer.read_pcap(path, keys=given).tables
        caplog.clear()
        with caplog.at_level(logging.DEBUG, "analyzer"):
            tables = analyzer.read_pcap(path, keys=given).tables
        for table, rows in plain.items():
            assert list(tables[table].records()) == list(rows.records()), (name, table)
        said = Counter(
            int(found[1])
            for record in caplog.records
            if (found := re.match(r"frame (\d+): .*: (?:no )?negotiation\b", record.getMessage()))
            and "ICMP" not in found[0]
        )
        messages = Counter(plain["messages"].column("frame_number"))
        assert said == messages, name
        placed = {m["frame_number"]: m["negotiation"] for m in plain["messages"].records()}
        for record in caplog.records:
            found = re.match(r"frame (\d+): .*?: negotiation (\d+), from", record.getMessage())
            assert found is None or placed[int(found[1])] == int(found[2])


def test_at_level_info_a_line_for_each_capture(caplog: pytest.LogCaptureFixture) -> None:
    path = capture_of("ikev2-psk-gcm")
    (line,) = lines_of(path, caplog, logging.INFO)
    assert line == f"{path}: read; messages 6, negotiations 1, floods 0, defects 0"
    assert lines_of(path, caplog, logging.WARNING) == []


def test_no_line_has_a_control_character(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "a\x1b[2J\nb.pcap"
    path.write_bytes(capture_of("noise-on-ike-ports").read_bytes())
    lines = lines_of(path, caplog)
    assert any("a\\x1b[2J\\nb.pcap" in line for line in lines)
    assert all(line.isprintable() for line in lines)


def test_what_cannot_be_read_is_raised_as_ever(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "x.pcap"
    path.write_text("no capture")
    with pytest.raises(CaptureError):
        lines_of(path, caplog)
