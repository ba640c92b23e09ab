"""Logs of both ends of an SA, read as one, come to what the log of one end comes to: each has all messages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis
from analyzer.capture import Datagram, open_capture
from analyzer.capture.sets import CaptureSet
from tests.conftest import FIXTURES

SAME = ("ike_version", "initiator_spi", "responder_spi", "outcome", "failed_at", "failure", "diagnosis")


def charon_log(messages: list[Datagram], host: str) -> str:
    """What charon prints at level 3 on this host, through a syslog that knows whole seconds."""
    return "\n".join(line for message in messages for line in _lines(message, host)) + "\n"


def _lines(message: Datagram, host: str) -> Iterator[str]:
    when = datetime.fromtimestamp((message.time_ns or 0) // 10**9, UTC).strftime("%b %d %H:%M:%S")
    ends = f"from {message.src_ip}[{message.src_port}] to {message.dst_ip}[{message.dst_port}]"
    sent = message.src_ip == host
    marker = b"" if sent or message.transport == "udp" else bytes(4)
    data = marker + message.payload
    said, group = ("generated data of this generator", "ENC") if sent else ("received packet", "NET")
    yield f"{when} gw charon: 09[{group}] {said} => {len(data)} bytes @ 0x7f"
    for place in range(0, len(data), 16):
        yield f"{when} gw charon: 09[{group}] {place:4}: {data[place : place + 16].hex(' ').upper()}"
    yield f"{when} gw charon: 09[NET] " + (
        f"sending packet: {ends} ({len(data)} bytes)" if sent else f"received packet: {ends}"
    )


def verdicts(capture: str) -> list[tuple[Any, ...]]:
    analysis = Analysis(policy="ietf")
    analysis.add(capture)
    return list(analysis.tables["negotiations"].cells(*SAME))


@pytest.mark.parametrize("name", ["ikev2-psk-gcm", "ikev2-auth-failed-psk", "ikev1-main-psk"])
def test_both_together(name: str, tmp_path: Path) -> None:
    messages = [one for one in open_capture(FIXTURES / name / "capture.pcap") if isinstance(one, Datagram)]
    paths = []
    for host in sorted({message.src_ip for message in messages}):
        paths.append(tmp_path / f"{host}.log")
        paths[-1].write_text(charon_log(messages, host))
    one, other = map(str, paths)
    assert verdicts(CaptureSet([[one], [other]])) == verdicts(one) == verdicts(other)


def test_a_delete_within_the_same_second_is_no_refusal(tmp_path: Path) -> None:
    """What the capture shows 0.3 s after the proof, a log of whole seconds cannot place."""
    messages = [one for one in open_capture(FIXTURES / "ikev2-psk-gcm" / "capture.pcap") if isinstance(one, Datagram)]
    path = tmp_path / "gw.log"
    path.write_text(charon_log(messages, messages[0].src_ip))
    ((_, _, _, outcome, *_),) = verdicts(str(path))
    assert outcome == "established"
