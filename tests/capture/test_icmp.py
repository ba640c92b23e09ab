"""ICMP errors that quote IKE."""

import struct

import pytest

from analyzer.capture.damage import Damage
from analyzer.capture.datagram import IcmpError
from analyzer.capture.icmp import read_error
from analyzer.capture.ledger import Ledger
from analyzer.capture.network import BadHeader, read_ipv4, read_ipv6
from analyzer.capture.span import Span
from analyzer.capture.transport import Transport
from tests.capture.packets import HOST_A, HOST_A6, HOST_B, HOST_B6, esp, ipv4, ipv6, ipv6_fragment, isakmp, udp

MESSAGE = isakmp(bytes(40))
ROUTER, ROUTER6 = "203.0.113.9", "2001:db8:9::9"


def read(packet: bytes) -> IcmpError | None:
    span = Span(packet, 0, len(packet), 0, in_frame=True)
    ip = read_ipv4(span) if packet[0] >> 4 == 4 else read_ipv6(span)
    assert ip is not None
    assert not isinstance(ip, BadHeader)
    return read_error(ip, 7, 1000, Transport((500, 4500), Ledger(), Damage()))


def error4(icmp_type: int, code: int, quoted: bytes, rest: bytes = bytes(4)) -> bytes:
    return ipv4(1, bytes([icmp_type, code, 0, 0]) + rest + quoted, ROUTER, HOST_A)


def error6(icmp_type: int, code: int, quoted: bytes, rest: bytes = bytes(4)) -> bytes:
    return ipv6(58, bytes([icmp_type, code, 0, 0]) + rest + quoted, ROUTER6, HOST_A6)


QUOTED = ipv4(17, udp(500, 500, MESSAGE))
QUOTED6 = ipv6(17, udp(500, 4500, bytes(4) + MESSAGE))


def test_all_fields() -> None:
    assert read(error4(3, 3, QUOTED)) == IcmpError(
        7, 1000, ROUTER, 3, 3, "port-unreachable", None, HOST_A, 500, HOST_B, 500, MESSAGE
    )


@pytest.mark.parametrize(
    ("icmp_type", "code", "kind"),
    [
        (3, 0, "net-unreachable"),
        (3, 1, "host-unreachable"),
        (3, 2, "protocol-unreachable"),
        (3, 3, "port-unreachable"),
        (3, 4, "fragmentation-needed"),
        (3, 9, "admin-prohibited"),
        (3, 10, "admin-prohibited"),
        (3, 13, "admin-prohibited"),
        (3, 99, "other"),
        (11, 0, "time-exceeded"),
        (11, 1, "reassembly-timeout"),
        (12, 0, "other"),
        (4, 0, "other"),
    ],
)
def test_kinds(icmp_type: int, code: int, kind: str) -> None:
    error = read(error4(icmp_type, code, QUOTED))
    assert error is not None
    assert error.kind == kind


@pytest.mark.parametrize(
    ("icmp_type", "code", "kind"),
    [
        (1, 0, "net-unreachable"),
        (1, 1, "admin-prohibited"),
        (1, 3, "host-unreachable"),
        (1, 4, "port-unreachable"),
        (1, 5, "admin-prohibited"),
        (2, 0, "fragmentation-needed"),
        (3, 0, "time-exceeded"),
        (3, 1, "reassembly-timeout"),
        (4, 0, "other"),
        (4, 1, "protocol-unreachable"),
    ],
)
def test_kinds_of_icmpv6(icmp_type: int, code: int, kind: str) -> None:
    error = read(error6(icmp_type, code, QUOTED6))
    assert error is not None
    assert (error.kind, error.reporter_ip, error.src_ip, error.dst_ip) == (kind, ROUTER6, HOST_A6, HOST_B6)
    assert error.quoted == MESSAGE  # the marker is taken off


@pytest.mark.parametrize(("reported", "mtu"), [(1400, 1400), (0, None)])
def test_path_mtu(reported: int, mtu: int | None) -> None:
    error = read(error4(3, 4, QUOTED, struct.pack(">HH", 0, reported)))
    other = read(error6(2, 0, QUOTED6, struct.pack(">I", reported)))
    assert error is not None
    assert other is not None
    assert (error.mtu, other.mtu) == (mtu, mtu)


@pytest.mark.parametrize(("size", "quoted"), [(8, b""), (16, MESSAGE[:8]), (4, b""), (40, MESSAGE[:32])])
def test_routers_quote_little(size: int, quoted: bytes) -> None:
    error = read(error4(3, 3, QUOTED[: 20 + size]))
    assert error is not None
    assert error.quoted == quoted


def test_extensions_behind_the_quoted_datagram_are_not_quoted() -> None:
    quoted = ipv4(17, udp(500, 500, isakmp(bytes(400))))[:128]
    error = read(error4(3, 3, quoted + b"\x20\0\0\0extension", bytes([0, 32, 0, 0])))
    assert error is not None
    assert len(error.quoted) == 128 - 28
    short = ipv6(17, udp(500, 500, isakmp(bytes(400))))[:128]
    error = read(error6(1, 4, short + b"extension", bytes([16, 0, 0, 0])))
    assert error is not None
    assert len(error.quoted) == 128 - 48


def test_quoted_esp_on_an_ike_port_tells_of_the_port() -> None:
    error = read(error4(3, 3, ipv4(17, udp(4500, 4500, esp()))))
    assert error is not None
    assert (error.src_port, error.quoted) == (4500, b"")


def test_isakmp_on_any_port() -> None:
    error = read(error4(3, 3, ipv4(17, udp(12345, 23456, MESSAGE))))
    assert error is not None
    assert error.quoted == MESSAGE


def test_quoted_first_fragment() -> None:
    first = ipv4(17, udp(500, 500, MESSAGE)[:32], fragment=0x2000)
    error = read(error4(11, 1, first))
    assert error is not None
    assert error.quoted == MESSAGE[:24]


@pytest.mark.parametrize(
    "packet",
    [
        error4(8, 0, QUOTED),
        error4(0, 0, QUOTED),
        error4(3, 3, ipv4(17, udp(53, 53, MESSAGE[:20]))),
        error4(3, 3, ipv4(6, udp(500, 500, MESSAGE))),
        error4(3, 3, ipv4(6, bytes(40), fragment=5)),
        error4(3, 3, ipv4(50, esp()[:3])),
        error4(3, 3, ipv4(50, esp(spi=0))),
        error4(3, 3, ipv4(50, esp(spi=255))),
        error4(3, 3, ipv4(51, bytes(4) + b"\xca\xfe\x00")),
        error4(3, 3, QUOTED[:23]),
        error4(3, 3, QUOTED[:12]),
        error4(3, 3, b""),
        error4(3, 3, b"\x65" + QUOTED[1:]),
        ipv4(1, b"\3\3\0"),
        error6(128, 0, QUOTED6),
        error6(1, 4, QUOTED),
    ],
)
def test_nothing_of_ours(packet: bytes) -> None:
    assert read(packet) is None


AH = bytes([50, 4, 0, 0]) + bytes.fromhex("cafe0001") + bytes(16)


@pytest.mark.parametrize("size", [8, 24])
@pytest.mark.parametrize(("protocol", "content", "name", "spi"), [
    (50, esp(spi=0xC0FFEE01), "esp", "c0ffee01"), (51, AH, "ah", "cafe0001"),
])  # fmt: skip
def test_quoted_esp_and_ah(protocol: int, content: bytes, name: str, spi: str, size: int) -> None:
    """The first 8 bytes behind the IP header, which every router quotes, hold the SPI."""
    four = read(error4(3, 13, ipv4(protocol, content)[: 20 + size]))
    six = read(error6(2, 0, ipv6(protocol, content)[: 40 + size], struct.pack(">I", 1280)))
    assert four is not None
    assert six is not None
    assert (four.kind, four.protocol, four.spi, four.src_ip, four.src_port) == (
        "admin-prohibited",
        name,
        spi,
        HOST_A,
        None,
    )
    assert (six.kind, six.mtu, six.protocol, six.spi) == ("fragmentation-needed", 1280, name, spi)
    assert (six.src_ip, six.dst_ip, six.dst_port, six.quoted) == (HOST_A6, HOST_B6, None, b"")


def test_quoted_esp_in_udp_has_ports_and_spi() -> None:
    error = read(error4(3, 3, ipv4(17, udp(4500, 61000, esp(spi=0xC0FFEE02)))))
    assert error is not None
    assert (error.protocol, error.src_port, error.dst_port, error.spi) == ("udp", 4500, 61000, "c0ffee02")
    cut = read(error4(3, 3, ipv4(17, udp(4500, 61000, esp()))[:28]))
    assert cut is not None
    assert (cut.protocol, cut.spi, cut.quoted) == ("udp", None, b""), "IKE or ESP: 8 bytes do not say"


def test_quoted_later_fragments() -> None:
    """They hold no ports and no SPI: of whose datagram they are only the hosts say."""
    for protocol, content in ((17, udp(500, 500, MESSAGE)), (50, esp()), (51, AH)):
        four = read(error4(3, 4, ipv4(protocol, content, fragment=185), struct.pack(">HH", 0, 1280)))
        six = read(error6(1, 1, ipv6(44, ipv6_fragment(protocol, content, 1480, more=False))))
        assert four is not None
        assert six is not None
        assert (four.protocol, four.kind, four.mtu, four.src_port, four.spi) == (
            "fragment", "fragmentation-needed", 1280, None, None,
        )  # fmt: skip
        assert (six.protocol, six.kind, six.src_ip, six.dst_ip) == ("fragment", "admin-prohibited", HOST_A6, HOST_B6)


def test_the_first_fragment_says_whose_it_is() -> None:
    error = read(error4(11, 1, ipv4(17, udp(500, 500, MESSAGE), fragment=0x2000)))
    assert error is not None
    assert (error.kind, error.protocol, error.src_port, error.quoted) == ("reassembly-timeout", "udp", 500, MESSAGE)
