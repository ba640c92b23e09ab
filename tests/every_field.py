"""Messages that between them have nearly every field a dissector of ISAKMP knows: for the comparison with tshark."""

import struct
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.isakmp.wire import long, message, proposal, short, transform1, transform2

h = bytes.fromhex
A4, A6 = h("c0000201"), h("20010db8000000000000000000000001")
NAME = h("300f310d300b06035504030c0474657374")
Payload = tuple[int, bytes]


def v1(*payloads: Payload, exchange: int = 2) -> bytes:
    return message(*payloads, version=0x10, exchange=exchange, flags=0)


def v2(*payloads: Payload) -> bytes:
    return message(*payloads, exchange=35)


def attributes(*pairs: tuple[int, int | bytes]) -> bytes:
    return b"".join(short(kind, value) if isinstance(value, int) else long(kind, value) for kind, value in pairs)


def notify1(kind: int, data: bytes, protocol: int = 1, spi: bytes = bytes(16)) -> Payload:
    return 11, struct.pack(">IBBH", 1, protocol, len(spi), kind) + spi + data


def notify2(kind: int, data: str) -> Payload:
    return 41, struct.pack(">BBH", 0, 0, kind) + h(data)


def certificate() -> bytes:
    key, name = ec.derive_private_key(7, ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=test")
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(5).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    signed = builder.not_valid_after(datetime(2027, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def identities() -> list[bytes]:
    mask6 = h("ffffffffffffffff0000000000000000")
    known = {
        1: A4,
        2: b"a.example",
        3: b"u@a.example",
        4: A4 + h("ffffff00"),
        5: A6,
        6: A6 + mask6,
        7: A4 + h("c00002ff"),
        8: A6 + A6,
        9: NAME,
        11: b"key",
    }
    return [
        made
        for kind, data in known.items()
        for made in (v1((5, bytes([kind, 17]) + h("01f4") + data)), v2((35, bytes([kind, 0, 0, 0]) + data)))
    ]


def certificates() -> list[bytes]:
    der = certificate()
    signature = h("0e000000 0c 300a06082a8648ce3d040302") + bytes(70)
    return [
        v1((6, b"\x04" + der)),
        v2((37, b"\x04" + der)),
        v2((37, b"\x0c" + bytes(20) + b"http://a.example/x")),
        v1((7, b"\x04" + NAME)),
        v2((38, b"\x04" + bytes(40))),
        v2((39, h("02000000") + bytes(20))),
        v2((39, signature)),
        v1((9, bytes(64))),
    ]


def notifications() -> list[bytes]:
    life = [(11, 1), (12, 3600), (11, 2), (12, h("00000e10")), (12, h("0000000000000010")), (12, bytes(10)), (11, b"")]
    of_child = [(kind - 10, value) for kind, value in life]
    gateways = ("0104c0000201aabb", f"0210{A6.hex()}aabb", "03026162aabb", "0402aabb")
    rohc = attributes((1, 10), (2, 1), (3, 2), (4, 12), (5, 1500), (2, h("00010002")))
    status = [
        *((16387, "123402"), (16403, "00000e10"), *((16407, gateway) for gateway in gateways)),
        *((16408, "0104c0000201"), (16408, f"0210{A6.hex()}"), (16408, "0402aabb"), (16409, "00000e10aabb")),
        *((16413, "aabb"), (16416, rohc.hex()), (16419, "aabbcc"), (16422, "000000010000000200000003")),
        *((16423, "00000005"), (16424, "00010002"), (16431, "00010002"), (17, "0013"), (61520, "05"), (41041, "0105")),
        *((41101, "00090153024010000000f0"), (41101, "00090253024010000000f0")),
    ]
    return [
        *(v1(notify1(kind, h("00000001")), exchange=5) for kind in (36136, 36137)),
        v1(notify1(40501, A4), exchange=5),
        v1(notify1(24576, attributes(*life)), exchange=5),
        v1(notify1(24576, attributes(*of_child), 3, bytes(4)), exchange=5),
        v2(*(notify2(kind, data) for kind, data in status)),
    ]


def proposals() -> list[bytes]:
    lives = [(1, 1), (2, 3600), (1, 2), (2, h("00000e10")), (2, h("0000000000000010")), (2, bytes(10))]
    child = [*lives, (3, 2), (4, 1), (5, 2), (6, 256), (7, 10), (8, 5), (9, h("00000001"))]
    child += [(10, 1), (11, 1), (12, 160), (13, 1), (14, 1), (15, 1)]
    ike = [(1, 7), (2, 2), (3, 1), (4, 2), (5, 1), (6, bytes(32)), (7, 2), (8, h("00000003")), (9, h("0001"))]
    ike += [(10, h("0002")), *((kind + 10, value) for kind, value in lives), (13, 1), (14, 256), (15, 155)]
    ike += [(16, bytes(20)), (17, 64), (20, 2)]
    ipsec, isakmp = (
        transform1(1, identifier=12, attributes=attributes(*child)),
        transform1(1, attributes=attributes(*ike)),
    )
    suite = [transform2(1, 12, attributes=short(14, 256)), transform2(2, 5), transform2(3, 12), transform2(4, 14)]
    suite += [transform2(5, 1), transform2(6, 36), transform2(1, 3, attributes=long(14, h("0100")), more=False)]
    situation = h("0000000100000001")
    return [
        v1((1, situation + proposal(1, [ipsec], protocol=3, spi=bytes(4))), exchange=32),
        v1((1, situation + proposal(1, [isakmp])), exchange=33),
        v2((33, proposal(1, suite, protocol=3, spi=bytes(4))), (34, h("000e0000") + bytes(256)), (40, bytes(32))),
        v1((4, bytes(128)), (10, bytes(20)), (8, bytes(20)), (20, bytes(20))),
    ]


def configurations() -> list[bytes]:
    both: list[tuple[int, int | bytes]] = [(1, A4), (1, A4 * 2), (2, h("ffffff00")), (3, A4 * 2), (4, A4), (6, A4)]
    both += [(5, h("00000e10")), (7, b"app"), (10, A6), (12, A6), (13, A4 + h("ffffff00")), (14, h("00010002"))]
    later: list[tuple[int, int | bytes]] = [(8, A6 + b"\x40"), (15, A6 + b"\x40"), (17, bytes(8) + b"linkid")]
    later += [(18, A6 + b"\x40"), (20, A4), (21, A6), (1, b"")]
    first: list[tuple[int, int | bytes]] = [(8, A6), (9, A6), (11, A6), (16520, 1), (16521, b"user"), (16522, b"pass")]
    first += [(16523, b"code"), (16524, b"msg"), (16525, b"chal"), (16526, b"dom"), (16527, 1), (16528, b"pin")]
    first += [(16529, b"ans"), (28672, b"banner"), (28674, b"dd"), (28676, A4 + h("ffffff00") + bytes(6))]
    return [
        v2((47, h("02000000") + attributes(*both, *later))),
        v1((14, h("0200abcd") + attributes(*both, *first)), exchange=6),
    ]


def others() -> list[bytes]:
    check_point = h("f4ed19e0c114eb516faaac0ee37daf2807b4381f 00000001 00001389 45000000 00000000 0000000f")
    texts = (h("56494120417574682050726f66696c65203a20") + b"one", h("12f5f28c457168a9702d9fe274cc0100"), check_point)
    vendors = [*texts, h("1e2b516905991c7d7c96fcbfb587e46100000004"), h("8299031757a36082c6a621de00040123")]
    selectors = [(7, 6, h("0000ffff") + A4 + A4), (8, 0, h("0000ffff") + A6 + A6), (10, 0, b"label")]
    selectors.append((9, 0, h("00010203 00040506 01020304")))
    ranges = b"".join(struct.pack(">BBH", kind, of, 4 + len(body)) + body for kind, of, body in selectors)
    return [
        v2((42, h("01000000"))),
        v2((42, h("03040002") + bytes(8))),
        v1((12, h("0000000103040002") + bytes(8)), exchange=5),
        *(v1((13, data)) for data in vendors),
        v2((44, bytes([len(selectors), 0, 0, 0]) + ranges)),
        v1((21, h("01000000") + A4)),
        v1((21, h("05000000") + A6)),
        v2((48, h("0101000501"))),
        v2((49, bytes(8))),
        v2((53, h("00010002") + bytes(40))),
    ]


def group_keys() -> list[bytes]:
    """No SA TEK payload: tshark takes two bytes for the length of its source, RFC 6407 section 5.5.1 has one."""
    end = h("0101f404") + A4
    kek = attributes((1, 1), (2, 3), (3, 128), (4, h("00000e10")), (5, 1), (6, 1), (7, 2048))
    sak = b"\x11" + end + end + bytes(20) + kek
    packets = struct.pack(">HH", 1, 0) + struct.pack(">BBHB", 1, 0, 29, 4) + bytes(4) + long(1, bytes(16))
    policy = h("0000000200000000000f0000") + struct.pack(">BBH", 0, 0, 4 + len(sak)) + sak
    return [v1((1, policy), exchange=32), v1((17, packets), exchange=32), v1((18, h("00000007")), exchange=32)]


def everything() -> list[bytes]:
    parts = (identities, certificates, notifications, proposals, configurations, others, group_keys)
    return [made for part in parts for made in part()]
