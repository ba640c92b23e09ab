from analyzer.dissect import dissect
from analyzer.isakmp import decode
from analyzer.isakmp.payloads.ikev1.authip_auth import AuthenticationMethods
from tests.isakmp.wire import kinds, message, nodes


def authip(body: bytes) -> bytes:
    return message((135, body), version=0x10, exchange=243, flags=0)


def test_methods() -> None:
    data = authip(bytes.fromhex("0002000000050000"))
    assert decode(data).first(135) == AuthenticationMethods((2, 5))
    assert [n.meaning for n in nodes(dissect(data)) if n.name == "auth_method"] == ["Kerberos", "NTLM"]


def test_stray_bytes() -> None:
    assert kinds(decode(authip(bytes.fromhex("0002000000"))).defects) == ["wire-stray-bytes"]
