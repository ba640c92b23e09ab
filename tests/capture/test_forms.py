import struct

import numpy as np
import pytest

from analyzer.capture import forms
from analyzer.capture.rows import Bytes
from tests.capture.packets import ethernet, ipv4, ipv6, isakmp, tcp, udp


def headers(*payloads: bytes) -> Bytes:
    """As the bulk filter gathers them: UDP header and 24 bytes of each payload."""
    return np.frombuffer(b"".join(udp(1, 2, p)[:32].ljust(32, b"\0") for p in payloads), np.uint8).reshape(-1, 32)


def test_forms_of_payloads() -> None:
    message = isakmp(bytes(8))
    vxlan = struct.pack(">II", 0x08000000, 7 << 8) + ethernet(ipv4(17, b""))
    found = headers(message, bytes(4) + message, vxlan, b"\x16\x03\x01 what else")
    assert forms.has_version(found).tolist() == [True, True, False, False]
    assert forms.is_marked(found).tolist() == [False, True, False, False]
    assert forms.may_be_vxlan(found).tolist() == [False, False, True, False]
    assert forms.PREFIX_SHORT.tobytes() == b"IK"


def test_forms_of_tunnels_on_any_port() -> None:
    inner, other = ipv4(17, b"12345678"), ipv6(17, b"12345678")
    found = headers(inner, inner + b"x", other, other[:-1], b"E" * 40)
    assert forms.may_be_ip(found).tolist() == [True, False, True, False, False]
    payloads = [
        bytes((kind, 0, 0, 0)) + bytes(size - 4) for kind, size in ((1, 148), (2, 148), (4, 32), (4, 40), (0, 64))
    ]
    payloads.append(b"\4\0\0\0" + bytes(9) + b"\1" + bytes(18))
    found, captured = headers(*payloads), np.array([len(payload) for payload in payloads])
    assert forms.is_wireguard(found, captured).tolist() == [True, False, True, False, False, False]
    assert not forms.is_wireguard(found, captured * 0 + 15).any()


def test_ports_before_the_prefix_of_ike_in_tcp() -> None:
    packet = ethernet(ipv4(4, ipv4(6, tcp(1, 2, 9, b"IKETCP"))))
    whole = len(packet)
    assert list(forms.ports_before_prefix(packet, 0, whole)) == [b"\0\1\0\2", b"\0\2\0\1"]
    assert list(forms.ports_before_prefix(packet, whole - 26, whole)) == [b"\0\1\0\2", b"\0\2\0\1"]
    for begin, end in ((0, whole - 1), (whole - 25, whole), (0, 0)):
        assert not list(forms.ports_before_prefix(packet, begin, end))
    assert not list(forms.ports_before_prefix(packet[:-6] + b"." + packet[-6:], 0, whole + 1))


def test_ports_of_ike_in_tcp_are_learnt_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_MOST_PAIRS", 3)
    known, packet = forms.TcpPorts(), tcp(1, 2, 9, b"IKETCP")
    pairs = np.frombuffer(b"\0\1\0\2" + b"\0\2\0\1" + b"\0\1\0\3", np.uint32)
    assert known.has(pairs).tolist() == [False, False, False]
    known.learn(packet, [(0, len(packet))])
    assert known.has(pairs).tolist() == [True, True, False]
    known.watch({b"\0\5\0\6", b"\0\6\0\5"})
    assert (len(known), known.has(pairs).tolist()) == (4, [True, True, True])
    known.learn(tcp(7, 8, 9, b"IKETCP"), [(0, len(packet))])
    assert len(known) == 4
