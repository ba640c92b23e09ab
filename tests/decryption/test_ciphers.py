"""MACs and AEADs against vectors published with them."""

import pytest

from analyzer.decryption.ciphers import mac, open_aead
from analyzer.decryption.suites import encryption, integrity

KEY = bytes(range(16))
XCBC = [  # RFC 3566 section 4.6
    (b"", "75f0251d528ac01c4573dfd584d79f29"),
    (bytes(range(3)), "5b376580ae2f19afe7219ceef172756f"),
    (bytes(range(16)), "d2a246fa349b68a79998a4394ff7a263"),
    (bytes(range(20)), "47f51b4564966215b8985c63055ed308"),
    (bytes(range(32)), "f54f0ec8d2b9f3d36807734bd5283fd4"),
    (bytes(range(34)), "becbb3bccdb518a30677d5481fb6b4d8"),
    (bytes(1000), "f0dafee895db30253761103b5d84528f"),
]
CMAC_KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")  # RFC 4493 section 4
CMAC_DATA = bytes.fromhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411")


@pytest.mark.parametrize(("data", "code"), XCBC)
def test_xcbc(data: bytes, code: str) -> None:
    method = integrity(5)
    assert method is not None
    assert mac(method, KEY, data).hex() == code[:24]
    assert mac(method._replace(icv_bytes=16), KEY, data).hex() == code


def test_cmac() -> None:
    method = integrity(8)
    assert method is not None
    assert mac(method, CMAC_KEY, b"").hex() == "bb1d6929e95937287fa37d12"
    assert mac(method, CMAC_KEY, CMAC_DATA).hex() == "dfa66747de9ae63030ca3261"


def test_hmac() -> None:
    sha256, md5 = integrity(12), integrity(1)  # RFC 4868 section 2.7.2.1 (AUTH256-1), RFC 2202 test case 1
    assert sha256 is not None
    assert md5 is not None
    assert mac(sha256, b"\x0b" * 32, b"Hi There").hex() == "198a607eb44bfbc69903a0f1cf2bbdc5"
    assert mac(md5, b"\x0b" * 16, b"Hi There").hex() == "9294727a3638bb1c13f48ef8"


def test_chacha20_poly1305() -> None:
    method = encryption(2, 28)  # RFC 7634 appendix B: an IKEv2 message of three payload bytes
    assert method is not None
    key = bytes.fromhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")
    nonce = bytes.fromhex("a0a1a2a3") + bytes.fromhex("1011121314151617")
    associated = bytes.fromhex("c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e202500000000090000004529000029")
    sealed = bytes.fromhex("61039470 1f8d017f7c12924889 6b71bfe25236ef d7cdc67066906315b2")
    opened = open_aead(method, key, nonce, sealed, associated)
    assert opened is not None
    assert opened.hex() == "0000000c000040010000000a00"
    assert open_aead(method, key, nonce, sealed, associated[:-1] + b"*") is None
