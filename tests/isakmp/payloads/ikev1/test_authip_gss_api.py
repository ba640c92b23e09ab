from analyzer.dissect import dissect
from analyzer.isakmp import decode
from analyzer.isakmp.payloads.ikev1.authip_gss_api import GssApiToken
from tests.isakmp.wire import find, message

SPNEGO = bytes.fromhex("600806062b0601050502")


def authip(token: bytes) -> bytes:
    return message((129, bytes.fromhex("0000000001") + token), version=0x10, exchange=243, flags=0)


def test_tokens_name_their_mechanism() -> None:
    assert decode(authip(SPNEGO)).first(129) == GssApiToken(0, 1, SPNEGO)
    tree = dissect(authip(SPNEGO))
    assert find(tree, "token").meaning == "SPNEGO"
    assert find(tree, "payload").meaning == "GSS-API Token"
    assert find(dissect(authip(b"NTLMSSP\0\1\0\0\0rest")), "token").meaning == "NTLM NEGOTIATE_MESSAGE"
    assert find(dissect(authip(b"anything")), "token").meaning == ""


def test_the_number_means_nothing_in_other_exchanges() -> None:
    other = message((129, bytes(9)), version=0x10, exchange=2, flags=0)
    assert find(dissect(other), "payload").meaning == "PAYLOAD_PRIVATE_129"
