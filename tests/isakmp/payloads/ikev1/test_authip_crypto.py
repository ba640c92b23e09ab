from analyzer.dissect import dissect
from analyzer.isakmp import decode
from analyzer.isakmp.payloads.ikev1.authip_crypto import Crypto
from tests.isakmp.wire import SA_1, kinds, message


def test_in_clear_the_others_follow() -> None:
    data = message((133, bytes.fromhex("00000007")), (1, SA_1), version=0x10, exchange=243, flags=0)
    assert decode(data).first(133) == Crypto(7, b"")
    assert decode(data).payload_types == (133, 1)
    with_iv = message((133, bytes.fromhex("00000007") + bytes(8)), version=0x10, exchange=243, flags=0)
    assert decode(with_iv).first(133) == Crypto(7, bytes(8))
    short = message((133, b"ab"), version=0x10, exchange=243, flags=0)
    assert kinds(decode(short).defects) == ["wire-payload-short"]


def test_encrypted_its_number_is_still_told() -> None:
    data = message((133, bytes.fromhex("00000007") + bytes(48)), version=0x10, exchange=245, flags=1)
    assert decode(data).encrypted
    (ciphertext,) = [node for node in dissect(data).children if node.name == "ciphertext"]
    names = [node.name for node in ciphertext.children]
    assert names == ["next_payload", "reserved", "payload_length", "sequence_number", "iv_ciphertext_icv"]
    main = message((1, bytes(60)), version=0x10, exchange=2, flags=1)
    assert [node.children for node in dissect(main).children if node.name == "ciphertext"] == [[]]
