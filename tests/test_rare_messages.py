"""Messages that few captures have, in a capture of their own: odd ports and markers, fragments, versions."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from analyzer import Analysis
from tests.capture.packets import ethernet, ipv4, pcap, udp
from tests.negotiation.build import (
    AUTH_WITH_CHILD,
    GCM,
    IKE_AUTH,
    INTERMEDIATE,
    init_answer,
    init_request,
    sealed,
    v2,
)

MARKER = bytes(4)
ADDITIONAL = (*GCM, (6, 36), (7, 35))  # ML-KEM-768, then ML-KEM-512 (RFC 9370)
FOLLOWUP, CREATE = 44, 36
Sent = tuple[bool, bytes]
"""Whether the initiator sent it, and the message."""


def told(path: Path, sent: Sequence[Sent], ports: tuple[int, int] = (500, 500), marker: bytes = b"") -> Analysis:
    frames = []
    for number, (mine, message) in enumerate(sent):
        way = ports if mine else ports[::-1]
        hosts = ("192.0.2.10", "192.0.2.20") if mine else ("192.0.2.20", "192.0.2.10")
        frames.append(ethernet(ipv4(17, udp(*way, marker + message), *hosts, identification=number)))
    path.write_bytes(pcap(frames))
    wanted = {"negotiations": ["outcome", "failed_at", "diagnosis", "encryption", "additional_ke_ids", "child_sas"]}
    analysis = Analysis(wanted=wanted | {"defects": ["kind"], "messages": ["exchange"]})
    analysis.add(path)
    return analysis


def negotiations(analysis: Analysis) -> list[dict[str, object]]:
    return list(analysis.tables["negotiations"].records())


def opening(suite: tuple = GCM) -> list[Sent]:
    return [(True, init_request(suite)), (False, init_answer(suite))]


def both(exchange: int, mid: int, request: int, answer: int) -> list[Sent]:
    return [
        (True, sealed(exchange, request, mid=mid)),
        (False, sealed(exchange, answer, initiator=False, response=True, mid=mid)),
    ]


@pytest.mark.parametrize(
    ("ports", "marker"),
    [
        ((500, 500), MARKER),
        ((4500, 4500), b""),
        ((33001, 44001), MARKER),
        ((33001, 44001), b""),
        ((496, 500), b""),
        ((53, 4500), MARKER),
        ((848, 848), b""),
    ],
)
def test_whatever_the_ports_and_the_marker(ports: tuple[int, int], marker: bytes, tmp_path: Path) -> None:
    analysis = told(tmp_path / "x.pcap", [*opening(), *both(IKE_AUTH, 1, 298, AUTH_WITH_CHILD)], ports, marker)
    (found,) = negotiations(analysis)
    assert (found["outcome"], found["encryption"], found["child_sas"]) == ("established", "ENCR_AES_GCM_16", 1)


def test_key_exchanges_one_after_the_other(tmp_path: Path) -> None:
    """IKE_INTERMEDIATE twice (RFC 9370), and IKE_FOLLOWUP_KE of a child."""
    sent = [*opening(ADDITIONAL), *both(INTERMEDIATE, 1, 1300, 1200), *both(INTERMEDIATE, 2, 900, 868)]
    sent += [*both(IKE_AUTH, 3, 298, AUTH_WITH_CHILD), *both(CREATE, 4, 400, 400), *both(FOLLOWUP, 5, 1250, 1150)]
    analysis = told(tmp_path / "x.pcap", sent)
    (found,) = negotiations(analysis)
    assert (found["outcome"], found["additional_ke_ids"], found["child_sas"]) == ("established", (36, 35), 2)
    shown = [row["exchange"] for row in analysis.tables["messages"].records()][2::2]
    assert shown == ["IKE_INTERMEDIATE"] * 2 + ["IKE_AUTH", "CREATE_CHILD_SA", "IKE_FOLLOWUP_KE"]


def fragments(total: int, *, answer: bool = False) -> list[Sent]:
    return [
        (not answer, sealed(IKE_AUTH, 500, initiator=not answer, response=answer, fragment=(number, total)))
        for number in range(1, total + 1)
    ]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 0, 3, 1), (3, 2, 1, 0)])
def test_fragments_in_any_order_and_twice(order: tuple[int, ...], tmp_path: Path) -> None:
    request = fragments(4)
    sent = [*opening(), *(request[place] for place in order), *fragments(3, answer=True)]
    (found,) = negotiations(told(tmp_path / "x.pcap", sent))
    assert (found["outcome"], found["child_sas"]) == ("established", 1)


def test_a_fragment_that_never_comes(tmp_path: Path) -> None:
    one, _, three, four = fragments(4)
    (found,) = negotiations(told(tmp_path / "x.pcap", [*opening(), *[one, three, four] * 3]))
    assert (found["failed_at"], found["diagnosis"]) == ("IKE_AUTH", "fragment-lost")


def test_fragment_numbers_that_cannot_be(tmp_path: Path) -> None:
    odd = [(True, sealed(IKE_AUTH, 200, fragment=numbers)) for numbers in ((5, 4), (0, 0))]
    analysis = told(tmp_path / "x.pcap", [*opening(), *odd])
    assert {row["kind"] for row in analysis.tables["defects"].records()} == {"wire-fragment-number"}
    assert [found["outcome"] for found in negotiations(analysis)] == ["incomplete"]


@pytest.mark.parametrize(("version", "kinds"), [(0x25, {"wire-version"}), (0x20, set())])
def test_a_minor_version_of_the_future_is_read(version: int, kinds: set[str], tmp_path: Path) -> None:
    (_, request), answer = opening()
    analysis = told(tmp_path / "x.pcap", [(True, request[:17] + bytes([version]) + request[18:]), answer])
    assert [found["encryption"] for found in negotiations(analysis)] == ["ENCR_AES_GCM_16"]
    assert {row["kind"] for row in analysis.tables["defects"].records()} == kinds


def test_bytes_behind_a_message_and_an_exchange_of_nobody(tmp_path: Path) -> None:
    (_, request), (_, answer) = opening()
    unknown = (True, v2(240, (200, bytes(20)), (40, bytes(32)), mid=9))
    analysis = told(tmp_path / "x.pcap", [(True, request + bytes(3)), (False, answer + b"xx"), unknown])
    assert [found["encryption"] for found in negotiations(analysis)] == ["ENCR_AES_GCM_16"]
    assert "wire-trailing-bytes" in {row["kind"] for row in analysis.tables["defects"].records()}
    assert len(list(analysis.tables["messages"].records())) == 3
